import type { OrderStrategy } from '../order.ts';
import { type Group, groupsOf, rankGroups } from './groups.ts';
import { subjectHash } from './subject-hash.ts';

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
