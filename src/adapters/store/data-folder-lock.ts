import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type FileLock, tryFileLock } from './file-lock.ts';

/** Says that another process, or another store of this one, has the folder open. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

/** Says that a file of the lock is not what it should be, in a folder that can be used otherwise. */
export class LockFileError extends Error {
  override readonly name = 'LockFileError';
}

export type DataFolderLock = {
  /** Says to other processes where this one takes admin keys. */
  announce(adminSocket: string): void;
  release(): void;
};

const Holder = z.object({ pid: z.int(), since: z.string(), adminSocket: z.string().optional() });
type Holder = z.infer<typeof Holder>;

const holderFile = (dataDir: string): string => join(dataDir, 'store.lock.json');
const SQLITE_NOT_A_DATABASE = 26;

/**
 * Makes this process the only one to open the folder, until it releases or ends in whatever way. PGlite has no lock, and two
 * processes on one folder silently lose each other's rows.
 */
export const lockDataFolder = (dataDir: string): DataFolderLock => {
  const file = join(dataDir, 'store.lock');
  const lock = lockOf(file);
  if (lock === undefined)
    throw new DataFolderInUseError(
      `The data folder ${dataDir} is in use by ${describeHolder(dataDir)}. Stop that one, set ` +
        'MODELGRAPH_DATA_DIR to another folder, or run several nodes on one Postgres with DATABASE_URL.',
    );
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  const write = (content: Holder): void => writeHolder(dataDir, content);
  const release = (): void => {
    if (!lock.isHeld) return;
    removeHolder(dataDir);
    lock.release();
  };
  try {
    write(holder);
  } catch (error) {
    release();
    throw error;
  }
  return { announce: (adminSocket) => write({ ...holder, adminSocket }), release };
};

/** Whatever is there under that name goes, and nobody reads half of it. */
const writeHolder = (dataDir: string, content: Holder): void => {
  const file = holderFile(dataDir);
  const next = `${file}.new`;
  rmSync(next, { force: true });
  writeFileSync(next, JSON.stringify(content));
  try {
    renameSync(next, file);
  } catch (error) {
    throw lockFileProblem(file, error);
  }
};

/** A file that stays is no harm: the lock tells whether anyone holds it. */
const removeHolder = (dataDir: string): void => {
  try {
    rmSync(holderFile(dataDir), { force: true });
  } catch {
    return;
  }
};

const lockOf = (file: string): FileLock | undefined => {
  try {
    return tryFileLock(file);
  } catch (error) {
    throw lockFileProblem(file, error);
  }
};

/** The error as it is where the file is not what stands in the way. */
const lockFileProblem = (file: string, error: unknown): unknown => {
  if (!existsSync(file)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const isUsual = statSync(file).isFile();
  if (isUsual && !isWritable(file))
    return new LockFileError(
      `This user may not write to ${file}. Start as the user who made it, change its owner, or set MODELGRAPH_DATA_DIR to another folder.`,
      { cause: error },
    );
  if (isUsual && !(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_NOT_A_DATABASE))
    return error;
  return new LockFileError(
    `${file} is no lock of modelgraph (${reason}). Remove it while no server uses the folder, and start again.`,
    { cause: error },
  );
};

const isWritable = (file: string): boolean => {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

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
