/** What the `modelgraph` command is asked to do. */
export type Command =
  | { readonly kind: 'SERVE' }
  | { readonly kind: 'PRINT_SCHEMA'; readonly directory: string }
  | { readonly kind: 'VERSION' }
  | { readonly kind: 'HELP'; readonly problem?: string };

export const HELP = `modelgraph [serve]               start the server
modelgraph print-schema [DIR]    write schema.graphql and subgraph.graphql to DIR (./schema)
modelgraph --version
modelgraph --help

Settings come from the environment, .env and modelgraph.yaml; README.md lists them.
`;

const surplus = (name: string, argument: string): Command => ({
  kind: 'HELP',
  problem: `"${name}" takes no "${argument}".`,
});

/** Reads the arguments after the command's own name. */
export const parseCommandLine = (args: readonly string[]): Command => {
  const [name, ...rest] = args;
  switch (name) {
    case undefined:
    case 'serve': {
      const [extra] = rest;
      return extra === undefined ? { kind: 'SERVE' } : surplus('serve', extra);
    }
    case 'print-schema': {
      const [directory = 'schema', extra] = rest;
      const wrong = directory.startsWith('-') ? directory : extra;
      return wrong === undefined ? { kind: 'PRINT_SCHEMA', directory } : surplus('print-schema', wrong);
    }
    case '--version':
    case '-v':
      return { kind: 'VERSION' };
    case '--help':
    case '-h':
    case 'help':
      return { kind: 'HELP' };
    default:
      return { kind: 'HELP', problem: `There is no command "${name}".` };
  }
};
