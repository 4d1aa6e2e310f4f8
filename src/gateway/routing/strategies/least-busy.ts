import { byScore } from './by-score.ts';
import type { OrderStrategy, Ranked } from './order.ts';
import { scorePart } from './order.ts';

function parts(this: Ranked) {
  return [scorePart('inFlight', this.score ?? Number.NaN)];
}

/** Fewest calls under way; equally busy ones in an order drawn by chance. */
export const leastBusy: OrderStrategy<'LEAST_BUSY'> = (candidates, _order, context, most) => {
  const keys = new Float64Array(candidates.length);
  for (let place = 0; place < candidates.length; place++)
    keys[place] = (candidates[place]?.pulse.inFlight ?? 0) + context.random();
  const ranked: Ranked[] = [];
  for (const place of byScore(keys, most)) {
    const candidate = candidates[place];
    if (candidate !== undefined) ranked.push({ candidate, score: candidate.pulse.inFlight, parts });
  }
  return { ranked, leftOut: [] };
};
