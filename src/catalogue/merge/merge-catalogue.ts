import { asModelSlug, type ModelSlug, type OfferingId } from '../../domain/ids.ts';
import type { Model, ModelFacts, Offering } from '../../domain/model.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { Price, Provenance, QuarantinedPrice } from '../../domain/price.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { SourceFacts, SourceOffering } from '../../ports/catalogue-source.ts';
import type { Catalogue } from '../catalogue.ts';
import type { CatalogueInput } from '../catalogue-input.ts';
import { createIdentities, type Identities } from '../identity/identities.ts';
import { createModelIndex, type NamedModel } from '../identity/model-index.ts';
import { regionInName } from '../offering-regions.ts';
import { isOperators, sourceRank } from '../source-precedence.ts';
import { baseModels } from './base-models.ts';
import { type CatalogueParts, catalogueOf, type Evidence } from './catalogue-parts.ts';
import { addClaims } from './claims.ts';
import { withDataDays } from './data-days.ts';
import { type DeploymentContext, ratesOfDeployment, withoutNamesake } from './deployments.ts';
import { compileRules } from './derive-prices.ts';
import {
  type DescribedModel,
  describeModel,
  type JoinedDraft,
  type ModelClaim,
  type ModelEnd,
} from './describe-model.ts';
import { describeOffering } from './describe-offering.ts';
import { type Draft, type Drafts, declare, type Origin, provenanceOf } from './draft.ts';
import { isLabsOwn, labOpinions, withOpinions } from './lab-opinions.ts';
import { factsOf, lastingFacts, mergeFacts } from './merge-facts.ts';
import { mergeFx } from './merge-fx.ts';
import { tableOfProviders } from './merge-providers.ts';
import { mergeQuality } from './merge-quality.ts';
import { type Pricing, priceOffering } from './price-offering.ts';
import { releaseRanges } from './release-ranges.ts';
import { withLabsEnd } from './retirement.ts';
import type { Statement } from './statement.ts';

/** What is kept of rows that are not believed, so that a source gone mad fills no memory. */
const MOST_QUARANTINED = 10_000;
/** Offerings between two points at which the work may be interrupted. */
const STEP = 20;

/** In order of precedence, as far as it is the same for all providers. */
const originsOf = ({ seed, readings }: CatalogueInput): readonly Origin[] =>
  [
    ...seed.readings.map((dated) => ({ dated, shipped: true })),
    ...readings.map((dated) => ({ dated, shipped: false })),
  ].toSorted(
    (one, other) =>
      sourceRank(one.dated.sourceId, '', one.shipped) - sourceRank(other.dated.sourceId, '', other.shipped),
  );

/** Where it is served: by its name, as it is configured, or as a source says. */
const regionOf = ({ info, providerModelId, claims, declared }: Draft): string | undefined =>
  regionInName(info.id, providerModelId) ??
  (declared === undefined ? undefined : info.region) ??
  claims.find(({ stated }) => stated.region !== undefined)?.stated.region ??
  info.region;

/**
 * What a list says of an offering. A context window that ends where its own rates for longer prompts begin is that of the
 * cheap tier, not of the model.
 */
const statedFacts = ({ facts, prices }: SourceOffering): ModelFacts => {
  const stated = factsOf(facts);
  const { contextWindow, maxInputTokens, ...others } = stated.limits;
  const isBeyond = (limit: number | undefined): boolean =>
    limit !== undefined &&
    prices.some(
      ({ conditions }) => conditions.promptTokens !== undefined && conditions.promptTokens.from > limit,
    );
  if (!isBeyond(contextWindow) && !isBeyond(maxInputTokens)) return stated;
  return {
    ...stated,
    limits: {
      ...others,
      ...(contextWindow === undefined || isBeyond(contextWindow) ? {} : { contextWindow }),
      ...(maxInputTokens === undefined || isBeyond(maxInputTokens) ? {} : { maxInputTokens }),
    },
  };
};

/** Facts of a draft by what is said of it there, the most trusted first. */
const ownFacts = ({ claims }: Draft): ModelFacts =>
  mergeFacts(claims.map(({ stated }) => statedFacts(stated)));

const endIn = ({ retiresAt, deprecated }: SourceFacts): ModelEnd => ({
  ...(retiresAt !== undefined && { retiresAt }),
  ...(deprecated !== undefined && { deprecated }),
});

