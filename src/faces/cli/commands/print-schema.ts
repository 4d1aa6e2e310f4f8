import type { Command } from 'commander';

export type PrintSchemaCommand = { readonly kind: 'PRINT_SCHEMA'; readonly directory: string };

export const define = (command: Command): (() => PrintSchemaCommand) => {
  command.argument('[folder]', 'where the files go; it is made if need be', 'schema');
  command.addHelpText(
    'after',
    `
Examples:
  modelgraph print-schema
  modelgraph print-schema build/schema`,
  );
  return () => {
    const [directory = 'schema'] = command.args;
    return { kind: 'PRINT_SCHEMA', directory };
  };
};
