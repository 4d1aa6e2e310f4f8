import { byScore } from './by-score.ts';
import { type OrderStrategy, type Ranked, rankedAt, scorePart } from './order.ts';

function parts(this: Ranked) {
  return [scorePart('inFlight', this.score ?? Number.NaN)];
}

/** Fewest calls under way; equally busy ones in an order drawn by chance. */
export const leastBusy: OrderStrategy<'LEAST_BUSY'> = (candidates, _order, context, most) => {
  const keys = new Float64Array(candidates.length);
  for (let place = 0; place < candidates.length; place++)
    keys[place] = (candidates[place]?.pulse.inFlight ?? 0) + context.random();
  const ranked = rankedAt(byScore(keys, most), candidates, (candidate) => ({
    candidate,
    score: candidate.pulse.inFlight,
    parts,
  }));
  return { ranked, leftOut: [] };
};
