import { isPortkeyInstalled, startPortkey } from './portkey.ts';
import { type Process, startModelgraph, startProgram } from './processes.ts';

export type Servers = {
  readonly upstream: Process;
  readonly bare: Process;
  readonly ours: Process;
  /** Absent where it is not installed, or not asked for. */
  readonly portkey?: Process;
  stop(): Promise<void>;
};

/** What stands behind all of them, and the floor: their programs differ for whole answers and for streams. */
export type Programs = { readonly upstream: string; readonly bare: string };

export const startServers = async (
  programs: Programs,
  { portkey: wantsPortkey = true } = {},
): Promise<Servers> => {
  const started: Process[] = [];
  const keep = async (starting: Promise<Process>): Promise<Process> => {
    const process = await starting;
    started.push(process);
    return process;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((process) => process.stop()));
  };
  try {
    const upstream = await keep(startProgram(programs.upstream));
    const bare = await keep(startProgram(programs.bare, upstream.url));
    const ours = await keep(startModelgraph(upstream.url));
    const portkey = wantsPortkey && isPortkeyInstalled() ? await keep(startPortkey()) : undefined;
    return { upstream, bare, ours, ...(portkey !== undefined && { portkey }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
