import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

export type FileLock = {
  readonly isHeld: boolean;
  release(): void;
};

/**
 * Takes a lock that ends with the process, in whatever way that ends: it is the kernel's own, taken through SQLite, the one
 * portable file lock that Node ships. Undefined where another process, or this one, has it.
 */
export const tryFileLock = (file: string): FileLock | undefined => {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return {
    get isHeld() {
      return lock.isOpen;
    },
    release() {
      if (lock.isOpen) lock.close();
    },
  };
};
