import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askForBackup } from '../admin-socket.ts';
import { DataFolderInUseError, type DataFolderLock, holderOf, lockDataFolder } from '../data-folder-lock.ts';
import { folderFailure, makeFolder } from '../folder-problem.ts';
import { SEGMENT_NAME } from '../spool/spool.ts';
import { writeManifest } from './manifest.ts';

export type Places = {
  readonly dataDir: string;
  /** Undefined where the server has none. */
  readonly spoolDir: string | undefined;
};

/** Names in a data folder and in a backup. */
export const DATABASE = 'postgres';
export const SPOOL = 'spool';

/** What rows wait in. A file may go while it is copied: then the store has all of it. */
const copySpool = (from: string, to: string): void => {
  if (!existsSync(from)) return;
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !SEGMENT_NAME.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const copy = join(to, path.slice(from.length + 1));
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    try {
      copyFileSync(path, copy);
    } catch (error) {
      if (folderFailure(error).code !== 'ENOENT') throw error;
    }
  }
};

/** Undefined while a server uses it. */
const tryLock = (dataDir: string): DataFolderLock | undefined => {
  try {
    return lockDataFolder(dataDir);
  } catch (error) {
    if (error instanceof DataFolderInUseError) return undefined;
    throw error;
  }
};

const askServer = async (dataDir: string, to: string): Promise<void> => {
  const holder = holderOf(dataDir);
  if (holder?.adminSocket === undefined)
    throw new Error(
      `The server that uses ${dataDir} makes no backups yet: it is starting or stopping. Try again in a few seconds.`,
    );
  await askForBackup(holder.adminSocket, to);
};

/** Throws an error with a sentence unless a backup may be written there. */
const prepareTarget = (target: string): void => {
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new Error(`${target} is not empty. Name a new folder for the backup.`);
  makeFolder(target);
};

/**
 * Copies the embedded database and its spool into a new folder, while the server runs or not. The spool comes first: rows that
 * it has no more by then are in the database, and those that are in both are written once. The size in bytes; rejects with a
 * sentence, and leaves nothing, where it fails.
 */
export const backUp = async (
  { dataDir, spoolDir }: Places,
  target: string,
  now: Date,
): Promise<{ readonly bytes: number }> => {
  if (!existsSync(join(dataDir, DATABASE)))
    throw new Error(
      `There is no store in ${dataDir}. If it is elsewhere, set MODELGRAPH_DATA_DIR as the server has it.`,
    );
  prepareTarget(target);
  try {
    const lock = tryLock(dataDir);
    try {
      if (spoolDir !== undefined) copySpool(spoolDir, join(target, SPOOL));
      if (lock === undefined) await askServer(dataDir, join(target, DATABASE));
      else cpSync(join(dataDir, DATABASE), join(target, DATABASE), { recursive: true });
    } finally {
      lock?.release();
    }
    return writeManifest(target, now);
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    throw error;
  }
};
