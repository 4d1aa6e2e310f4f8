import { type Criterion, DEFAULT_WEIGHTS } from '../../../catalogue/comparison/criteria.ts';
import type { RouteWeights } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import { byScore } from './by-score.ts';
import { type OrderContext, type OrderStrategy, type Ranked, rankedAt, scorePart } from './order.ts';
import { pointsOf, type QualityColumn, qualityOf } from './quality.ts';

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

const SCALES: readonly Scale[] = [
  { name: 'cost', isLessBetter: true, byRatio: true },
  { name: 'ttft', isLessBetter: true, byRatio: true },
  { name: 'throughput', isLessBetter: false, byRatio: true },
  { name: 'uptime', isLessBetter: false, byRatio: false },
  { name: 'quality', isLessBetter: false, byRatio: false },
];

const read = (
  { name }: Scale,
  candidate: RouteCandidate,
  benchmark: string | undefined,
  context: OrderContext,
): number => {
  switch (name) {
    case 'cost':
      return context.costOf(candidate);
    case 'ttft':
      return candidate.pulse.ttftMs;
    case 'throughput':
      return candidate.pulse.outputTps;
    case 'uptime':
      return 1 - candidate.pulse.errorRate;
    case 'quality':
      return benchmark === undefined ? Number.NaN : pointsOf(candidate, benchmark);
  }
};

/** The criteria of all candidates. Room that is kept from call to call: making it would take longer than the work. */
const roomFor = (size: number): { readonly [Name in Scale['name']]: Float64Array } => ({
  cost: new Float64Array(size),
  ttft: new Float64Array(size),
  throughput: new Float64Array(size),
  uptime: new Float64Array(size),
  quality: new Float64Array(size),
});
let room = roomFor(256);

/** Reads all of them in one go: each candidate is looked at once. */
const readAll = (
  candidates: readonly RouteCandidate[],
  quality: QualityColumn | undefined,
  context: OrderContext,
  byCost: boolean,
): void => {
  if (room.cost.length < candidates.length) room = roomFor(2 * candidates.length);
  for (let row = 0; row < candidates.length; row++) {
    const candidate = candidates[row];
    if (candidate === undefined) continue;
    const { pulse, index } = candidate;
    if (byCost) room.cost[row] = context.costOf(candidate);
    room.ttft[row] = pulse.ttftMs;
    room.throughput[row] = pulse.outputTps;
    room.uptime[row] = 1 - pulse.errorRate;
    room.quality[row] = quality?.points[index] ?? Number.NaN;
  }
};

/**
 * Adds to the scores what the column earns its rows: nothing the worst of them and what is not known, all of `share` the
 * best. What costs nothing is as good as the cheapest that costs something. False where nothing is known of any row.
 */
const earn = (
  scores: Float64Array,
  column: Float64Array,
  { byRatio, isLessBetter }: Scale,
  share: number,
): boolean => {
  const count = scores.length;
  let isKnown = false;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    const value = column[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    isKnown = true;
    if (byRatio && value <= 0) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!isKnown) return false;
  const bottom = byRatio ? Math.log(least) : least;
  const span = (byRatio ? Math.log(most) : most) - bottom;
  const slope = span > 0 ? share / span : 0;
  for (let row = 0; row < count; row++) {
    const value = column[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    let earned = share;
    if (byRatio && value <= 0) earned = isLessBetter ? share : 0;
    else if (slope > 0) {
      const way = slope * ((byRatio ? Math.log(value) : value) - bottom);
      earned = isLessBetter ? share - way : way;
    }
    scores[row] = (scores[row] ?? 0) + earned;
  }
  return true;
};

/**
 * Weighed against each other as where offerings are compared. The score is what is missing to one that is the best in all:
 * 0 to 1. A criterion of which nothing is known of any candidate says nothing, and its weight goes to the others.
 */
export const balanced: OrderStrategy<'BALANCED'> = (candidates, { weights = USUAL }, context, most) => {
  const count = candidates.length;
  const known = qualityOf(context.all ?? candidates);
  const benchmark = known.common;
  const quality = benchmark === undefined ? undefined : known.at(benchmark);
  readAll(candidates, quality, context, (weights.cost ?? 0) > 0);
  const scores = new Float64Array(count);
  const used: { readonly scale: Scale; readonly weight: number }[] = [];
  let sum = 0;
  for (const scale of SCALES) {
    const weight = weights[scale.name] ?? 0;
    if (!(weight > 0)) continue;
    const isLessBetter = scale.name === 'quality' ? (quality?.lessIsBetter ?? false) : scale.isLessBetter;
    if (!earn(scores, room[scale.name], { ...scale, isLessBetter }, weight)) continue;
    used.push({ scale, weight });
    sum += weight;
  }
  for (let row = 0; row < count; row++) scores[row] = sum > 0 ? Math.max(0, 1 - (scores[row] ?? 0) / sum) : 1;
  function parts(this: Ranked) {
    return used.map(({ scale, weight }) =>
      scorePart(scale.name, read(scale, this.candidate, benchmark, context), weight / sum),
    );
  }
  const ranked = rankedAt(byScore(scores, most), candidates, (candidate, row) => ({
    candidate,
    score: scores[row] ?? 1,
    parts,
  }));
  return { ranked, leftOut: [] };
};
