import type { RouteCandidate } from '../candidate.ts';
import type { Ranked } from '../order.ts';
import { scorePart } from './score-part.ts';

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
