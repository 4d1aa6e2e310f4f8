import { type Criterion, DEFAULT_WEIGHTS } from '../../../catalogue/comparison/comparison-input.ts';
import type { RouteWeights } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import type { OrderContext, OrderStrategy, Ranked } from '../order.ts';
import { byScore } from './by-score.ts';
import { commonQuality } from './quality.ts';
import { scorePart } from './score-part.ts';

/** As where offerings are compared. */
const USUAL: RouteWeights = {
  cost: DEFAULT_WEIGHTS.COST,
  ttft: DEFAULT_WEIGHTS.TTFT,
  throughput: DEFAULT_WEIGHTS.THROUGHPUT,
  uptime: DEFAULT_WEIGHTS.UPTIME,
  quality: DEFAULT_WEIGHTS.QUALITY,
};

type Scale = {
  readonly name: Lowercase<Criterion>;
  readonly isLessBetter: boolean;
  /** Twice is twice, whatever the size: compared by ratio. Others are compared by difference. */
  readonly byRatio: boolean;
};

type Column = { readonly scale: Scale; readonly values: Float64Array; readonly weight: number };

const COST: Scale = { name: 'cost', isLessBetter: true, byRatio: true };
const TTFT: Scale = { name: 'ttft', isLessBetter: true, byRatio: true };
const THROUGHPUT: Scale = { name: 'throughput', isLessBetter: false, byRatio: true };
const UPTIME: Scale = { name: 'uptime', isLessBetter: false, byRatio: false };
const QUALITY: Scale = { name: 'quality', isLessBetter: false, byRatio: false };

/** What counts and is known of any candidate. */
const columnsFor = (
  candidates: readonly RouteCandidate[],
  weights: RouteWeights,
  context: OrderContext,
): readonly Column[] => {
  const count = candidates.length;
  const [costs, ttfts, paces, uptimes] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ];
  const isCostWanted = (weights.cost ?? 0) > 0;
  for (let row = 0; row < count; row++) {
    const candidate = candidates[row];
    if (candidate === undefined) continue;
    const { pulse } = candidate;
    if (isCostWanted) costs[row] = context.costOf(candidate);
    ttfts[row] = pulse.ttftMs;
    paces[row] = pulse.outputTps;
    uptimes[row] = 1 - pulse.errorRate;
  }
  const columns: Column[] = [];
  const add = (scale: Scale, values: Float64Array, weight = 0): void => {
    if (weight > 0 && values.some((value) => !Number.isNaN(value))) columns.push({ scale, values, weight });
  };
  add(COST, costs, weights.cost);
  add(TTFT, ttfts, weights.ttft);
  add(THROUGHPUT, paces, weights.throughput);
  add(UPTIME, uptimes, weights.uptime);
  if ((weights.quality ?? 0) > 0) add(QUALITY, commonQuality(candidates), weights.quality);
  return columns;
};

/**
 * Takes off the scores what a column earns its rows: nothing the worst of them and what is not known, all of `share` the
 * best. What costs nothing is as good as the cheapest that costs something.
 */
const takeOff = (scores: Float64Array, { scale, values }: Column, share: number): void => {
  const { byRatio, isLessBetter } = scale;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value) || (byRatio && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const bottom = byRatio ? Math.log(least) : least;
  const span = (byRatio ? Math.log(most) : most) - bottom;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    let merit = 1;
    if (byRatio && value <= 0) merit = isLessBetter ? 1 : 0;
    else if (span > 0) {
      const place = ((byRatio ? Math.log(value) : value) - bottom) / span;
      merit = isLessBetter ? 1 - place : place;
    }
    scores[row] = (scores[row] ?? 0) - share * merit;
  }
};

/**
 * Weighed against each other as where offerings are compared. The score is what is missing to one that is the best in all:
 * 0 to 1. A criterion of which nothing is known of any candidate says nothing, and its weight goes to the others.
 */
export const balanced: OrderStrategy<'BALANCED'> = (candidates, { weights = USUAL }, context) => {
  const columns = columnsFor(candidates, weights, context);
  let sum = 0;
  for (const { weight } of columns) sum += weight;
  const scores = new Float64Array(candidates.length).fill(1);
  for (const column of columns) takeOff(scores, column, column.weight / sum);
  function parts(this: Ranked) {
    const row = candidates.indexOf(this.candidate);
    return columns.map(({ scale, values, weight }) =>
      scorePart(scale.name, values[row] ?? Number.NaN, weight / sum),
    );
  }
  const ranked: Ranked[] = [];
  for (const row of byScore(scores)) {
    const candidate = candidates[row];
    if (candidate !== undefined) ranked.push({ candidate, score: Math.max(0, scores[row] ?? 1), parts });
  }
  return { ranked, leftOut: [] };
};
