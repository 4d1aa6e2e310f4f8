import type { Criterion, Weights } from '../../../catalogue/comparison/comparison-input.ts';
import { DEFAULT_WEIGHTS } from '../../../catalogue/comparison/comparison-input.ts';
import {
  type Columns,
  columnsOf,
  judgesOf,
  scoreOf,
  scoreParts,
  usedWeights,
} from '../../../catalogue/comparison/score.ts';
import type { RouteWeights } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import type { OrderContext, OrderStrategy, Ranked } from '../order.ts';
import { byScore } from './by-score.ts';
import { bestScore, commonBenchmark } from './quality.ts';

const CRITERION_NAMES: { readonly [Name in Criterion]: keyof RouteWeights } = {
  COST: 'cost',
  TTFT: 'ttft',
  THROUGHPUT: 'throughput',
  UPTIME: 'uptime',
  QUALITY: 'quality',
};

const criterionWeights = ({
  cost = 0,
  ttft = 0,
  throughput = 0,
  uptime = 0,
  quality = 0,
}: RouteWeights): Weights => ({
  COST: cost,
  TTFT: ttft,
  THROUGHPUT: throughput,
  UPTIME: uptime,
  QUALITY: quality,
});

/** What is known of the candidates, as far as it counts. */
const columnsFor = (
  candidates: readonly RouteCandidate[],
  weights: Weights,
  context: OrderContext,
): Columns => {
  const columns = columnsOf(candidates.length);
  const benchmark = weights.QUALITY > 0 ? commonBenchmark(candidates) : undefined;
  for (let row = 0; row < candidates.length; row++) {
    const candidate = candidates[row];
    if (candidate === undefined) continue;
    const { pulse } = candidate;
    if (weights.COST > 0) columns.COST[row] = context.costOf(candidate);
    columns.TTFT[row] = pulse.ttftMs;
    columns.THROUGHPUT[row] = pulse.outputTps;
    columns.UPTIME[row] = 1 - pulse.errorRate;
    if (benchmark !== undefined) columns.QUALITY[row] = bestScore(candidate, benchmark);
  }
  return columns;
};

/** Weighed against each other as in a comparison of offerings; the score is what is missing to the best in all. */
export const balanced: OrderStrategy<'BALANCED'> = (candidates, order, context) => {
  const weights = order.weights === undefined ? DEFAULT_WEIGHTS : criterionWeights(order.weights);
  const columns = columnsFor(candidates, weights, context);
  const judges = judgesOf(columns, usedWeights(weights, columns));
  const scores = new Float64Array(candidates.length);
  for (let row = 0; row < scores.length; row++) scores[row] = 1 - scoreOf(judges, row);
  const ranked: Ranked[] = [];
  for (const row of byScore(scores)) {
    const candidate = candidates[row];
    if (candidate === undefined) continue;
    ranked.push({
      candidate,
      score: scores[row] ?? Number.NaN,
      parts: () =>
        scoreParts(judges, row).map(({ criterion, value, weight }) => ({
          criterion: CRITERION_NAMES[criterion],
          ...(value !== undefined && { value }),
          weight,
        })),
    });
  }
  return { ranked, leftOut: [] };
};
