import type { Command } from 'commander';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { flagOption } from '../options.ts';
import { commonSettings } from '../setting-options.ts';

export type RestoreCommand = {
  readonly kind: 'RESTORE';
  /** The backup. */
  readonly folder: string;
  /** Where there is a database: in its place. */
  readonly force: boolean;
  readonly settings: StatedSettings;
};

export const define = (command: Command): (() => RestoreCommand) => {
  command.argument('<backup>', 'the folder that modelgraph backup made');
  const force = flagOption(command, '--force', 'put it in the place of a database, which is kept beside it');
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Verifies all checksums first. The server has to be stopped; its next start writes what waited in the spool.

Examples:
  modelgraph restore /backups/2026-12-01
  modelgraph restore /backups/2026-12-01 --force`,
  );
  return () => ({ kind: 'RESTORE', folder: command.args[0] ?? '', force: force(), settings: settings() });
};
