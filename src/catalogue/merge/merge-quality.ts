import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { SourceIdentity, SourceQuality } from '../../ports/catalogue-source.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Identities } from '../identity/identities.ts';
import { factsOfBenchmark } from '../quality/benchmarks.ts';
import { qualityIndexes } from '../quality/quality-index.ts';
import { byMerit, mainSeries, oneEach, seriesOf } from '../quality/represent.ts';
import { isOperators, sourceRank } from '../source-precedence.ts';
import { type Origin, provenanceOf } from './draft.ts';

const scoreOf = (origin: Origin, stated: SourceQuality, page: string | undefined): QualityScore => {
  const { sourceUrl, lessIsBetter, category, reportedBy, ...rest } = stated;
  const facts = factsOfBenchmark(stated.benchmark);
  const score = {
    ...rest,
    category: category ?? facts.category,
    lessIsBetter: lessIsBetter ?? facts.lessIsBetter ?? false,
    reportedBy: reportedBy ?? 'INDEPENDENT',
    provenance: provenanceOf(origin, sourceUrl ?? page),
  } as const;
  return { ...score, series: seriesOf(score), represents: false };
};

/** A slug of the catalogue, or what a client's request for that name would mean. */
const modelIn = (
  { model, resolve }: Pick<Catalogue, 'model' | 'resolve'>,
  slug: string | undefined,
): ModelSlug | undefined => {
  if (slug === undefined) return undefined;
  const exact = model(asModelSlug(slug));
  if (exact !== undefined) return exact.slug;
  const found = resolve(slug);
  return found.kind === 'MODEL' || found.kind === 'OFFERING' ? found.model.slug : undefined;
};

/** What is shipped of a source is not used where the source is read live. */
const newest = (origins: readonly Origin[]): readonly Origin[] => {
  const live = new Set(origins.filter(({ shipped }) => !shipped).map(({ dated }) => dated.sourceId));
  return origins.filter(({ dated, shipped }) => !(shipped && live.has(dated.sourceId)));
};

/**
 * Scores of each model: the indexes, then by benchmark, the one that represents the model first, then the better ones.
 * Scores of names that mean no model, or several, are left out. Yields where it may be interrupted.
 */
export function* mergeQuality(
  origins: readonly Origin[],
  identities: Pick<Identities, 'slugOf' | 'ofScores'>,
  catalogue: Pick<Catalogue, 'model' | 'resolve'>,
  at: Date,
): Generator<void, ReadonlyMap<ModelSlug, readonly QualityScore[]>> {
  const stated = new Map<ModelSlug, QualityScore[]>();
  /** What the operator says stands for the model, in whatever series. */
  const operators = new Set<QualityScore>();
  const add = (
    origin: Origin,
    slug: ModelSlug | undefined,
    rows: readonly SourceQuality[],
    page: string | undefined,
  ): void => {
    if (slug === undefined) return;
    const list = stated.get(slug) ?? [];
    stated.set(slug, list);
    for (const row of rows) {
      if (!Number.isFinite(row.score)) continue;
      const score = scoreOf(origin, row, page);
      list.push(score);
      if (isOperators(sourceRank(origin.dated.sourceId, '', origin.shipped))) operators.add(score);
    }
  };
  /** Most rows of a list are of a model that another row is of. */
  const slugs = new Map<string, ModelSlug | undefined>();
  const slugOf = (identity: SourceIdentity): ModelSlug | undefined => {
    const key = [identity.slug, identity.huggingFaceId, identity.lab, identity.name].join('\n');
    if (!slugs.has(key)) {
      slugs.set(key, modelIn(catalogue, identity.slug) ?? identities.ofScores(identity));
    }
    return slugs.get(key);
  };
  for (const origin of newest(origins)) {
    for (const model of origin.dated.reading.models)
      if (model.quality.length > 0)
        add(origin, identities.slugOf(model.slug), model.quality, model.sourceUrl);
    for (const { identity, quality } of origin.dated.reading.scores)
      if (quality.length > 0) add(origin, slugOf(identity), quality, undefined);
    yield;
  }
  const chosen = new Map([...stated].map(([slug, list]) => [slug, oneEach(list)]));
  const main = mainSeries(chosen);
  yield;
  const indexes = yield* qualityIndexes(
    [...chosen].map(([slug, scores]) => ({ slug, scores })),
    at,
  );
  return new Map(
    [...stated].map(([slug, list]) => {
      const own = chosen.get(slug) ?? [];
      const said = new Set(own.filter((each) => operators.has(each)).map(({ benchmark }) => benchmark));
      const stands = new Set(
        own.filter((each) =>
          said.has(each.benchmark) ? operators.has(each) : each.series === main.get(each.benchmark),
        ),
      );
      const scores = list
        .map((each) => (stands.has(each) ? { ...each, represents: true } : each))
        .toSorted((one, other) =>
          one.benchmark === other.benchmark
            ? Number(other.represents) - Number(one.represents) || byMerit(one, other)
            : one.benchmark < other.benchmark
              ? -1
              : 1,
        );
      return [slug, [...(indexes.get(slug) ?? []), ...scores]];
    }),
  );
}
