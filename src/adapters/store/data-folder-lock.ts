import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Says that another process, or another store of this one, has the folder open. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

export type DataFolderLock = { release(): void };

const Holder = z.object({ pid: z.int(), since: z.string() });
const SQLITE_BUSY = 5;

/**
 * Makes this process the only one to open the folder, until it releases or ends in whatever way: the lock
 * is the kernel's own, taken through SQLite, the one portable file lock that Node ships. PGlite has none,
 * and two processes on one folder silently lose each other's rows.
 */
export const lockDataFolder = (dataDir: string): DataFolderLock => {
  const holderFile = join(dataDir, 'store.lock.json');
  const lock = new DatabaseSync(join(dataDir, 'store.lock'), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataFolderInUseError(
      `The data folder ${dataDir} is in use by ${describeHolder(holderFile)}. Stop that one, set ` +
        'MODELGRAPH_DATA_DIR to another folder, or run several nodes on one Postgres with DATABASE_URL.',
    );
  }
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  return {
    release: () => {
      if (!lock.isOpen) return;
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
};

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** The file is only for this message: it may be missing or, after a crash, stale. The lock itself never is. */
const describeHolder = (file: string): string => {
  try {
    const holder = Holder.parse(JSON.parse(readFileSync(file, 'utf8')));
    return `process ${holder.pid} (since ${holder.since})`;
  } catch {
    return 'another process';
  }
};
