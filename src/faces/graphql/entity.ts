import type { GraphQLObjectType } from 'graphql';
import type { GraphContext } from './context.ts';

/** Finds an entity by one of its keys, under the rules of `node(id:)`; null if it is not there or may not be seen. */
type LoadByKey = (key: string, context: GraphContext) => Promise<unknown>;

/** Each is the name of one field, in the order of preference. */
export type EntityKeys = { readonly [field: string]: LoadByKey };

/** As the `extensions` of a type: federation routers can refer to its objects by these keys. */
export const entity = (keys: EntityKeys) => ({
  directives: { key: Object.keys(keys).map((fields) => ({ fields })) },
  entityKeys: keys,
});

const isKeys = (value: unknown): value is EntityKeys => typeof value === 'object' && value !== null;

export const entityKeys = ({ extensions }: GraphQLObjectType): EntityKeys | undefined =>
  isKeys(extensions.entityKeys) ? extensions.entityKeys : undefined;

/** As the `extensions` of a type: other subgraphs may define it too. */
export const SHAREABLE = { directives: { shareable: {} } };
