import {
  type GraphQLError,
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLObjectType,
  GraphQLScalarType,
  GraphQLUnionType,
  getNamedType,
  isScalarType,
} from 'graphql';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { GraphContext } from './context.ts';
import { entityKeys } from './entity.ts';
import { invalidInput } from './errors.ts';
import { WEIGHT_BY_ID, type WeighField, weight } from './field-weight.ts';

const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'A reference to an entity: `__typename` and the fields of one of its keys.',
});

type Entities = ReadonlyMap<string, GraphQLObjectType>;

/**
 * A router may ask for entities of several types at once: each counts what is selected for its own. Names that are none of
 * theirs are refused one by one, and select nothing: to weigh what is selected for each of many thousands would take minutes.
 */
const weighEntities =
  (entities: Entities): WeighField =>
  ({ representations }, below) => {
    if (!Array.isArray(representations)) return 1;
    const counts = new Map<string, number>();
    for (const each of representations) {
      const type = isJsonObject(each) ? each.__typename : undefined;
      if (typeof type === 'string' && entities.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    let sum = 1 + representations.length * WEIGHT_BY_ID;
    for (const [type, count] of counts) sum += count * below(type);
    return sum;
  };

/** What of a value is shown to who sent it. */
const quoted = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);

const readKey = (type: GraphQLObjectType, field: string, value: unknown): string | undefined => {
  const fieldType = getNamedType(type.getFields()[field]?.type);
  if (!isScalarType(fieldType)) return undefined;
  try {
    return String(fieldType.parseValue(value));
  } catch {
    return undefined;
  }
};

/** The entity, null if it is not there, or what is wrong with the reference to it. */
const loadEntity = (
  entities: Entities,
  reference: unknown,
  path: string,
  context: GraphContext,
): Promise<unknown> | GraphQLError => {
  if (!isJsonObject(reference))
    return invalidInput(path, `must be an object with __typename; got ${quoted(reference)}.`);
  const { __typename } = reference;
  const type = typeof __typename === 'string' ? entities.get(__typename) : undefined;
  const keys = type && entityKeys(type);
  if (type === undefined || keys === undefined) {
    const known = [...entities.keys()].sort().join(', ');
    return invalidInput(`${path}.__typename`, `must be one of ${known}; got ${quoted(__typename)}.`);
  }
  return loadByKey(type, keys, reference, path, context);
};

const loadByKey = (
  type: GraphQLObjectType,
  keys: NonNullable<ReturnType<typeof entityKeys>>,
  reference: JsonObject,
  path: string,
  context: GraphContext,
): Promise<unknown> | GraphQLError => {
  const given = Object.keys(keys).filter(
    (field) => Object.hasOwn(reference, field) && reference[field] !== null,
  );
  for (const field of given) {
    const key = readKey(type, field, reference[field]);
    const load = keys[field];
    if (key !== undefined && load !== undefined) return branded(load(key, context), type);
  }
  const [wrong] = given;
  if (wrong !== undefined)
    return invalidInput(`${path}.${wrong}`, `must be a string; got ${quoted(reference[wrong])}.`);
  const fields = Object.keys(keys).map((field) => `"${field}"`);
  return invalidInput(path, `${type.name} is referred to by ${fields.join(' or ')}; neither is given.`);
};

/** So that the union knows its type. */
const branded = async (loading: Promise<unknown>, type: GraphQLObjectType): Promise<unknown> => {
  const found = await loading;
  if (typeof found !== 'object' || found === null) return null;
  ENTITY_TYPES.set(found, type.name);
  return found;
};

const ENTITY_TYPES = new WeakMap<object, string>();

/** Resolves references to entities, each for itself: a wrong one is null, with an error at its own path. */
export const entitiesField = (
  types: readonly GraphQLObjectType[],
): GraphQLFieldConfig<unknown, GraphContext> => {
  const entities: Entities = new Map(types.map((type) => [type.name, type]));
  return {
    description:
      'For federation routers: the entities that are referred to, in their order; null for one that is not there.',
    type: new GraphQLNonNull(
      new GraphQLList(
        new GraphQLUnionType({
          name: '_Entity',
          description: 'What other subgraphs can refer to.',
          types,
          resolveType: (value) =>
            typeof value === 'object' && value !== null ? ENTITY_TYPES.get(value) : undefined,
        }),
      ),
    ),
    args: {
      representations: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(AnyScalar))),
        description: 'References to entities.',
      },
    },
    extensions: weight(weighEntities(entities)),
    resolve: (_root, { representations }: { readonly representations: readonly unknown[] }, context) =>
      // Of a list, an error that is a member counts for its own place.
      representations.map((reference, index) =>
        loadEntity(entities, reference, `representations[${index}]`, context),
      ),
  };
};
