import { commonBenchmark, preferredBenchmark } from '../quality/common-benchmark.ts';
import type { OfferingColumns } from './offering-columns.ts';

/** The one of `preferred` by which enough of the offerings can be compared, else the one that all of them have in common. */
export const chooseBenchmark = (
  preferred: readonly string[],
  places: readonly number[],
  { models, scores }: OfferingColumns,
): string | undefined => {
  const served = new Int32Array(models.values.length);
  const found: number[] = [];
  for (const place of places) {
    const model = models.numbers[place] ?? 0;
    if (served[model] === 0) found.push(model);
    served[model] = (served[model] ?? 0) + 1;
  }
  const weighed = found.map((model) => ({ scores: scores(model), weight: served[model] ?? 0 }));
  return preferredBenchmark(preferred, weighed) ?? commonBenchmark(weighed);
};
