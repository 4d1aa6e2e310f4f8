import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { recordedLog } from './recorded-log.ts';
import { fewLists, type Lists } from './small-seed.ts';

const ROOT = join(import.meta.dirname, '../..');

const once = <Result>(work: () => Result): (() => Result) => {
  let done: { readonly result: Result } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
};

/** Databases are many small files, and file systems in memory make those twenty times as fast. */
const MEMORY = '/dev/shm';
/** What is younger may still be used by a server whose starter has ended. */
const MIN_LEFT_OVER_MS = 60_000;
const MIN_FREE_BYTES = 2 * 1024 ** 3;

const PREFIX = 'modelgraph-database-';

/** A new folder for a short-lived database: in memory where there is plenty of it. */
export const databaseFolder = (): string => {
  removeLeftOvers();
  return mkdtempSync(join(enoughMemory() ? MEMORY : tmpdir(), `${PREFIX}${process.pid}-`));
};

const enoughMemory = (): boolean => {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= MIN_FREE_BYTES;
};

export type DataFolder = { readonly path: string; remove(): void };

const newFolder = (): DataFolder => {
  const path = databaseFolder();
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

const copyOf = (template: string): DataFolder => {
  const folder = newFolder();
  cpSync(template, folder.path, { recursive: true });
  return folder;
};

/**
 * A new data folder whose embedded database exists and is empty, and how to remove it. Making a database
 * takes seconds: it is done once, kept in node_modules/.cache, and copied.
 */
export const newDataFolder = async (): Promise<DataFolder> =>
  copyOf(await templateFolder(`empty-${databaseFingerprint()}`, async () => {}));

/**
 * A new data folder as a server leaves it that nobody has called: the shipped prices are recorded. A server that starts with an
 * empty database writes some 20,000 rows in the background, which costs more than all else that a short test does.
 */
export const usedDataFolder = async (lists: Lists = 'SHIPPED'): Promise<DataFolder> => {
  const name = `used-${lists.toLowerCase()}-${databaseFingerprint()}-${catalogueFingerprint()}`;
  return copyOf(await templateFolder(name, (store) => recordPrices(store, lists)));
};

const recordPrices = async ({ priceHistory }: Store, lists: Lists): Promise<void> => {
  // Read only where there is no template yet: most runs copy one.
  const [{ listProviders }, { buildCatalogue }, { recordCatalogue }, { loadSeed }] = await Promise.all([
    import('../../src/adapters/providers/configure-providers.ts'),
    import('../../src/catalogue/build-catalogue.ts'),
    import('../../src/catalogue/history/record-prices.ts'),
    import('../../src/catalogue/seed.ts'),
  ]);
  const nothing = { secret: () => undefined, variable: () => undefined };
  const [seed, providers] = await Promise.all([
    lists === 'SMALL' ? fewLists() : loadSeed(),
    listProviders([], nothing),
  ]);
  await recordCatalogue(priceHistory, buildCatalogue({ seed, providers, readings: [] }), new Date());
};

type Store = Awaited<ReturnType<typeof openStore>>;

const templateFolder = async (name: string, fill: (store: Store) => Promise<void>): Promise<string> => {
  const template = join(ROOT, 'node_modules/.cache/modelgraph-store', name);
  mkdirSync(dirname(template), { recursive: true });
  for (;;) {
    if (existsSync(template)) {
      utimesSync(template, new Date(), new Date());
      return template;
    }
    const release = lock(`${template}.lock`);
    if (release === undefined) {
      // Another worker makes it, which takes less than to make a second one beside it.
      await pause(100);
      continue;
    }
    try {
      // It may have been finished between the look and the lock.
      if (!existsSync(template)) await makeTemplate(template, fill);
    } finally {
      release();
    }
  }
};

/** Undefined where a process that lives holds it. */
const lock = (file: string): (() => void) | undefined => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return () => rmSync(file, { force: true });
  } catch {
    if (!isHeld(file)) rmSync(file, { force: true });
    return undefined;
  }
};

const isHeld = (file: string): boolean => {
  try {
    return isAlive(Number(readFileSync(file, 'utf8')));
  } catch {
    return false;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const makeTemplate = async (template: string, fill: (store: Store) => Promise<void>): Promise<void> => {
  removeOld(dirname(template));
  const fresh = newFolder();
  const store = await openStore({ kind: 'embedded', dataDir: fresh.path }, recordedLog());
  await fill(store);
  await store.close();
  removeSpareLog(join(fresh.path, 'postgres', 'pg_wal'));
  /** By way of a neighbour, so that nobody ever sees half of it. */
  const partial = `${template}.${process.pid}`;
  cpSync(fresh.path, partial, { recursive: true });
  fresh.remove();
  try {
    renameSync(partial, template);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(template)) throw error;
  }
};

/** Postgres has the next parts of its log ready, 16 MB each, and makes them anew where they are missing: half of what is copied. */
const removeSpareLog = (folder: string): void => {
  const [, ...spare] = readdirSync(folder)
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort();
  for (const name of spare) rmSync(join(folder, name));
};

/** Each change of what they are made from leaves one behind. */
const MAX_UNUSED_MS = 3_600_000;

const removeOld = (folder: string): void => {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.mtimeMs < Date.now() - MAX_UNUSED_MS)
      rmSync(path, { recursive: true, force: true });
  }
};

/**
 * Removes what test processes left behind that were killed: each takes 80 MB of memory until somebody does.
 */
const removeLeftOvers = once(() => {
  if (!existsSync(MEMORY)) return;
  for (const name of readdirSync(MEMORY).filter((each) => each.startsWith(PREFIX))) {
    const path = join(MEMORY, name);
    const found = statSync(path, { throwIfNoEntry: false });
    const isYoung = found === undefined || found.mtimeMs > Date.now() - MIN_LEFT_OVER_MS;
    if (!isYoung && !isAlive(Number.parseInt(name.slice(PREFIX.length), 10)))
      rmSync(path, { recursive: true, force: true });
  }
});

const fingerprintOf = (files: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
};

const filesIn = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: ROOT })
    .sort()
    .map((file) => join(ROOT, file));

/** Another for each version of the database and each state of the migrations, and of how a template is made. */
const databaseFingerprint = once(() =>
  fingerprintOf([
    import.meta.filename,
    createRequire(import.meta.url).resolve('@electric-sql/pglite'),
    ...filesIn('src/adapters/store/migrations/*.sql'),
  ]),
);

/** Another for each state of what the shipped prices follow from. */
const catalogueFingerprint = once(() =>
  fingerprintOf([
    createRequire(import.meta.url).resolve('@pydantic/genai-prices'),
    ...filesIn('src/{catalogue,domain,price-lists}/**/*.{ts,json}'),
    ...filesIn('src/adapters/{providers,store}/*.ts'),
    ...filesIn('test/support/small-seed.ts'),
  ]),
);
