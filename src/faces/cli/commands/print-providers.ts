import type { Command } from 'commander';

export type PrintProvidersCommand = { readonly kind: 'PRINT_PROVIDERS'; readonly file: string };

export const define = (command: Command): (() => PrintProvidersCommand) => {
  command.argument('[file]', 'Markdown file with the marks between which the table goes', 'README.md');
  command.addHelpText(
    'after',
    `
Example:
  modelgraph print-providers README.md`,
  );
  return () => {
    const [file = 'README.md'] = command.args;
    return { kind: 'PRINT_PROVIDERS', file };
  };
};
