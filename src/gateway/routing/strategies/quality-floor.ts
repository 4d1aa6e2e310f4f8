import type { RouteCandidate } from '../candidate.ts';
import type { LeftOut, OrderStrategy, Ranked } from '../order.ts';
import { rankByCost } from './by-cost.ts';
import { bestScore, qualityOf } from './quality.ts';
import { scorePart } from './score-part.ts';

/** Cheapest of those that score enough; a score that is not known is not enough. */
export const qualityFloor: OrderStrategy<'QUALITY_FLOOR'> = (candidates, { floor }, context, most) => {
  const scores = qualityOf(context.all ?? candidates).at(floor.benchmark);
  function detail(this: LeftOut) {
    const score = bestScore(this.candidate, floor.benchmark);
    return Number.isNaN(score)
      ? `No source states its score at ${floor.benchmark}; ${floor.score} is asked.`
      : `It scores ${score} at ${floor.benchmark}; ${floor.score} is asked.`;
  }
  const good: RouteCandidate[] = [];
  const poor: LeftOut[] = [];
  for (const candidate of candidates) {
    const score = scores[candidate.index] ?? Number.NaN;
    if (score >= floor.score) good.push(candidate);
    else poor.push({ candidate, reason: 'QUALITY', detail });
  }
  function parts(this: Ranked) {
    return [
      scorePart('cost', this.score ?? Number.NaN),
      scorePart('quality', bestScore(this.candidate, floor.benchmark)),
    ];
  }
  const { ranked, leftOut } = rankByCost(good, context, most, parts);
  return { ranked, leftOut: leftOut.length === 0 ? poor : poor.concat(leftOut) };
};
