import { graphql, lexicographicSortSchema, printSchema } from 'graphql';
import { buildClientSchema, buildSubgraphSchema } from './schema.ts';

/** Both contracts as text: what clients see, and what a federation router is given as `_service { sdl }`. */
export const printSchemas = async (): Promise<{ readonly client: string; readonly subgraph: string }> => {
  const client = printSchema(lexicographicSortSchema(buildClientSchema()));
  const answer = await graphql({ schema: buildSubgraphSchema(), source: '{ _service { sdl } }' });
  const service = answer.data?._service as { readonly sdl?: unknown } | undefined;
  if (typeof service?.sdl !== 'string') throw new Error('the subgraph does not print itself');
  return { client: `${client}\n`, subgraph: `${service.sdl.trim()}\n` };
};
