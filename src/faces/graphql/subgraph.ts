import { printSubgraphSchema } from '@apollo/subgraph';
import { EntityType, entitiesField, serviceField } from '@apollo/subgraph/dist/types.js';
import {
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
  isObjectType,
  lexicographicSortSchema,
} from 'graphql';
import { invalidInput } from './errors.ts';

/** Most entities that a router may ask for in one operation. */
const MAX_REPRESENTATIONS = 1_000;

/** The schema's `@link`, as an extension of what is built. Names all that the graph uses of federation. */
export const FEDERATION_LINK = {
  directives: [{ name: 'link', args: { url: 'https://specs.apollo.dev/federation/v2.3', import: ['@key'] } }],
};

const isEntity = (type: unknown): type is GraphQLObjectType =>
  isObjectType(type) &&
  Array.isArray(type.extensions.directives) &&
  type.extensions.directives.some(({ name }: { readonly name: string }) => name === 'key');

/** Added beside the builder's own fields, it is outside of the limit on an operation's weight. */
const entitiesOf = (types: readonly GraphQLObjectType[]): GraphQLFieldConfig<unknown, unknown> => ({
  ...entitiesField,
  type: new GraphQLNonNull(new GraphQLList(new GraphQLUnionType({ ...EntityType.toConfig(), types }))),
  resolve: (root, args: { readonly representations: readonly unknown[] }, context, info) => {
    if (args.representations.length > MAX_REPRESENTATIONS) {
      throw invalidInput('representations', `takes up to ${MAX_REPRESENTATIONS}; ask in several operations.`);
    }
    return entitiesField.resolve?.(root, args, context, info);
  },
});

/**
 * Adds what a federation router asks for. The builder's own way prints the graph for it at once, which takes longer than
 * to make it, and which few servers are asked for.
 */
export const asSubgraph = (schema: GraphQLSchema): GraphQLSchema => {
  const config = schema.toConfig();
  const query = schema.getQueryType()?.toConfig();
  if (query === undefined) throw new Error('the graph has no queries');
  let printed: string | undefined;
  const sdl = (): string => {
    printed ??= printSubgraphSchema(subgraph);
    return printed;
  };
  const withService = new GraphQLObjectType({
    ...query,
    fields: {
      _entities: entitiesOf(config.types.filter(isEntity)),
      _service: { ...serviceField, resolve: () => ({ sdl }) },
      ...query.fields,
    },
  });
  const subgraph = lexicographicSortSchema(
    new GraphQLSchema({
      ...config,
      query: withService,
      types: [...config.types.filter(({ name }) => name !== query.name), withService],
    }),
  );
  return subgraph;
};