/** What sources say of models, whoever serves them, the most trusted first. */
const modelClaims = (
  origins: readonly Origin[],
  identities: Identities,
): ReadonlyMap<ModelSlug, readonly ModelClaim[]> => {
  const claims = new Map<ModelSlug, ModelClaim[]>();
  const add = (slug: ModelSlug | undefined, claim: ModelClaim): void => {
    if (slug === undefined) return;
    const list = claims.get(slug);
    if (list === undefined) claims.set(slug, [claim]);
    else list.push(claim);
  };
  for (const origin of origins) {
    const isOwn = isOperators(sourceRank(origin.dated.sourceId, '', origin.shipped));
    for (const model of origin.dated.reading.models)
      add(identities.slugOf(model.slug), {
        facts: factsOf(model.facts),
        ...(isOwn && { end: endIn(model.facts) }),
        ...(model.name === undefined ? {} : { name: model.name }),
        ...(model.description === undefined ? {} : { description: model.description }),
        provenance: provenanceOf(origin, model.sourceUrl),
      });
    for (const { identity, facts, displayName, sourceUrl } of origin.dated.reading.scores)
      if (facts !== undefined)
        add(identities.ofScores(identity), {
          facts: factsOf(facts),
          ...(displayName === undefined ? {} : { name: displayName }),
          ...(identity.huggingFaceId === undefined ? {} : { huggingFaceId: identity.huggingFaceId }),
          provenance: provenanceOf(origin, sourceUrl),
        });
  }
  return claims;
};

/** A catalogue, and what it is made of. */
export type MergedCatalogue = {
  readonly catalogue: Catalogue;
  readonly parts: CatalogueParts;
  readonly evidence: Evidence;
};

