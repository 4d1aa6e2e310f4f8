import type { RouteCandidate } from '../candidate.ts';
import { byScore } from './by-score.ts';
import { type OrderStrategy, type Ranked, scorePart } from './order.ts';

/** Even over 0 inclusive to 1 exclusive, and always the same for the same text: FNV-1a, then Murmur's last mixing. */
export const subjectHash = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** Candidates of one rule, which stand beside each other in the list. */
export type Group = { readonly candidates: readonly RouteCandidate[]; readonly weight: number };

export const groupsOf = (candidates: readonly RouteCandidate[]): readonly Group[] => {
  const groups: { candidates: RouteCandidate[]; weight: number }[] = [];
  let place = Number.NaN;
  for (const candidate of candidates) {
    const last = groups.at(-1);
    if (last !== undefined && candidate.group === place) last.candidates.push(candidate);
    else {
      groups.push({ candidates: [candidate], weight: candidate.rule.weight });
      place = candidate.group;
    }
  }
  return groups;
};

/** Group by group, each as listed; explained by the share that its weight gives it. */
export const rankGroups = (groups: readonly Group[], drawn: Iterable<number>): readonly Ranked[] => {
  let sum = 0;
  for (const { weight } of groups) sum += weight;
  const ranked: Ranked[] = [];
  for (const place of drawn) {
    const group = groups[place];
    if (group === undefined) continue;
    const parts = () => [scorePart('weight', sum > 0 ? group.weight / sum : Number.NaN)];
    for (const candidate of group.candidates) ranked.push({ candidate, parts });
  }
  return ranked;
};

/**
 * Rules are drawn without putting back, in proportion to their weights: the least of exponential variables with those
 * rates is of each rule with just that chance. A rule without weight comes last.
 */
export const weighted: OrderStrategy<'WEIGHTED'> = (candidates, _order, context) => {
  const groups = groupsOf(candidates);
  const keys = new Float64Array(groups.length);
  for (const [place, { weight }] of groups.entries())
    keys[place] = weight > 0 ? -Math.log(1 - context.random()) / weight : Number.POSITIVE_INFINITY;
  return { ranked: rankGroups(groups, byScore(keys)), leftOut: [] };
};

/** Which group a point of 0 to 1 falls into where they lie side by side, each as wide as its weight. */
const groupAt = (groups: readonly Group[], point: number): number => {
  let sum = 0;
  for (const { weight } of groups) sum += weight;
  let left = point * sum;
  let last = 0;
  for (const [place, { weight }] of groups.entries()) {
    if (!(weight > 0)) continue;
    if (left < weight) return place;
    left -= weight;
    last = place;
  }
  return last;
};

/**
 * One rule is drawn for each subject, on every node the same; the others follow as listed. A request that does not say
 * what it is split by is drawn by chance.
 */
export const split: OrderStrategy<'SPLIT'> = (candidates, order, context) => {
  const groups = groupsOf(candidates);
  const subject = context.subject(order.by);
  const first = groupAt(groups, subject === undefined ? context.random() : subjectHash(subject));
  const drawn = [first];
  for (const place of groups.keys()) if (place !== first) drawn.push(place);
  return { ranked: groups.length > 0 ? rankGroups(groups, drawn) : [], leftOut: [] };
};
