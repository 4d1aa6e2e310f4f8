import { type GraphQLSchema, isAbstractType } from 'graphql';

/** The members of each union and interface, by their names: what Apollo Client takes as `possibleTypes`. */
export const possibleTypes = (schema: GraphQLSchema): { readonly [name: string]: readonly string[] } =>
  Object.fromEntries(
    Object.values(schema.getTypeMap())
      .filter((type) => isAbstractType(type) && !type.name.startsWith('__'))
      .map((type) => [
        type.name,
        isAbstractType(type)
          ? schema
              .getPossibleTypes(type)
              .map(({ name }) => name)
              .sort()
          : [],
      ]),
  );
