import type { OrderStrategy } from '../order.ts';
import { byScore } from './by-score.ts';
import { groupsOf, rankGroups } from './groups.ts';

/**
 * Rules are drawn without putting back, in proportion to their weights: the least of exponential variables with those
 * rates is of each rule with just that chance. A rule without weight comes last.
 */
export const weighted: OrderStrategy<'WEIGHTED'> = (candidates, _order, context) => {
  const groups = groupsOf(candidates);
  const keys = new Float64Array(groups.length);
  for (const [place, { weight }] of groups.entries())
    keys[place] = weight > 0 ? -Math.log(1 - context.random()) / weight : Number.POSITIVE_INFINITY;
  return { ranked: rankGroups(groups, byScore(keys)), leftOut: [] };
};
