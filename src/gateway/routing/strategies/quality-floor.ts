import type { RouteCandidate } from '../candidate.ts';
import type { LeftOut, OrderStrategy, Ranked } from '../order.ts';
import { rankByCost } from './by-cost.ts';
import { pointsOf, qualityOf } from './quality.ts';
import { scorePart } from './score-part.ts';

/** Cheapest of those that score enough; an unknown score is not enough. */
export const qualityFloor: OrderStrategy<'QUALITY_FLOOR'> = (candidates, { floor }, context, most) => {
  const { points, lessIsBetter } = qualityOf(context.all ?? candidates).at(floor.benchmark);
  function detail(this: LeftOut) {
    const score = pointsOf(this.candidate, floor.benchmark);
    return Number.isNaN(score)
      ? `No comparable score of it at ${floor.benchmark} is known; ${floor.score} is asked.`
      : `It scores ${score} at ${floor.benchmark}; ${floor.score} is asked.`;
  }
  const good: RouteCandidate[] = [];
  const poor: LeftOut[] = [];
  for (const candidate of candidates) {
    const score = points[candidate.index] ?? Number.NaN;
    if (lessIsBetter ? score <= floor.score : score >= floor.score) good.push(candidate);
    else poor.push({ candidate, reason: Number.isNaN(score) ? 'UNKNOWN_QUALITY' : 'QUALITY_BELOW', detail });
  }
  function parts(this: Ranked) {
    return [
      scorePart('cost', this.score ?? Number.NaN),
      scorePart('quality', pointsOf(this.candidate, floor.benchmark)),
    ];
  }
  const { ranked, leftOut } = rankByCost(good, context, most, parts);
  return { ranked, leftOut: leftOut.length === 0 ? poor : poor.concat(leftOut) };
};
