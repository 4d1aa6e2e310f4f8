import type { RouteCandidate } from '../candidate.ts';
import { byScore } from './by-score.ts';
import { type OrderStrategy, type Ranked, scorePart } from './order.ts';
import { weightAt } from './ramp.ts';

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
type Group = {
  readonly candidates: readonly RouteCandidate[];
  readonly weight: number;
  /** Before its ramp; the same where it has none. */
  readonly first: number;
};

const groupsOf = (candidates: readonly RouteCandidate[], at: Date): readonly Group[] => {
  const groups: (Group & { readonly candidates: RouteCandidate[] })[] = [];
  let place = Number.NaN;
  for (const candidate of candidates) {
    const last = groups.at(-1);
    if (last !== undefined && candidate.group === place) last.candidates.push(candidate);
    else {
      const { rule } = candidate;
      const weight = weightAt(rule, at);
      groups.push({ candidates: [candidate], weight, first: rule.ramp?.from ?? weight });
      place = candidate.group;
    }
  }
  return groups;
};

/** Group by group, each as listed; explained by the share that its weight gives it. */
const rankGroups = (groups: readonly Group[], drawn: Iterable<number>): readonly Ranked[] => {
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
  const groups = groupsOf(candidates, context.at);
  const keys = new Float64Array(groups.length);
  for (const [place, { weight }] of groups.entries())
    keys[place] = weight > 0 ? -Math.log(1 - context.random()) / weight : Number.POSITIVE_INFINITY;
  return { ranked: rankGroups(groups, byScore(keys)), leftOut: [] };
};

/** Where a point of 0 to 1 falls where parts lie side by side, each as wide as its weight; `left`: how far into its part. */
const partAt = (
  weights: readonly number[],
  point: number,
): { readonly place: number; readonly left: number } => {
  let sum = 0;
  for (const weight of weights) sum += weight;
  let left = point * sum;
  let last = 0;
  for (const [place, weight] of weights.entries()) {
    if (!(weight > 0)) continue;
    if (left < weight) return { place, left };
    left -= weight;
    last = place;
  }
  return { place: last, left: 0 };
};

const sharesOf = (weights: readonly number[]): readonly number[] => {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return weights.map((weight) => (sum > 0 ? weight / sum : 0));
};

/** Tells a subject's second place apart from its first. */
const MOVED = '\nmoved';

/**
 * The part of a subject. Where weights have ramps it is at first as they began: parts that shrink give up the end of what
 * they had, and those that grow take that over, so that nobody leaves a part while its share grows.
 */
const partOf = (groups: readonly Group[], point: number, again: () => number): number => {
  const weights = groups.map(({ weight }) => weight);
  if (groups.every(({ weight, first }) => weight === first)) return partAt(weights, point).place;
  const first = groups.map((group) => group.first);
  const before = sharesOf(first);
  // Where nothing weighed anything, nobody had a part.
  if (before.every((share) => share === 0)) return partAt(weights, point).place;
  const now = sharesOf(weights);
  const { place, left } = partAt(first, point);
  const kept = ((now[place] ?? 0) / (before[place] ?? 1)) * (first[place] ?? 0);
  if (left < kept) return place;
  const gains = now.map((share, each) => Math.max(0, share - (before[each] ?? 0)));
  return gains.every((gain) => gain === 0) ? place : partAt(gains, again()).place;
};

/**
 * One rule is drawn for each subject, on every node the same; the others follow as listed. A request that does not say
 * what it is split by is drawn by chance.
 */
export const split: OrderStrategy<'SPLIT'> = (candidates, order, context) => {
  const groups = groupsOf(candidates, context.at);
  const subject = context.subject(order.by);
  const first =
    subject === undefined
      ? partOf(groups, context.random(), context.random)
      : partOf(groups, subjectHash(subject), () => subjectHash(subject + MOVED));
  const drawn = [first];
  for (const place of groups.keys()) if (place !== first) drawn.push(place);
  return { ranked: groups.length > 0 ? rankGroups(groups, drawn) : [], leftOut: [] };
};
