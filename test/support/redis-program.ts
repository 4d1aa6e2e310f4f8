import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How to start Redis: its path, and the environment that finds its libraries. */
export type RedisProgram = {
  readonly path: string;
  readonly environment: { readonly [name: string]: string };
};

/** Where Debian's packages are unpacked for a user who may not install them. */
const PRIVATE_FOLDER = join(import.meta.dirname, '../../node_modules/.cache/modelgraph-redis');
const PRIVATE_PACKAGES = ['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'];
const HOW_TO = 'install redis-server, or set TEST_REDIS_URL';

/**
 * `redis-server` on the PATH, else from Debian's packages: installed where we are root, else unpacked into a
 * private folder. Rejects with the way to get it where neither works.
 */
export const findRedisProgram = async (): Promise<RedisProgram> => {
  const present = (await onPath('redis-server')) ?? (await unpackedBefore());
  if (present) return present;
  try {
    if (process.getuid?.() === 0) await install();
    else await unpack();
  } catch (error) {
    throw new Error(`no redis-server and no way to get one (${firstLine(error)}): ${HOW_TO}.`, {
      cause: error,
    });
  }
  const found = (await onPath('redis-server')) ?? (await unpackedBefore());
  if (!found) throw new Error(`no redis-server: ${HOW_TO}.`);
  return found;
};

const onPath = async (name: string): Promise<RedisProgram | undefined> => {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']) {
    const path = join(folder, name);
    if (await exists(path)) return { path, environment: {} };
  }
  return undefined;
};

const install = async (): Promise<void> => {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: readonly string[]) => run('apt-get', ['-q', '-y', ...args], { env: environment });
  const packages = ['install', '--no-install-recommends', 'redis-server'];
  await apt(...packages).catch(async () => {
    await apt('update');
    await apt(...packages);
  });
};

const unpack = async (): Promise<void> => {
  const partial = `${PRIVATE_FOLDER}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const apt = (...args: readonly string[]) => run('apt-get', ['-q', ...args], { cwd: partial });
  await apt('download', ...PRIVATE_PACKAGES).catch(async () => {
    /** This machine has no list of packages, or an old one: a list of our own does. */
    for (const folder of ['lists/partial', 'archives/partial'])
      await mkdir(join(partial, folder), { recursive: true });
    const own = ['-o', `Dir::State::lists=${partial}/lists`, '-o', `Dir::Cache=${partial}`];
    await apt(...own, 'update');
    await apt(...own, 'download', ...PRIVATE_PACKAGES);
  });
  const packages = (await readdir(partial)).filter((name) => name.endsWith('.deb'));
  for (const name of packages) await run('dpkg', ['-x', name, '.'], { cwd: partial });
  await rename(partial, PRIVATE_FOLDER);
};

const unpackedBefore = async (): Promise<RedisProgram | undefined> => {
  const path = join(PRIVATE_FOLDER, 'usr/bin/redis-server');
  if (!(await exists(path))) return undefined;
  const libraries = join(PRIVATE_FOLDER, 'usr/lib');
  const folders = [libraries, ...(await readdir(libraries)).map((name) => join(libraries, name))];
  return { path, environment: { LD_LIBRARY_PATH: folders.join(delimiter) } };
};

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const firstLine = (error: unknown): string => String(error).split('\n')[0] ?? '';
