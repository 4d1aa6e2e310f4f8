/** Google's rules for the labels of a request, which end up on the bill. */
const KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const VALUE = /^[a-z0-9_-]{0,63}$/;
const MOST_LABELS = 64;

/** Whether Vertex takes these tags as labels. */
export const areLabels = (metadata: { readonly [key: string]: string }): boolean => {
  const entries = Object.entries(metadata);
  return entries.length <= MOST_LABELS && entries.every(([key, value]) => KEY.test(key) && VALUE.test(value));
};
