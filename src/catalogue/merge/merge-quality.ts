import type { ModelSlug } from '../../domain/ids.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { SourceQuality } from '../../ports/catalogue-source.ts';
import { type Origin, provenanceOf } from './draft.ts';
import type { Identities } from './identity.ts';

/** Scores of each model, by benchmark, then the best first. Scores of names that mean no model, or several, are left out. */
export const mergeQuality = (
  origins: readonly Origin[],
  identities: Identities,
): ReadonlyMap<ModelSlug, readonly QualityScore[]> => {
  const scores = new Map<ModelSlug, QualityScore[]>();
  const add = (
    origin: Origin,
    slug: ModelSlug | undefined,
    stated: readonly SourceQuality[],
    page: string | undefined,
  ): void => {
    if (slug === undefined) return;
    const list = scores.get(slug) ?? [];
    for (const { sourceUrl, observedAt, ...score } of stated) {
      if (!Number.isFinite(score.score)) continue;
      const at = observedAt === undefined ? undefined : new Date(observedAt);
      const provenance = provenanceOf(origin, sourceUrl ?? page);
      list.push({
        ...score,
        provenance:
          at === undefined || Number.isNaN(at.getTime()) ? provenance : { ...provenance, observedAt: at },
      });
    }
    scores.set(slug, list);
  };
  for (const origin of origins) {
    for (const model of origin.dated.reading.models)
      if (model.quality.length > 0)
        add(origin, identities.slugOf(model.slug), model.quality, model.sourceUrl);
    for (const { identity, quality } of origin.dated.reading.scores)
      add(origin, identities.ofScores(identity), quality, undefined);
  }
  return new Map(
    [...scores].map(([slug, list]) => [
      slug,
      list.toSorted((one, other) =>
        one.benchmark === other.benchmark
          ? other.score - one.score
          : one.benchmark < other.benchmark
            ? -1
            : 1,
      ),
    ]),
  );
};
