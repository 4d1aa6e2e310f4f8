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
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { GraphContext } from './context.ts';
import { type EntityKeys, entityKeys } from './entity.ts';
import { invalidInput } from './errors.ts';
import { MAX_WEIGHT, WEIGHT_BY_ID, type WeighField, weight } from './field-weight.ts';

const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'A reference to an entity: `__typename` and the fields of one of its keys.',
});

type Entities = ReadonlyMap<string, GraphQLObjectType>;

/** A reference that can be looked up, or what is wrong with it. */
type Reference =
  | {
      readonly kind: 'KEY';
      readonly type: GraphQLObjectType;
      readonly key: string;
      readonly load: EntityKeys[string];
    }
  | { readonly kind: 'WRONG'; readonly field?: string; readonly problem: string };

const MAX_SHOWN_LEVELS = 5;

/** What of a value is shown to who sent it. */
const quoted = (value: JsonValue | undefined): string => {
  if (value === undefined) return 'nothing';
  if (isDeeperThan(value, MAX_SHOWN_LEVELS))
    return `more than ${MAX_SHOWN_LEVELS} levels of lists and objects`;
  return JSON.stringify(value).slice(0, 100);
};

const readKey = (type: GraphQLObjectType, field: string, value: unknown): string | undefined => {
  const fieldType = getNamedType(type.getFields()[field]?.type);
  if (!isScalarType(fieldType)) return undefined;
  try {
    return String(fieldType.parseValue(value));
  } catch {
    return undefined;
  }
};

const readReference = (entities: Entities, reference: JsonValue): Reference => {
  if (!isJsonObject(reference))
    return { kind: 'WRONG', problem: `must be an object with __typename; got ${quoted(reference)}.` };
  const { __typename } = reference;
  const type = typeof __typename === 'string' ? entities.get(__typename) : undefined;
  const keys = type && entityKeys(type);
  if (type === undefined || keys === undefined) {
    const known = [...entities.keys()].sort().join(', ');
    return {
      kind: 'WRONG',
      field: '__typename',
      problem: `must be one of ${known}; got ${quoted(__typename)}.`,
    };
  }
  return readKeys(type, keys, reference);
};

const readKeys = (type: GraphQLObjectType, keys: EntityKeys, reference: JsonObject): Reference => {
  const given = Object.keys(keys).filter(
    (field) => Object.hasOwn(reference, field) && reference[field] !== null,
  );
  for (const field of given) {
    const key = readKey(type, field, reference[field]);
    const load = keys[field];
    if (key !== undefined && load !== undefined) return { kind: 'KEY', type, key, load };
  }
  const [wrong] = given;
  if (wrong !== undefined)
    return { kind: 'WRONG', field: wrong, problem: `must be a string; got ${quoted(reference[wrong])}.` };
  const fields = Object.keys(keys).map((field) => `"${field}"`);
  return {
    kind: 'WRONG',
    problem: `${type.name} is referred to by ${fields.join(' or ')}; neither is given.`,
  };
};

/** An error takes more time to make than an entity to look up, and is larger: at most 1,000 go into one operation. */
const WEIGHT_OF_ERROR = 50;

/**
 * A router may ask for entities of several types at once: each counts what is selected for its own. Names that are none of
 * theirs select nothing: to weigh what is selected for each of many thousands would take minutes.
 */
const weighEntities =
  (entities: Entities): WeighField =>
  ({ representations }, below) => {
    if (!Array.isArray(representations)) return 1;
    const least = 1 + representations.length * WEIGHT_BY_ID;
    // Too many, whatever they are: to read a million would take seconds.
    if (least > MAX_WEIGHT) return least;
    const counts = new Map<string, number>();
    let sum = 1;
    for (const each of representations) {
      const reference = readReference(entities, each);
      if (reference.kind === 'WRONG') sum += WEIGHT_OF_ERROR;
      else counts.set(reference.type.name, (counts.get(reference.type.name) ?? 0) + 1);
    }
    for (const [type, count] of counts) sum += count * (WEIGHT_BY_ID + below(type));
    return sum;
  };

/** The entity, null if it is not there, or an error that says what is wrong with the reference to it. */
const loadEntity = (
  reference: Reference,
  path: string,
  context: GraphContext,
): Promise<unknown> | GraphQLError => {
  switch (reference.kind) {
    case 'KEY':
      return branded(reference.load(reference.key, context), reference.type);
    case 'WRONG':
      return invalidInput(
        reference.field === undefined ? path : `${path}.${reference.field}`,
        reference.problem,
      );
  }
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
    resolve: (_root, { representations }: { readonly representations: readonly JsonValue[] }, context) =>
      // Of a list, an error that is a member counts for its own place.
      representations.map((reference, index) =>
        loadEntity(readReference(entities, reference), `representations[${index}]`, context),
      ),
  };
};
