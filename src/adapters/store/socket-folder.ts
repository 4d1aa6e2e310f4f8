import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest path that a socket may have on every system, without the byte that ends it. */
const MAX_SOCKET_PATH_BYTES = 103;
/** The longest name of a socket in the folder, with its slash. */
const SOCKET_NAME = '/.s.PGSQL.5432';

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'is not there';
    case 'ENOTDIR':
      return 'is no folder';
    case 'EACCES':
    case 'EPERM':
      return 'may not be written to by this user';
    case 'EROFS':
      return 'is mounted read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'is on a disk that is full';
    default:
      return `cannot be used (${error instanceof Error ? error.message : String(error)})`;
  }
};

/**
 * A folder for sockets that no other user can enter. Not in the data folder: the path of a socket is short, and mounted
 * volumes may not hold one. Throws an error with a sentence that says what to do.
 */
export const makeSocketFolder = (): string => {
  const temporary = tmpdir();
  const unusable = (why: string, cause?: unknown): Error =>
    new Error(
      `The folder for temporary files, ${temporary}, ${why}. Set TMPDIR to another folder, for the sockets of the embedded database.`,
      { cause },
    );
  // Six characters are added.
  const prefix = join(temporary, 'modelgraph-');
  if (Buffer.byteLength(`${prefix}XXXXXX${SOCKET_NAME}`) > MAX_SOCKET_PATH_BYTES)
    throw unusable('has too long a path for a socket');
  try {
    return mkdtempSync(prefix);
  } catch (error) {
    throw unusable(reasonOf(error), error);
  }
};

/** What cannot be removed is left to the system, which clears such folders. */
export const removeSocketFolder = (folder: string): void => {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    return;
  }
};
