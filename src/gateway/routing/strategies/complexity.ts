import type { RouteCandidate } from '../candidate.ts';
import type { OrderStrategy, Ranked } from '../order.ts';
import { byScore } from './by-score.ts';
import { scorePart } from './score-part.ts';

const reachOf = ({ rule }: RouteCandidate): number => rule.upTo ?? 1;

/** Rules in the order in which they are used, as ranks: the least one that is strong enough, stronger ones, then weaker ones. */
const ranksOf = (candidates: readonly RouteCandidate[], complexity: number): Float64Array => {
  const keys: number[] = [];
  const groups: number[] = [];
  const places = new Float64Array(candidates.length);
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index];
    if (candidate === undefined) continue;
    if (groups.at(-1) !== candidate.group) {
      const reach = reachOf(candidate);
      groups.push(candidate.group);
      // Anything that is weaker comes after all that reach 1.
      keys.push(reach >= complexity ? reach : 2 - reach);
    }
    places[index] = groups.length - 1;
  }
  const ranks = new Float64Array(keys.length);
  for (const [rank, place] of byScore(Float64Array.from(keys)).entries()) ranks[place] = rank;
  for (let index = 0; index < places.length; index++) places[index] = ranks[places[index] ?? 0] ?? 0;
  return places;
};

/** The weakest that are strong enough first; of one rule the cheapest, and then those without a known price. */
export const complexity: OrderStrategy<'COMPLEXITY'> = (candidates, { model }, context) => {
  const hardness = context.complexity(model);
  const ranks = ranksOf(candidates, hardness);
  const costs = new Float64Array(candidates.length);
  for (let place = 0; place < candidates.length; place++) {
    const candidate = candidates[place];
    const cost = candidate === undefined ? Number.NaN : context.costOf(candidate);
    costs[place] = Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  }
  const ofRank: RouteCandidate[][] = [];
  for (const place of byScore(costs)) {
    const candidate = candidates[place];
    const rank = ranks[place] ?? 0;
    if (candidate === undefined) continue;
    const same = ofRank[rank];
    if (same === undefined) ofRank[rank] = [candidate];
    else same.push(candidate);
  }
  function parts(this: Ranked) {
    return [
      scorePart('complexity', hardness),
      scorePart('upTo', reachOf(this.candidate)),
      scorePart('cost', context.costOf(this.candidate)),
    ];
  }
  const ranked: Ranked[] = [];
  for (const same of ofRank) for (const candidate of same ?? []) ranked.push({ candidate, parts });
  return { ranked, leftOut: [] };
};
