import type { ModerationCategory } from '../../../domain/operation.ts';
import { termsOf } from './words.ts';

/** The share of the query's words that the document has, 0 to 1. */
export const relevanceOf = (query: ReadonlySet<string>, document: string): number => {
  if (query.size === 0) return 0;
  const terms = [...new Set(termsOf(document))];
  return terms.filter((term) => query.has(term)).length / query.size;
};

/** A few words to try moderation with; far from what a real one knows. */
const FLAGGED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['hate', new Set(['hate', 'hateful'])],
  ['self-harm', new Set(['suicide'])],
  ['violence', new Set(['kill', 'murder', 'attack'])],
]);

/** Each category is flagged where one of its words occurs; its score is 1 then, else 0. */
export const categoriesOf = (text: string): readonly ModerationCategory[] => {
  const terms = termsOf(text);
  return Array.from(FLAGGED, ([name, words]) => {
    const flagged = terms.some((term) => words.has(term));
    return { name, flagged, score: flagged ? 1 : 0 };
  });
};
