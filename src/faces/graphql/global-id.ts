/**
 * Global ids are the ids that people use: `openai` is a Provider, `openai/gpt-4o-mini` an Offering,
 * `cmp_…` a Completion, `op_…` an Operation, `key_…` a Key. A model's slug looks like an offering's id, and a route's name
 * like a provider's, so that their global ids are `model:` and the slug, `route:` and the name.
 */
const MODEL = 'model:';
const ROUTE = 'route:';

export const encodeGlobalId = (typename: string, id: string | number | bigint): string => {
  if (typename === 'Model') return `${MODEL}${id}`;
  return typename === 'Route' ? `${ROUTE}${id}` : String(id);
};

export const decodeGlobalId = (globalId: string): { readonly typename: string; readonly id: string } => {
  if (globalId.startsWith(MODEL)) return { typename: 'Model', id: globalId.slice(MODEL.length) };
  if (globalId.startsWith(ROUTE)) return { typename: 'Route', id: globalId.slice(ROUTE.length) };
  if (globalId.startsWith('cmp_')) return { typename: 'Completion', id: globalId };
  if (globalId.startsWith('op_')) return { typename: 'Operation', id: globalId };
  if (globalId.startsWith('key_')) return { typename: 'Key', id: globalId };
  return { typename: globalId.includes('/') ? 'Offering' : 'Provider', id: globalId };
};

/** The id of a thing within its type; undefined for the id of something else. */
export const idWithin = (typename: 'Model' | 'Route', globalId: string): string | undefined => {
  const { typename: found, id } = decodeGlobalId(globalId);
  return found === typename ? id : undefined;
};
