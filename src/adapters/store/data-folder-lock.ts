import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Says that another process, or another store of this one, has the folder open. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

export type DataFolderLock = {
  /** Says to other processes where this one takes admin keys. */
  announce(adminSocket: string): void;
  release(): void;
};

const Holder = z.object({ pid: z.int(), since: z.string(), adminSocket: z.string().optional() });
type Holder = z.infer<typeof Holder>;

const holderFile = (dataDir: string): string => join(dataDir, 'store.lock.json');
const SQLITE_BUSY = 5;

/**
 * Makes this process the only one to open the folder, until it releases or ends in whatever way: the lock
 * is the kernel's own, taken through SQLite, the one portable file lock that Node ships. PGlite has none,
 * and two processes on one folder silently lose each other's rows.
 */
export const lockDataFolder = (dataDir: string): DataFolderLock => {
  const lock = new DatabaseSync(join(dataDir, 'store.lock'), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataFolderInUseError(
      `The data folder ${dataDir} is in use by ${describeHolder(dataDir)}. Stop that one, set ` +
        'MODELGRAPH_DATA_DIR to another folder, or run several nodes on one Postgres with DATABASE_URL.',
    );
  }
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  const write = (content: Holder): void => writeFileSync(holderFile(dataDir), JSON.stringify(content));
  write(holder);
  return {
    announce: (adminSocket) => write({ ...holder, adminSocket }),
    release: () => {
      if (!lock.isOpen) return;
      rmSync(holderFile(dataDir), { force: true });
      lock.close();
    },
  };
};

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** Who has the folder open, as far as is known: the file may be missing or, after a crash, stale. The lock itself never is. */
export const holderOf = (dataDir: string): Holder | undefined => {
  try {
    return Holder.parse(JSON.parse(readFileSync(holderFile(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
};

const describeHolder = (dataDir: string): string => {
  const holder = holderOf(dataDir);
  return holder === undefined ? 'another process' : `process ${holder.pid} (since ${holder.since})`;
};
