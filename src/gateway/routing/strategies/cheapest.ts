import type { RouteScorePart } from '../../../domain/attempt.ts';
import type { Barred, RouteCandidate } from '../candidate.ts';
import { byScore } from './by-score.ts';
import {
  type OrderContext,
  type Ordered,
  type OrderStrategy,
  type Ranked,
  rankedAt,
  scorePart,
} from './order.ts';

function costPart(this: Ranked) {
  return [scorePart('cost', this.score ?? Number.NaN)];
}

const unpriced = (): string =>
  'What this request costs there is not known: a price or an exchange rate is missing.';

/** The cheapest first, equally cheap ones as listed; what has no known price is left out. */
export const rankByCost = (
  candidates: readonly RouteCandidate[],
  context: OrderContext,
  most?: number,
  parts: (this: Ranked) => readonly RouteScorePart[] = costPart,
): Ordered => {
  const costs = new Float64Array(candidates.length);
  const leftOut: Barred[] = [];
  for (let place = 0; place < candidates.length; place++) {
    const candidate = candidates[place];
    if (candidate === undefined) continue;
    const cost = context.costOf(candidate);
    if (Number.isNaN(cost)) leftOut.push({ candidate, reason: 'UNKNOWN_PRICE', detail: unpriced });
    costs[place] = cost;
  }
  // What has no known price comes last, where there is room for it.
  const places = byScore(costs, most).subarray(0, candidates.length - leftOut.length);
  return {
    ranked: rankedAt(places, candidates, (candidate, place) => ({
      candidate,
      score: costs[place] ?? 0,
      parts,
    })),
    leftOut,
  };
};

/** Cheapest for this prompt. */
export const cheapest: OrderStrategy<'CHEAPEST'> = (candidates, _order, context, most) =>
  rankByCost(candidates, context, most);
