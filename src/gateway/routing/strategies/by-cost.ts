import type { RouteScorePart } from '../../../domain/attempt.ts';
import type { RouteCandidate } from '../candidate.ts';
import type { LeftOut, OrderContext, Ordered, Ranked } from '../order.ts';
import { byScore } from './by-score.ts';
import { scorePart } from './score-part.ts';

function costPart(this: Ranked) {
  return [scorePart('cost', this.score ?? Number.NaN)];
}

const unpriced = (): string =>
  'What this request costs there is not known: a price or an exchange rate is missing.';

/** The cheapest first, equally cheap ones as listed; what has no known price is left out. */
export const rankByCost = (
  candidates: readonly RouteCandidate[],
  context: OrderContext,
  parts: (this: Ranked) => readonly RouteScorePart[] = costPart,
): Ordered => {
  const costs = new Float64Array(candidates.length);
  for (let place = 0; place < candidates.length; place++) {
    const candidate = candidates[place];
    const cost = candidate === undefined ? Number.NaN : context.costOf(candidate);
    costs[place] = Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  }
  const ranked: Ranked[] = [];
  const leftOut: LeftOut[] = [];
  for (const place of byScore(costs)) {
    const candidate = candidates[place];
    if (candidate === undefined) continue;
    const score = costs[place] ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(score)) ranked.push({ candidate, score, parts });
    else
      leftOut.push({
        candidate,
        reason: 'PRICE_UNKNOWN',
        detail: unpriced,
      });
  }
  return { ranked, leftOut };
};
