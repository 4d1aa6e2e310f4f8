import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Catalogue } from '../catalogue.ts';
import { commonBenchmark, preferredBenchmark } from '../quality/common-benchmark.ts';

export type QualityLookup = (slug: ModelSlug) => readonly QualityScore[];

/** Scores of models, looked up once for each. */
export const createQualityLookup = (catalogue: Catalogue): QualityLookup => {
  const known = new Map<ModelSlug, readonly QualityScore[]>();
  return (slug) => {
    let found = known.get(slug);
    if (found === undefined) {
      found = catalogue.qualityOf(slug);
      known.set(slug, found);
    }
    return found;
  };
};

/** The one of `preferred` by which enough of the offerings can be compared, else the one that all of them have in common. */
export const chooseBenchmark = (
  preferred: readonly string[],
  offerings: readonly Offering[],
  qualityOf: QualityLookup,
): string | undefined => {
  const served = new Map<ModelSlug, number>();
  for (const { modelSlug } of offerings) served.set(modelSlug, (served.get(modelSlug) ?? 0) + 1);
  const models = [...served].map(([slug, weight]) => ({ scores: qualityOf(slug), weight }));
  return preferredBenchmark(preferred, models) ?? commonBenchmark(models);
};
