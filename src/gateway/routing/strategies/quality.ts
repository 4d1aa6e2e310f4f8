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
export const commonBenchmark = (candidates: readonly RouteCandidate[]): string | undefined => {
  // Offerings of one model have one list of scores between them.
  const holders = new Map<readonly QualityScore[], number>();
  for (const { scores } of candidates) holders.set(scores, (holders.get(scores) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [scores, times] of holders)
    for (const benchmark of bestsOf(scores).keys())
      counts.set(benchmark, (counts.get(benchmark) ?? 0) + times);
  let common: string | undefined;
  let most = 0;
  for (const [benchmark, count] of counts)
    if (count > most || (count === most && common !== undefined && benchmark < common))
      [common, most] = [benchmark, count];
  return common;
};
