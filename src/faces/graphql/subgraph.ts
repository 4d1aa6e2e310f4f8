import {
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  isObjectType,
  lexicographicSortSchema,
} from 'graphql';
import { entitiesField } from './entities.ts';
import { entityKeys } from './entity.ts';
import { weight } from './field-weight.ts';
import { printSubgraph } from './print-subgraph.ts';

/** A text of some 200 KB. */
const WEIGHT_OF_SDL = 10_000;

/**
 * Adds what a federation router asks for. What it composes is printed when the first one asks: that takes longer than
 * to make the graph.
 */
export const asSubgraph = (schema: GraphQLSchema): GraphQLSchema => {
  const config = schema.toConfig();
  const query = schema.getQueryType()?.toConfig();
  if (query === undefined) throw new Error('the graph has no queries');
  let printed: string | undefined;
  const sdl = (): string => {
    printed ??= printSubgraph(schema);
    return printed;
  };
  const service = new GraphQLObjectType({
    name: '_Service',
    description: 'This subgraph.',
    fields: {
      sdl: {
        type: GraphQLString,
        extensions: weight(WEIGHT_OF_SDL),
        description: 'Its schema, with the directives of federation.',
        resolve: sdl,
      },
    },
  });
  const entities = config.types.filter(isObjectType).filter((type) => entityKeys(type) !== undefined);
  const withService = new GraphQLObjectType({
    ...query,
    fields: {
      _entities: entitiesField(entities),
      _service: {
        type: new GraphQLNonNull(service),
        description: 'For federation routers: what this subgraph has.',
        resolve: () => ({}),
      },
      ...query.fields,
    },
  });
  return lexicographicSortSchema(
    new GraphQLSchema({
      ...config,
      query: withService,
      types: [...config.types.filter(({ name }) => name !== query.name), withService],
    }),
  );
};
