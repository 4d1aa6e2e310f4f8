import type { Command } from 'commander';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { serverSettings } from '../setting-options.ts';

export type ServeCommand = { readonly kind: 'SERVE'; readonly settings: StatedSettings };

export const define = (command: Command): (() => ServeCommand) => {
  const settings = serverSettings(command);
  command.addHelpText(
    'after',
    `
Every setting can also come from the environment, .env or the config file; README.md lists them all.

Examples:
  modelgraph
  modelgraph serve --port 8080
  modelgraph serve --config production.yaml --data-dir /var/lib/modelgraph`,
  );
  return () => ({ kind: 'SERVE', settings: settings() });
};
