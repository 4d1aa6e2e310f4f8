import { type GraphQLSchema, graphql, lexicographicSortSchema, printSchema } from 'graphql';
import { possibleTypes } from './possible-types.ts';
import { buildClientSchema, buildSubgraphSchema } from './schema.ts';

/** The graph as clients see it, as text. */
export const printClientSchema = (schema: GraphQLSchema): string => `${printSchema(schema)}\n`;

/**
 * The contracts as text: what clients see, with the members of its unions for those that ask for them, and what a federation
 * router is given as `_service { sdl }`.
 */
export const printSchemas = async (): Promise<{
  readonly client: string;
  readonly subgraph: string;
  readonly possibleTypes: string;
}> => {
  const client = lexicographicSortSchema(buildClientSchema());
  const answer = await graphql({ schema: buildSubgraphSchema(), source: '{ _service { sdl } }' });
  const service = answer.data?._service as { readonly sdl?: unknown } | undefined;
  if (typeof service?.sdl !== 'string') throw new Error('the subgraph does not print itself');
  return {
    client: printClientSchema(client),
    subgraph: `${service.sdl.trim()}\n`,
    possibleTypes: `${JSON.stringify(possibleTypes(client), undefined, 2)}\n`,
  };
};
