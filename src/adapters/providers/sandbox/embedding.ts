import { hashOf, numbersFrom, termsOf } from './words.ts';

/** How many places of the vector one word moves. */
const PLACES_PER_TERM = 8;

/**
 * A vector of length 1. Equal texts have equal vectors, and texts are the nearer to each other the more words
 * they share; what the words mean has no part in it.
 */
export const vectorOf = (text: string, dimensions: number): readonly number[] => {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const term of termsOf(text)) {
    const next = numbersFrom(hashOf(term));
    for (let count = 0; count < PLACES_PER_TERM; count += 1) {
      const place = next() % dimensions;
      vector[place] = (vector[place] ?? 0) + (next() % 2 === 0 ? 1 : -1);
    }
  }
  const length = Math.hypot(...vector);
  return length === 0
    ? vector.map((_, index) => (index === 0 ? 1 : 0))
    : vector.map((value) => value / length);
};
