import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Catalogue } from '../catalogue.ts';

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

/** The best score of a model at a benchmark: a catalogue lists the best first. */
export const scoreAt = (
  scores: readonly QualityScore[],
  benchmark: string | undefined,
): QualityScore | undefined =>
  benchmark === undefined ? undefined : scores.find((score) => score.benchmark === benchmark);

/** The benchmark that scores most of the offerings; of several, the first by name. */
const commonBenchmark = (offerings: readonly Offering[], qualityOf: QualityLookup): string | undefined => {
  const served = new Map<ModelSlug, number>();
  for (const { modelSlug } of offerings) served.set(modelSlug, (served.get(modelSlug) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [slug, times] of served)
    for (const benchmark of new Set(qualityOf(slug).map((score) => score.benchmark)))
      counts.set(benchmark, (counts.get(benchmark) ?? 0) + times);
  const [first] = [...counts].toSorted(([one, few], [other, many]) => many - few || (one < other ? -1 : 1));
  return first?.[0];
};

/** The first of `preferred` that scores any of the offerings, else the one that scores most of them. */
export const chooseBenchmark = (
  preferred: readonly string[],
  offerings: readonly Offering[],
  qualityOf: QualityLookup,
): string | undefined => {
  const slugs = new Set(offerings.map(({ modelSlug }) => modelSlug));
  const scores = (benchmark: string): boolean => {
    for (const slug of slugs) if (scoreAt(qualityOf(slug), benchmark) !== undefined) return true;
    return false;
  };
  return preferred.find(scores) ?? commonBenchmark(offerings, qualityOf);
};
