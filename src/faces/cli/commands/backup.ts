import type { Command } from 'commander';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { commonSettings } from '../setting-options.ts';

export type BackupCommand = {
  readonly kind: 'BACKUP';
  /** The folder to be made. */
  readonly folder: string;
  readonly settings: StatedSettings;
};

export const define = (command: Command): (() => BackupCommand) => {
  command.argument('<folder>', 'a new folder for the backup');
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Copies the embedded database and the rows that wait in its spool, while the server runs or not, and writes a checksum of
each file. A Postgres is backed up by its own tools, such as pg_dump.

Examples:
  modelgraph backup /backups/2026-12-01
  modelgraph restore /backups/2026-12-01`,
  );
  return () => ({ kind: 'BACKUP', folder: command.args[0] ?? '', settings: settings() });
};
