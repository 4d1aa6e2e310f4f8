import { startPostgres } from '../../test/support/postgres-server.ts';
import { isPortkeyInstalled, startPortkey } from './portkey.ts';
import { type Process, startModelgraph, startProgram } from './processes.ts';

export type Servers = {
  readonly upstream: Process;
  readonly bare: Process;
  readonly ours: Process;
  /** The same with its ledger in Postgres; absent where it is not asked for. */
  readonly onPostgres?: Process;
  /** Absent where it is not installed, or not asked for. */
  readonly portkey?: Process;
  stop(): Promise<void>;
};

/** What stands behind all of them, and the floor: their programs differ for whole answers and for streams. */
export type Programs = { readonly upstream: string; readonly bare: string };

/** Who is started besides. */
export type ServerOptions = { readonly portkey?: boolean; readonly postgres?: boolean };

export const startServers = async (
  programs: Programs,
  { portkey: wantsPortkey = true, postgres: wantsPostgres = false }: ServerOptions = {},
): Promise<Servers> => {
  const started: Pick<Process, 'stop'>[] = [];
  const keep = async <Started extends Pick<Process, 'stop'>>(
    starting: Promise<Started>,
  ): Promise<Started> => {
    const process = await starting;
    started.push(process);
    return process;
  };
  const stop = async (): Promise<void> => {
    // Whoever asks another one is stopped before it.
    for (const process of started.toReversed()) await process.stop();
  };
  try {
    const upstream = await keep(startProgram(programs.upstream));
    const bare = await keep(startProgram(programs.bare, upstream.url));
    const ours = await keep(startModelgraph(upstream.url));
    const portkey = wantsPortkey && isPortkeyInstalled() ? await keep(startPortkey()) : undefined;
    const onPostgres = wantsPostgres
      ? await keep(startModelgraph(upstream.url, [], { DATABASE_URL: (await keep(startPostgres())).url }))
      : undefined;
    return {
      upstream,
      bare,
      ours,
      ...(onPostgres !== undefined && { onPostgres }),
      ...(portkey !== undefined && { portkey }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
