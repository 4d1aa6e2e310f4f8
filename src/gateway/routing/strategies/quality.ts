import { commonBenchmark } from '../../../catalogue/quality/common-benchmark.ts';
import type { QualityScore } from '../../../domain/quality.ts';
import type { Barred, RouteCandidate } from '../candidate.ts';
import { rankByCost } from './cheapest.ts';
import { type OrderStrategy, type Ranked, scorePart } from './order.ts';

/** The score that stands for a model at each benchmark; the lists last as long as the catalogue that they are of. */
const known = new WeakMap<readonly QualityScore[], ReadonlyMap<string, QualityScore>>();

const byBenchmark = (scores: readonly QualityScore[]): ReadonlyMap<string, QualityScore> => {
  const found = known.get(scores);
  if (found !== undefined) return found;
  const made = new Map(scores.flatMap((each) => (each.represents ? [[each.benchmark, each] as const] : [])));
  known.set(scores, made);
  return made;
};

/** The comparable score of a candidate's model; undefined if none is known. */
export const scoreOf = ({ scores }: RouteCandidate, benchmark: string): QualityScore | undefined =>
  scores.length === 0 ? undefined : byBenchmark(scores).get(benchmark);

/** In points; NaN if unknown. */
export const pointsOf = (candidate: RouteCandidate, benchmark: string): number =>
  scoreOf(candidate, benchmark)?.score ?? Number.NaN;

/** Scores at one benchmark. */
export type QualityColumn = {
  /** By the candidates' `index`; NaN if unknown. */
  readonly points: Float64Array;
  readonly lessIsBetter: boolean;
};

/** What is known of all candidates of a route: worked out once, for it lasts as long as the route. */
class RouteQuality {
  /** By which they are compared if no benchmark is named; undefined if none of them has a score. */
  readonly common: string | undefined;
  readonly #candidates: readonly RouteCandidate[];
  readonly #columns = new Map<string, QualityColumn>();

  constructor(candidates: readonly RouteCandidate[]) {
    this.#candidates = candidates;
    this.common = commonBenchmark(candidates.map(({ scores }) => ({ scores, weight: 1 })));
  }

  at(benchmark: string): QualityColumn {
    const column = this.#columns.get(benchmark);
    if (column !== undefined) return column;
    let size = 0;
    for (const { index } of this.#candidates) size = Math.max(size, index + 1);
    const points = new Float64Array(size).fill(Number.NaN);
    let lessIsBetter = false;
    for (const candidate of this.#candidates) {
      const score = scoreOf(candidate, benchmark);
      if (score === undefined) continue;
      points[candidate.index] = score.score;
      lessIsBetter = score.lessIsBetter;
    }
    const made = { points, lessIsBetter };
    this.#columns.set(benchmark, made);
    return made;
  }
}

const ofRoutes = new WeakMap<readonly RouteCandidate[], RouteQuality>();

export const qualityOf = (candidates: readonly RouteCandidate[]): RouteQuality => {
  let quality = ofRoutes.get(candidates);
  if (quality === undefined) {
    quality = new RouteQuality(candidates);
    ofRoutes.set(candidates, quality);
  }
  return quality;
};

/** Cheapest of those that score enough; an unknown score is not enough. */
export const qualityFloor: OrderStrategy<'QUALITY_FLOOR'> = (candidates, { floor }, context, most) => {
  const { points, lessIsBetter } = qualityOf(context.all ?? candidates).at(floor.benchmark);
  function detail(this: Barred) {
    const score = pointsOf(this.candidate, floor.benchmark);
    return Number.isNaN(score)
      ? `No comparable score of it at ${floor.benchmark} is known; ${floor.score} is asked.`
      : `It scores ${score} at ${floor.benchmark}; ${floor.score} is asked.`;
  }
  const good: RouteCandidate[] = [];
  const poor: Barred[] = [];
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
