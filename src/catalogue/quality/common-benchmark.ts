import { type QualityScore, scoreAt } from '../../domain/quality.ts';

/** The benchmark by which models are compared unless another is named. */
export const DEFAULT_BENCHMARK = 'index';

/** A benchmark is preferred to a wider one from this share of the other's models on. */
const MIN_SHARE = 0.5;

type Weighed = {
  readonly scores: readonly QualityScore[];
  /** How often the model is met. */
  readonly weight: number;
};

/**
 * The index, if it knows at least half as many as the benchmark that scores most of them; else that benchmark, of several
 * the first by name. Undefined if none of them has a comparable score.
 */
export const commonBenchmark = (models: Iterable<Weighed>): string | undefined => {
  const counts = new Map<string, number>();
  for (const { scores, weight } of models)
    for (const { benchmark, represents } of scores)
      if (represents) counts.set(benchmark, (counts.get(benchmark) ?? 0) + weight);
  let widest: string | undefined;
  let most = 0;
  for (const [benchmark, count] of counts)
    if (count > most || (count === most && widest !== undefined && benchmark < widest))
      [widest, most] = [benchmark, count];
  return most > 0 && (counts.get(DEFAULT_BENCHMARK) ?? 0) >= MIN_SHARE * most ? DEFAULT_BENCHMARK : widest;
};

/** The first that scores at least half as many models as the widest of them does; undefined if none scores any. */
export const preferredBenchmark = (
  preferred: readonly string[],
  models: readonly Weighed[],
): string | undefined => {
  const counts = preferred.map((benchmark) =>
    models.reduce(
      (sum, { scores, weight }) => sum + (scoreAt(scores, benchmark) === undefined ? 0 : weight),
      0,
    ),
  );
  const most = Math.max(0, ...counts);
  return preferred.find((_, place) => (counts[place] ?? 0) > 0 && (counts[place] ?? 0) >= MIN_SHARE * most);
};
