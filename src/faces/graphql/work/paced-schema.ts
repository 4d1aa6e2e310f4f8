import { isPromise } from 'node:util/types';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import { isPaced, type Pace } from './pace.ts';

/** So many members of a list are completed between two looks at the clock. */
const CHUNK = 4;

/**
 * Members that come one chunk after another. GraphQL completes all that is there at once, without a look at the clock: those that
 * are not there yet wait for a turn.
 */
const pacedMembers = (value: unknown, pace: Pace): unknown => {
  if (!Array.isArray(value) || value.length <= CHUNK) return value;
  const members: readonly unknown[] = value;
  let turn: Promise<void> | undefined;
  let left = CHUNK;
  return members.map((member) => {
    // Of several that are looked up together, all come at once.
    if (isPromise(member)) return member.then((loaded) => pace.wait().then(() => loaded));
    if (left === 0) {
      left = CHUNK;
      turn = pace.wait();
    }
    left -= 1;
    return turn === undefined ? member : turn.then(() => member);
  });
};

type Resolver = GraphQLFieldResolver<unknown, unknown>;

const paced = (resolve: Resolver, isList: boolean): Resolver => {
  const run = (pace: Pace, ...args: Parameters<Resolver>): unknown => {
    const value = resolve(...args);
    if (!isList) return value;
    return isPromise(value) ? value.then((found) => pacedMembers(found, pace)) : pacedMembers(value, pace);
  };
  return (source, args, context, info) => {
    if (!isPaced(context)) return resolve(source, args, context, info);
    const { pace } = context;
    const turn = pace.turn();
    return turn === undefined
      ? run(pace, source, args, context, info)
      : turn.then(() => run(pace, source, args, context, info));
  };
};

/** Types of introspection are the same for all schemas. */
const done = new WeakSet<GraphQLField<unknown, unknown>>();

/**
 * Has heavy operations wait for their turn before each object and within each list, so that none of them stops the event loop.
 * Changes the schema itself.
 */
export const paceSchema = (schema: GraphQLSchema): GraphQLSchema => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!isCompositeType(getNamedType(field.type)) || done.has(field)) continue;
      done.add(field);
      field.resolve = paced(field.resolve ?? defaultFieldResolver, isListType(getNullableType(field.type)));
    }
  }
  return schema;
};