/** All of it, step by step. */
export const mergeCatalogue = function* (input: CatalogueInput): Generator<void, MergedCatalogue> {
  const { providers: configured, previous, readAt = new Date() } = input;
  const declaredBy: Provenance = { source: 'config', observedAt: readAt };
  const pricing: Pricing = { declaredBy, now: readAt, rules: compileRules(input.seed.rules ?? []) };
  const origins = withDataDays(originsOf(input));
  const quarantine: QuarantinedPrice[] = [];
  const refuse = (row: QuarantinedPrice): void => {
    if (quarantine.length < MOST_QUARANTINED) quarantine.push(row);
  };
  for (const { dated } of origins)
    for (const problem of dated.reading.problems)
      refuse({ source: dated.sourceId, ...problem, at: dated.observedAt });

  const table = tableOfProviders(configured, origins);
  const drafts: Drafts = new Map();
  for (const { info, seedId, declared } of configured)
    for (const offering of declared) declare(drafts, info, seedId ?? info.id, offering);
  yield;
  yield* addClaims(drafts, origins, table, refuse);
  yield;
  const identities = yield* createIdentities(origins, [...drafts.values()]);
  yield;

  const joinedOf = new Map<ModelSlug, JoinedDraft[]>();
  let step = 0;
  for (const draft of drafts.values()) {
    const joined = identities.join(draft);
    const entry: JoinedDraft = { draft, joined, facts: ownFacts(draft) };
    const known = joinedOf.get(joined.slug);
    if (known === undefined) joinedOf.set(joined.slug, [entry]);
    else known.push(entry);
    step += 1;
    if (step % STEP === 0) yield;
  }
  const deployments: DeploymentContext = {
    drafts,
    listedModel: ({ declared: _declared, ...listed }) => identities.join(listed),
    servedAs: ({ slug }) => joinedOf.get(slug) ?? [],
    rowsOf: (draft) => priceOffering({ ...draft, region: regionOf(draft) }, [], pricing, () => {}).rows,
  };
  for (const served of joinedOf.values())
    for (const [place, entry] of served.entries()) {
      const draft = withoutNamesake(entry, deployments);
      if (draft !== entry.draft) served[place] = { ...entry, draft, facts: ownFacts(draft) };
    }
  yield;

  const claims = modelClaims(origins, identities);
  yield;
  const opinionsOf = labOpinions(origins, identities);
  yield;
  const models = new Map<ModelSlug, Model>();
  const names: NamedModel[] = [];
  const offerings = new Map<OfferingId, Offering>();
  const prices = new Map<OfferingId, readonly Price[]>();
  const statements = new Map<OfferingId, ReadonlyMap<string, readonly Statement[]>>();
  const performance = new Map<OfferingId, readonly PerfStat[]>();
  const described = new Map<ModelSlug, DescribedModel>();
  for (const [slug, served] of joinedOf) {
    const ofModel = claims.get(slug) ?? [];
    described.set(slug, describeModel(slug, ofModel, served, identities.repositoryOf(slug), readAt));
    step += 1;
    if (step % STEP === 0) yield;
  }
  const bases = baseModels(new Set(joinedOf.keys()));
  const rangeOf = releaseRanges(
    joinedOf,
    (slug) => described.get(slug)?.model.releaseDate,
    input.seed.firstListed,
    bases,
  );
  yield;
  for (const [slug, { model, own }] of described) {
    const ofModel = claims.get(slug) ?? [];
    const ofLabs = mergeFacts(ofModel.map(({ facts }) => facts));
    const served = withLabsEnd(joinedOf.get(slug) ?? [], ofLabs, model.openWeights);
    const releaseRange = model.releaseDate === undefined ? rangeOf(slug) : undefined;
    const lasting = lastingFacts(own);
    // Where its lab's own lists do not say how long a prompt may be, what all others say of the model is its own too.
    const ofLabsOwn =
      own.limits.contextWindow === undefined && model.limits.contextWindow !== undefined
        ? { ...lasting, limits: { ...lasting.limits, contextWindow: model.limits.contextWindow } }
        : lasting;
    const variantOf = bases.variantBase(slug);
    models.set(slug, {
      ...model,
      ...(releaseRange !== undefined && { releaseRange }),
      ...(variantOf !== undefined && { variantOf }),
    });
    const ofLab = served.some(({ joined }) => joined.join !== 'UNJOINED');
    names.push(identities.names.get(slug) ?? { slug: asModelSlug(slug), aliases: [], ofLab });
    for (const { draft, joined, facts } of served) {
      const { id, declared } = draft;
      const rates = ratesOfDeployment({ draft, joined }, deployments);
      const region = regionOf(draft);
      const priced = priceOffering({ ...rates.draft, region }, previous?.pricesOf(id) ?? [], pricing, refuse);
      offerings.set(
        id,
        describeOffering({ draft, joined, facts }, isLabsOwn(draft, joined) ? ofLabsOwn : lasting, ofModel, {
          billing: priced.billing,
          region,
          pricedAs: rates.pricedAs,
          releaseRange,
          provenance: declared !== undefined ? declaredBy : (draft.claims[0]?.provenance ?? declaredBy),
        }),
      );
      prices.set(id, priced.rows);
      const opinions = isLabsOwn(draft, joined) ? (opinionsOf.get(joined.slug) ?? []) : [];
      if (priced.statements.size > 0) statements.set(id, withOpinions(priced.statements, opinions));
      const measured: PerfStat[] = [];
      for (const { stated, provenance } of draft.claims)
        for (const stat of stated.performance) measured.push({ ...stat, provenance });
      for (const opinion of opinions) measured.push(...opinion.performance);
      if (measured.length > 0)
        performance.set(
          id,
          measured.toSorted(
            (one, other) => other.provenance.observedAt.getTime() - one.provenance.observedAt.getTime(),
          ),
        );
      step += 1;
      if (step % STEP === 0) yield;
    }
  }
  yield;
  const fx = mergeFx(origins, refuse);
  yield;
  const index = createModelIndex(names);
  yield;
  let quality: ReadonlyMap<ModelSlug, readonly QualityScore[]> = new Map();
  const parts: CatalogueParts = {
    readAt,
    unlisted: table.unlisted,
    models,
    offerings,
    prices,
    names,
    fx,
    quarantine: quarantine.toSorted((one, other) =>
      one.source === other.source ? 0 : one.source < other.source ? -1 : 1,
    ),
  };
  const evidence: Evidence = {
    statements: () => statements,
    performance: () => performance,
    quality: () => quality,
  };
  const catalogue = yield* catalogueOf(parts, evidence, index, configured);
  yield;
  quality = yield* mergeQuality(origins, identities, catalogue, readAt);
  return { catalogue, parts, evidence };
};
