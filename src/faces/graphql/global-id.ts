/**
 * Global ids are the ids that people use: `openai` is a Provider, `openai/gpt-4o-mini` an Offering,
 * `cmp_…` a Completion, `op_…` an Operation, `key_…` a Key. Only a model's slug looks like an offering's id, so that a Model's
 * global id is `model:` and its slug.
 */
const MODEL = 'model:';

export const encodeGlobalId = (typename: string, id: string | number | bigint): string =>
  typename === 'Model' ? `${MODEL}${id}` : String(id);

export const decodeGlobalId = (globalId: string): { readonly typename: string; readonly id: string } => {
  if (globalId.startsWith(MODEL)) return { typename: 'Model', id: globalId.slice(MODEL.length) };
  if (globalId.startsWith('cmp_')) return { typename: 'Completion', id: globalId };
  if (globalId.startsWith('op_')) return { typename: 'Operation', id: globalId };
  if (globalId.startsWith('key_')) return { typename: 'Key', id: globalId };
  return { typename: globalId.includes('/') ? 'Offering' : 'Provider', id: globalId };
};
