import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataFolder } from '../data-folder-lock.ts';
import { makeFolder } from '../folder-problem.ts';
import { DATABASE, type Places, SPOOL } from './back-up.ts';
import { verifiedFolders } from './manifest.ts';

/** A database that is being put in its place, or was when that was cut off. */
const RESTORING = `${DATABASE}.restoring`;

/** Why no database may be made in a data folder, in a sentence: one was being restored there. */
export const unfinishedRestore = (dataDir: string): string | undefined =>
  existsSync(join(dataDir, RESTORING)) && !existsSync(join(dataDir, DATABASE))
    ? `A restore into ${dataDir} was cut off. Run it again: modelgraph restore <backup> --force.`
    : undefined;

const hasFiles = (folder: string): boolean =>
  existsSync(folder) &&
  readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && entry.name.endsWith('.spool'),
  );

/**
 * Puts a backup in the place of the embedded database and its spool, once all of its checksums are right. What is there is kept
 * beside it, and only touched with `force`. Where that lies now; throws an error with a sentence, with nothing changed, where
 * it cannot be done.
 */
export const restore = (
  { dataDir, spoolDir }: Places,
  backup: string,
  { force, now }: { readonly force: boolean; readonly now: Date },
): { readonly kept: readonly string[] } => {
  const folders = verifiedFolders(backup);
  if (!folders.includes(DATABASE)) throw new Error(`The backup ${backup} has no database. Take another.`);
  makeFolder(dataDir);
  const lock = lockDataFolder(dataDir);
  try {
    const database = join(dataDir, DATABASE);
    const places = [
      ...(spoolDir === undefined ? [] : [{ to: spoolDir, isThere: hasFiles(spoolDir) }]),
      { to: database, isThere: existsSync(database) },
    ];
    const taken = places.find(({ isThere }) => isThere);
    if (taken !== undefined && !force)
      throw new Error(
        `${taken.to} is there already. --force puts the backup in its place, and keeps what is there beside it.`,
      );
    const restoring = join(dataDir, RESTORING);
    try {
      rmSync(restoring, { recursive: true, force: true });
      cpSync(join(backup, DATABASE), restoring, { recursive: true });
      // Tools that copy files leave out empty folders.
      for (const folder of folders.filter((each) => each.startsWith(`${DATABASE}/`)))
        mkdirSync(join(restoring, folder.slice(DATABASE.length + 1)), { recursive: true, mode: 0o700 });
    } catch (error) {
      rmSync(restoring, { recursive: true, force: true });
      throw error;
    }
    const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
    const kept: string[] = [];
    for (const { to, isThere } of places) {
      if (!isThere) continue;
      const aside = `${to}.before-${stamp}`;
      renameSync(to, aside);
      kept.push(aside);
    }
    if (spoolDir !== undefined && existsSync(join(backup, SPOOL)))
      cpSync(join(backup, SPOOL), spoolDir, { recursive: true });
    renameSync(restoring, database);
    return { kept };
  } finally {
    lock.release();
  }
};
