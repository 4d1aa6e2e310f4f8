import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Major version of Postgres that PGlite is, as it writes it into a database's folder. */
const POSTGRES_MAJOR = '18';
/** The write-ahead log grows by files of 16 MB. */
const MIN_FREE_BYTES = 17 * 1024 * 1024;
/** Finds out quotas, which the file system does not state. */
const PROBE_BYTES = 256 * 1024;

const ELSEWHERE = 'set MODELGRAPH_DATA_DIR to another folder';

/** What PGlite's file system calls by numbers, those of WASI, the rest of us call by names. */
const WASI_CODES: { readonly [errno: number]: string } = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  33: 'EMFILE',
  41: 'ENFILE',
  51: 'ENOSPC',
  54: 'ENOTDIR',
  63: 'EPERM',
  69: 'EROFS',
};

/** An error of a folder or of PGlite, which may have crossed from its thread. */
export type FolderFailure = { readonly code?: string; readonly message: string };

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** PGlite throws objects that are no errors, with a number in place of a code. */
export const folderFailure = (error: unknown): FolderFailure => {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const given = 'code' in error ? textOf(error.code) : undefined;
  const named = 'errno' in error && typeof error.errno === 'number' ? WASI_CODES[error.errno] : undefined;
  const code = given ?? named;
  const message = ('message' in error ? textOf(error.message) : undefined) || code || JSON.stringify(error);
  return { message, ...(code !== undefined && { code }) };
};

const codeOf = (error: unknown): string | undefined => folderFailure(error).code;

/** The folder, or the nearest one above it that is there. */
const existingFolder = (path: string): string => {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : existingFolder(above);
};

/** Whether the file system has no room for a database that works. Unknown counts as room. */
const isOutOfSpace = (folder: string): boolean => {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    // One without blocks, as /sys, does not store files.
    return blocks > 0 && bavail * bsize < MIN_FREE_BYTES;
  } catch {
    return false;
  }
};

/** Why nothing can be written into a folder, as the code of the system; undefined if it can. */
const writeProblem = (dataDir: string): string | undefined => {
  const folder = existingFolder(dataDir);
  try {
    if (!statSync(folder).isDirectory()) return 'ENOTDIR';
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return codeOf(error);
  }
  if (isOutOfSpace(folder)) return 'ENOSPC';
  if (folder !== dataDir) return undefined;
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(PROBE_BYTES));
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    rmSync(probe, { force: true });
  }
};

const versionProblem = (database: string): string | undefined => {
  try {
    const version = readFileSync(join(database, 'PG_VERSION'), 'utf8').trim();
    return version === POSTGRES_MAJOR
      ? undefined
      : `The database in ${database} was made by Postgres ${version}, and this modelgraph reads that of Postgres ${POSTGRES_MAJOR}. ` +
          `Start the version of modelgraph that made it, or ${ELSEWHERE}, in which a new database is made.`;
  } catch {
    return undefined;
  }
};

/** Whether it is a symbolic link to what is not there. */
const isDeadLink = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(path);
  } catch {
    return false;
  }
};

/** Unknown counts as a folder. */
const isFolder = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true;
  } catch {
    return true;
  }
};

/**
 * Makes a folder, and those above it, for this user alone. Node's own recursion never ends where a file system takes no
 * folders, as /proc.
 */
export const makeFolder = (path: string): void => {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Another process was faster, or it is a link, which tells where it does not lead.
    statSync(path);
  }
};

const unmakableSentence = (dataDir: string): string => {
  const why = isDeadLink(dataDir)
    ? 'it is a symbolic link to a folder that is not there. Make that folder'
    : `${existingFolder(dataDir)} takes no new folders. Make it`;
  return `The data folder ${dataDir} cannot be made: ${why}, or ${ELSEWHERE}.`;
};

const sentenceFor = (code: string | undefined, dataDir: string): string | undefined => {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk of the data folder ${dataDir} is full. Free some space (a new database takes 100 MB), or set MODELGRAPH_DATA_DIR to a folder on another disk.`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not write to the data folder ${dataDir}. Change its owner or its rights, or ${ELSEWHERE}.`;
    case 'EROFS':
      return `The data folder ${dataDir} is on a file system that is mounted read-only. Mount it for writing, or ${ELSEWHERE}.`;
    case 'EEXIST':
    case 'ENOTDIR': {
      const found = existingFolder(dataDir);
      // In a folder, it is a file of the database that is in the way.
      if (isFolder(found)) return undefined;
      return `The data folder ${dataDir} cannot be made: ${found} is a file. Set MODELGRAPH_DATA_DIR to another folder.`;
    }
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open. Raise the limit (ulimit -n) and start again.';
    case 'ENAMETOOLONG':
      return `The path of the data folder ${dataDir} is too long for the file system. Set MODELGRAPH_DATA_DIR to another folder.`;
    case 'ELOOP':
      return `The path of the data folder ${dataDir} leads through symbolic links in a circle. Set MODELGRAPH_DATA_DIR to another folder.`;
    case 'ENOENT':
      // In a folder that is there, it is a file of the database that is missing.
      return existsSync(dataDir) ? undefined : unmakableSentence(dataDir);
    case 'EIO':
      return `The disk of the data folder ${dataDir} reports errors (EIO). Check it, or ${ELSEWHERE}.`;
    default:
      return undefined;
  }
};

/** Without the advice for those who build PGlite. */
const engineWords = (message: string): string =>
  message.replace(/ Build with -sASSERTIONS.*/, '').replace(/\.+$/, '');

/** Whether it is lack of space, which may be back later, that stops a folder from being used. */
export const isFull = (dataDir: string): boolean =>
  ['ENOSPC', 'EDQUOT'].includes(writeProblem(dataDir) ?? '');

/** What to do about a database that is damaged, in sentences. */
export const describeDamage = (dataDir: string): string =>
  'Stop the server and put a backup in its place: modelgraph restore <backup> --force. Without one, ' +
  `move ${join(dataDir, 'postgres')} away, so that the next start makes a new one, or ${ELSEWHERE}.`;

/**
 * Why the embedded database in a folder cannot be opened, and what to do: in the words of what the folder is, wherever its
 * own state explains it.
 */
export const describeFolderProblem = (dataDir: string, failure: FolderFailure): string => {
  const database = join(dataDir, 'postgres');
  if (isDeadLink(database))
    return `${database} is a symbolic link to a folder that is not there. Make that folder, remove the link, or ${ELSEWHERE}.`;
  const found = sentenceFor(writeProblem(dataDir), dataDir) ?? sentenceFor(failure.code, dataDir);
  if (found !== undefined && isFolder(database)) return found;
  if (!isFolder(database))
    return `${database} is a file, where the database's folder has to be. Remove that file, or ${ELSEWHERE}.`;
  return (
    found ??
    versionProblem(database) ??
    `The database in ${database} cannot be opened (${engineWords(failure.message)}). It may be damaged. ${describeDamage(dataDir)}`
  );
};
