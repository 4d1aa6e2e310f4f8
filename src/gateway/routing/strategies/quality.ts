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

type Holder = { candidates: number; best: number };

/** The benchmark that scores most of the candidates; of several, the first by name. */
const commonOf = (holders: ReadonlyMap<readonly QualityScore[], Holder>): string | undefined => {
  const counts = new Map<string, number>();
  for (const [scores, { candidates }] of holders)
    for (const benchmark of bestsOf(scores).keys())
      counts.set(benchmark, (counts.get(benchmark) ?? 0) + candidates);
  let common: string | undefined;
  let most = 0;
  for (const [benchmark, count] of counts)
    if (count > most || (count === most && common !== undefined && benchmark < common))
      [common, most] = [benchmark, count];
  return common;
};

/**
 * Writes the best score of each candidate at the benchmark that scores most of them, NaN where it has none, and tells that
 * benchmark. Offerings of one model have one list of scores between them, so that each list is read once.
 */
export const readQuality = (
  candidates: readonly RouteCandidate[],
  column: Float64Array,
): string | undefined => {
  const holders = new Map<readonly QualityScore[], Holder>();
  const held: Holder[] = [];
  for (const { scores } of candidates) {
    let holder = holders.get(scores);
    if (holder === undefined) {
      holder = { candidates: 0, best: Number.NaN };
      holders.set(scores, holder);
    }
    holder.candidates++;
    held.push(holder);
  }
  const benchmark = commonOf(holders);
  if (benchmark !== undefined)
    for (const [scores, holder] of holders) holder.best = bestsOf(scores).get(benchmark) ?? Number.NaN;
  for (let row = 0; row < held.length; row++) column[row] = held[row]?.best ?? Number.NaN;
  return benchmark;
};
