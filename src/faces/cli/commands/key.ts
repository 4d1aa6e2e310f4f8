import type { Command } from 'commander';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { flagOption } from '../options.ts';
import { commonSettings } from '../setting-options.ts';

export type KeyCommand = {
  readonly kind: 'NEW_KEY';
  /** Revoke every other admin key. */
  readonly revokeOthers: boolean;
  readonly settings: StatedSettings;
};

export const define = (command: Command): (() => KeyCommand) => {
  const isNew = flagOption(command, '--new', 'make an admin key and print it, alone on standard output');
  const revokeOthers = flagOption(command, '--revoke-others', 'with --new: revoke every other admin key');
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Works on the server's store, while the server runs too. Keys are kept as hashes: none can be shown again.

Examples:
  modelgraph key --new
  modelgraph key --new --revoke-others`,
  );
  return () => {
    if (!isNew()) command.error('Keys cannot be shown again, only made: modelgraph key --new makes another.');
    return { kind: 'NEW_KEY', revokeOthers: revokeOthers(), settings: settings() };
  };
};
