import { astFromDirective, getDocumentNodeFromSchema } from '@graphql-tools/utils';
import {
  GraphQLOneOfDirective,
  type GraphQLSchema,
  GraphQLSpecifiedByDirective,
  Kind,
  lexicographicSortSchema,
  print,
} from 'graphql';

/** Names all directives of federation that the graph uses. */
const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])`;

/** Of GraphQL itself, but younger than some composers, which refuse directives whose definition they do not know. */
const YOUNG_DIRECTIVES = [GraphQLOneOfDirective, GraphQLSpecifiedByDirective];

/** A schema as a federation router composes it: what clients see, and the directives that say how it joins others. */
export const printSubgraph = (schema: GraphQLSchema): string => {
  const sorted = lexicographicSortSchema(schema);
  const definitions = [
    ...YOUNG_DIRECTIVES.map((directive) => astFromDirective(directive, sorted)),
    // Its roots have the usual names.
    ...getDocumentNodeFromSchema(sorted).definitions.filter(({ kind }) => kind !== Kind.SCHEMA_DEFINITION),
  ];
  return `${LINK}\n\n${print({ kind: Kind.DOCUMENT, definitions })}`;
};
