import type { QualityScore } from '../../../domain/quality.ts';
import type { RouteCandidate } from '../candidate.ts';

/** The best score at each benchmark; the lists last as long as the catalogue that they are of. */
const bests = new WeakMap<readonly QualityScore[], ReadonlyMap<string, number>>();

const bestsOf = (scores: readonly QualityScore[]): ReadonlyMap<string, number> => {
  const known = bests.get(scores);
  if (known !== undefined) return known;
  const best = new Map<string, number>();
  for (const { benchmark, score } of scores)
    best.set(benchmark, Math.max(score, best.get(benchmark) ?? Number.NEGATIVE_INFINITY));
  bests.set(scores, best);
  return best;
};

/** In points; NaN where no source states one. */
export const bestScore = ({ scores }: RouteCandidate, benchmark: string): number =>
  scores.length === 0 ? Number.NaN : (bestsOf(scores).get(benchmark) ?? Number.NaN);

/** The benchmark that scores most of the candidates; of several, the first by name. */
const commonIn = (candidates: readonly RouteCandidate[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const { scores } of candidates)
    for (const benchmark of bestsOf(scores).keys()) counts.set(benchmark, (counts.get(benchmark) ?? 0) + 1);
  let common: string | undefined;
  let most = 0;
  for (const [benchmark, count] of counts)
    if (count > most || (count === most && common !== undefined && benchmark < common))
      [common, most] = [benchmark, count];
  return common;
};

/** What sources say of all candidates of a route: worked out once, for it lasts as long as the route. */
class RouteQuality {
  /** That which scores most of them; undefined where none scores any. */
  readonly common: string | undefined;
  readonly #candidates: readonly RouteCandidate[];
  readonly #columns = new Map<string, Float64Array>();

  constructor(candidates: readonly RouteCandidate[]) {
    this.#candidates = candidates;
    this.common = commonIn(candidates);
  }

  /** The best scores by the candidates' `index`; NaN where no source states one. */
  at(benchmark: string): Float64Array {
    let column = this.#columns.get(benchmark);
    if (column === undefined) {
      let size = 0;
      for (const { index } of this.#candidates) size = Math.max(size, index + 1);
      column = new Float64Array(size).fill(Number.NaN);
      for (const candidate of this.#candidates) column[candidate.index] = bestScore(candidate, benchmark);
      this.#columns.set(benchmark, column);
    }
    return column;
  }
}

const known = new WeakMap<readonly RouteCandidate[], RouteQuality>();

export const qualityOf = (candidates: readonly RouteCandidate[]): RouteQuality => {
  let quality = known.get(candidates);
  if (quality === undefined) {
    quality = new RouteQuality(candidates);
    known.set(candidates, quality);
  }
  return quality;
};
