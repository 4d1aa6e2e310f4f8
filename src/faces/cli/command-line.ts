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

/** Reads the arguments after the command's own name. */
export const parseCommandLine = (args: readonly string[]): Command => {
  const [name, ...rest] = args;
  if ((name === undefined || name === 'serve') && rest.length === 0) return { kind: 'SERVE' };
  if (name === 'print-schema' && rest.length <= 1)
    return { kind: 'PRINT_SCHEMA', directory: rest[0] ?? 'schema' };
  if (name === '--version' || name === '-v') return { kind: 'VERSION' };
  if (name === '--help' || name === '-h') return { kind: 'HELP' };
  return { kind: 'HELP', problem: `There is no command "${args.join(' ')}".` };
};
