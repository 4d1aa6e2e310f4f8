import type { RouteCandidate } from '../candidate.ts';
import { byScore } from './by-score.ts';
import { type OrderStrategy, type Ranked, rankedAt, scorePart } from './order.ts';

/** Who fails at once has nothing under way, and is not idle. */
const busyOf = (candidate: RouteCandidate | undefined): number =>
  candidate === undefined ? 0 : candidate.pulse.inFlight + Math.round(candidate.pulse.failed);

function parts(this: Ranked) {
  const { inFlight, failed } = this.candidate.pulse;
  const underWay = scorePart('inFlight', inFlight);
  return failed < 0.5 ? [underWay] : [underWay, scorePart('failed', Math.round(failed))];
}

/** Fewest calls under way, those that failed of late among them; equally busy ones in an order drawn by chance. */
export const leastBusy: OrderStrategy<'LEAST_BUSY'> = (candidates, _order, context, most) => {
  const keys = new Float64Array(candidates.length);
  for (let place = 0; place < candidates.length; place++)
    keys[place] = busyOf(candidates[place]) + context.random();
  const ranked = rankedAt(byScore(keys, most), candidates, (candidate) => ({
    candidate,
    score: busyOf(candidate),
    parts,
  }));
  return { ranked, leftOut: [] };
};
