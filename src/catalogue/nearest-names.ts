import { distance } from 'fastest-levenshtein';
import { splitSlug } from './identity/model-index.ts';

/** Longer names are not compared: no model has one, and comparing takes time that grows with length. */
export const LONGEST_NAME = 256;

const LIMIT = 5;
/** Worst score that is still worth suggesting: 0 is equal, 1 shares nothing. */
const WORST_SCORE = 0.6;
const PREFIX_WEIGHT = 0.25;

const sharedPrefix = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  let index = 0;
  while (index < length && one.charCodeAt(index) === other.charCodeAt(index)) index += 1;
  return index;
};

/** The ids most like a name that is none, best first, at most five; none for a name like no other. */
export const nearestNames = (name: string, ids: Iterable<string>): readonly string[] =>
  nearest(name, ids, (id) => id);

/**
 * The slugs most like a name that is none, best first, at most five; none for a name like no other. A name
 * with a slash is compared with whole slugs, one without with their second halves. A shared beginning counts.
 */
export const nearestSlugs = (name: string, slugs: Iterable<string>): readonly string[] =>
  nearest(name, slugs, name.includes('/') ? (slug) => slug : (slug) => splitSlug(slug).name);

const nearest = (
  name: string,
  slugs: Iterable<string>,
  comparedBy: (lower: string) => string,
): readonly string[] => {
  if (name === '' || name.length > LONGEST_NAME) return [];
  const wanted = name.toLowerCase();
  const scored: { readonly slug: string; readonly score: number }[] = [];
  for (const slug of slugs) {
    const target = comparedBy(slug.toLowerCase());
    const longest = Math.max(wanted.length, target.length);
    const bonus = (PREFIX_WEIGHT * sharedPrefix(wanted, target)) / wanted.length;
    if (Math.abs(wanted.length - target.length) / longest - bonus > WORST_SCORE) continue;
    const score = distance(wanted, target) / longest - bonus;
    if (score <= WORST_SCORE) scored.push({ slug, score });
  }
  return scored
    .toSorted((one, other) => one.score - other.score || (one.slug < other.slug ? -1 : 1))
    .slice(0, LIMIT)
    .map(({ slug }) => slug);
};
