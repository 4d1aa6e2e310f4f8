import { resolve } from 'node:path';
import { configWith } from './config.ts';
import type { StatedSettings } from './domain/stated-settings.ts';
import type { BackupCommand } from './faces/cli/commands/backup.ts';
import type { RestoreCommand } from './faces/cli/commands/restore.ts';
import { printable } from './faces/cli/printable.ts';

const IS_POSTGRES =
  'The store is the Postgres of DATABASE_URL. Its own tools make and restore backups: pg_dump and pg_restore.';

/** Where the embedded store is. Throws an error with a sentence where there is none. */
const placesOf = (settings: StatedSettings) => {
  const { databaseUrl, dataDir, spool } = configWith(settings);
  if (databaseUrl !== undefined) throw new Error(IS_POSTGRES);
  return { dataDir, spoolDir: spool?.directory };
};

const failed = (what: string, error: unknown): number => {
  process.stderr.write(printable(`${what} ${error instanceof Error ? error.message : String(error)}\n`));
  return 1;
};

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);

/** Each gives the exit code. */
export const backUpStore = async ({ folder, settings }: BackupCommand): Promise<number> => {
  const { backUp } = await import('./adapters/store/backup/back-up.ts');
  const target = resolve(folder);
  try {
    const { bytes } = await backUp(placesOf(settings), target, new Date());
    process.stdout.write(printable(`The backup is in ${target} (${megabytes(bytes)} MB).\n`));
    return 0;
  } catch (error) {
    return failed('No backup was made.', error);
  }
};

export const restoreStore = async ({ folder, force, settings }: RestoreCommand): Promise<number> => {
  const { restore } = await import('./adapters/store/backup/restore.ts');
  try {
    const places = placesOf(settings);
    const { kept } = restore(places, resolve(folder), { force, now: new Date() });
    const before = kept.map((path) => `What was there is in ${path}.\n`).join('');
    process.stdout.write(printable(`The backup is in its place in ${places.dataDir}.\n${before}`));
    return 0;
  } catch (error) {
    return failed('Nothing was restored.', error);
  }
};
