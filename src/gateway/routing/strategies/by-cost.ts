import type { RouteCandidate } from '../candidate.ts';
import type { OrderContext, Ordered, Ranked } from '../order.ts';
import { byScore } from './by-score.ts';
import { scorePart } from './score-part.ts';

function parts(this: Ranked) {
  return [scorePart('cost', this.score ?? Number.NaN)];
}

/** The cheapest first, equally cheap ones as listed; what has no known price is left out. */
export const rankByCost = (candidates: readonly RouteCandidate[], context: OrderContext): Ordered => {
  const costs = new Float64Array(candidates.length);
  for (let place = 0; place < candidates.length; place++) {
    const candidate = candidates[place];
    const cost = candidate === undefined ? Number.NaN : context.costOf(candidate);
    costs[place] = Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  }
  const ranked: Ranked[] = [];
  const leftOut: Ordered['leftOut'][number][] = [];
  for (const place of byScore(costs)) {
    const candidate = candidates[place];
    if (candidate === undefined) continue;
    const score = costs[place] ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(score)) ranked.push({ candidate, score, parts });
    else
      leftOut.push({
        candidate,
        reason: 'PRICE_UNKNOWN',
        detail: 'What this request costs there is not known: a price or an exchange rate is missing.',
      });
  }
  return { ranked, leftOut };
};
