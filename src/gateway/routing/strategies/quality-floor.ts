import type { RouteCandidate } from '../candidate.ts';
import type { Ordered, OrderStrategy, Ranked } from '../order.ts';
import { rankByCost } from './by-cost.ts';
import { bestScore } from './quality.ts';
import { scorePart } from './score-part.ts';

/** Cheapest of those that score enough; a score that is not known is not enough. */
export const qualityFloor: OrderStrategy<'QUALITY_FLOOR'> = (candidates, { floor }, context) => {
  const good: RouteCandidate[] = [];
  const poor: Ordered['leftOut'][number][] = [];
  for (const candidate of candidates) {
    const score = bestScore(candidate, floor.benchmark);
    if (score >= floor.score) good.push(candidate);
    else
      poor.push({
        candidate,
        reason: 'QUALITY',
        detail: Number.isNaN(score)
          ? `No source states its score at ${floor.benchmark}; ${floor.score} is asked.`
          : `It scores ${score} at ${floor.benchmark}; ${floor.score} is asked.`,
      });
  }
  const { ranked, leftOut } = rankByCost(good, context);
  function parts(this: Ranked) {
    return [
      scorePart('cost', this.score ?? Number.NaN),
      scorePart('quality', bestScore(this.candidate, floor.benchmark)),
    ];
  }
  const explained: Ranked[] = [];
  for (const { candidate, score = Number.NaN } of ranked) explained.push({ candidate, score, parts });
  return { ranked: explained, leftOut: poor.concat(leftOut) };
};
