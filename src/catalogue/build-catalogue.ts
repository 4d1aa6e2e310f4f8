import {
  asModelSlug,
  asProviderId,
  type ModelSlug,
  type OfferingId,
  offeringIdOf,
  type ProviderId,
} from '../domain/ids.ts';
import { type Model, type ModelJoin, NO_FACTS, type Offering } from '../domain/model.ts';
import type { Price, Provenance } from '../domain/price.ts';
import type { ProviderInfo } from '../domain/provider.ts';
import type { DeclaredOffering } from '../domain/provider-settings.ts';
import type { DatedReading } from '../ports/catalogue-source.ts';
import type { Catalogue } from './catalogue.ts';
import { bindPrices, declaredPricesOf, withDeclared } from './declared-prices.ts';
import { labOf } from './lab-names.ts';
import { createModelIndex, type ModelIndex, type NamedModel, splitSlug } from './model-index.ts';
import { createResolver } from './name-resolver.ts';
import type { Seed, SeedProvider } from './seed.ts';
import type { SeedOffering } from './seed-models.ts';

/** A provider that this server knows how to call, or that is configured. */
export type CatalogueProvider = {
  readonly info: ProviderInfo;
  /** The seed's id of the provider whose models and prices this one has; absent: its own id. */
  readonly seedId?: string;
  /** Whether it serves a model that the seed lists there; absent: all of them. */
  readonly serves?: (providerModelId: string) => boolean;
  readonly declared: readonly DeclaredOffering[];
};

export type CatalogueInput = {
  readonly seed: Seed;
  /** In the order of configuration. */
  readonly providers: readonly CatalogueProvider[];
  /** What live sources say, in any order: the fixed precedence of sources decides. */
  readonly readings: readonly DatedReading[];
  /** What is served so far: a rate that jumps against it is not believed at once. */
  readonly previous?: Catalogue;
  /** When the declarations were read; absent: now. */
  readonly readAt?: Date;
};

const JOIN_RANK: { readonly [Join in ModelJoin]: number } = {
  EXPLICIT: 0,
  HF_ID: 1,
  ALIAS: 2,
  HEURISTIC: 3,
  UNJOINED: 4,
};

const byText = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

const offInfo = (provider: SeedProvider): ProviderInfo => ({
  id: asProviderId(provider.id),
  name: provider.name,
  kind: provider.kind,
  ...(provider.docsUrl === undefined ? {} : { docsUrl: provider.docsUrl }),
  completes: true,
  operations: [],
  status: {
    kind: 'OFF',
    reason: 'no endpoint is known: add it to the config file with dialect and baseUrl',
  },
});

/** The model that a declared name means, as far as the seed tells. */
const modelOfName = (index: ModelIndex, name: string): { slug: ModelSlug; join: ModelJoin } | undefined => {
  const slash = name.indexOf('/');
  const qualified =
    slash > 0 ? index.qualified(labOf(name.slice(0, slash)), name.slice(slash + 1)) : undefined;
  const match = qualified?.kind === 'ONE' ? qualified : index.unqualified(name);
  if (match.kind !== 'ONE') return undefined;
  return { slug: match.slug, join: match.by === 'KEY' ? 'HEURISTIC' : 'ALIAS' };
};

/**
 * Joins the seed, the configured providers and what they declare to one catalogue.
 *
 * Seed providers that are not in `providers` are listed as OFF. A declaration adds an offering, or overrides
 * the seed's of the same name: its prices replace the seed's meter by meter, or all of them where it is in
 * another currency. The seed is not changed.
 */
export const buildCatalogue = ({ seed, providers, readAt = new Date() }: CatalogueInput): Catalogue => {
  const models = new Map<ModelSlug, Model>(seed.models.map((model) => [model.slug, model]));
  const names = new Map<ModelSlug, NamedModel>(seed.names.map((named) => [named.slug, named]));
  const seedIndex = createModelIndex(seed.names);
  const seedProviders = new Map(seed.providers.map((provider) => [provider.id, provider]));
  const offerings = new Map<OfferingId, Offering>();
  const prices = new Map<OfferingId, readonly Price[]>();
  const declaredBy: Provenance = { source: 'config', observedAt: readAt };

  const addModel = (slug: ModelSlug, ofLab: boolean): void => {
    if (models.has(slug)) return;
    const { lab, name } = splitSlug(slug);
    models.set(slug, { slug, name, lab, ...NO_FACTS, provenance: declaredBy });
    names.set(slug, { slug, aliases: [], ofLab });
  };

  const addSeeded = (info: ProviderInfo, seeded: SeedOffering): void => {
    const { prices: rows, ...offering } = seeded;
    const id = offeringIdOf(info.id, seeded.providerModelId);
    const region = offering.region ?? info.region;
    offerings.set(id, { ...offering, id, providerId: info.id, ...(region === undefined ? {} : { region }) });
    prices.set(id, bindPrices(id, rows));
  };

  const addDeclared = (info: ProviderInfo, declared: DeclaredOffering): void => {
    const id = offeringIdOf(info.id, declared.providerModelId);
    const seeded = offerings.get(id);
    const own = asModelSlug(`${info.id}/${declared.providerModelId.toLowerCase()}`);
    const { slug, join }: { slug: ModelSlug; join: ModelJoin } =
      declared.modelSlug !== undefined
        ? { slug: declared.modelSlug, join: 'EXPLICIT' }
        : seeded !== undefined
          ? { slug: seeded.modelSlug, join: seeded.join }
          : (modelOfName(seedIndex, declared.providerModelId) ?? { slug: own, join: 'UNJOINED' });
    addModel(slug, join !== 'UNJOINED');
    const rows = withDeclared(
      prices.get(id) ?? [],
      declared.prices === undefined ? [] : declaredPricesOf(id, declared.prices, declaredBy),
    );
    const known = seeded?.billing === 'FREE' && declared.prices === undefined ? 'FREE' : 'UNKNOWN';
    offerings.set(id, {
      ...NO_FACTS,
      ...seeded,
      id,
      providerId: info.id,
      providerModelId: declared.providerModelId,
      modelSlug: slug,
      join,
      billing: declared.billing ?? (rows.length > 0 ? 'METERED' : known),
      ...(info.region === undefined ? {} : { region: info.region }),
      provenance: declaredBy,
    });
    prices.set(id, rows);
  };

  for (const { info, seedId, serves, declared } of providers) {
    for (const seeded of seedProviders.get(seedId ?? info.id)?.offerings ?? [])
      if (serves?.(seeded.providerModelId) ?? true) addSeeded(info, seeded);
    for (const offering of declared) addDeclared(info, offering);
  }
  const listed = new Set(providers.flatMap(({ info, seedId }) => [info.id, seedId ?? info.id]));
  const unlisted = seed.providers
    .filter(({ id }) => !listed.has(id))
    .toSorted((one, other) => byText(one.id, other.id));
  for (const provider of unlisted)
    for (const seeded of provider.offerings) addSeeded(offInfo(provider), seeded);

  const infos = [...providers.map(({ info }) => info), ...unlisted.map(offInfo)];
  return assemble(infos, models, offerings, prices, createModelIndex(names.values()));
};

const assemble = (
  infos: readonly ProviderInfo[],
  models: ReadonlyMap<ModelSlug, Model>,
  offerings: ReadonlyMap<OfferingId, Offering>,
  prices: ReadonlyMap<OfferingId, readonly Price[]>,
  index: ModelIndex,
): Catalogue => {
  const providers = [
    ...infos.filter((info) => info.status.kind === 'ON'),
    ...infos.filter((info) => info.status.kind === 'OFF'),
  ];
  const providerById = new Map(providers.map((info) => [info.id, info]));
  const rankOf = new Map<ProviderId, number>(providers.map((info, rank) => [info.id, rank]));
  const byPreference = (one: Offering, other: Offering): number =>
    (rankOf.get(one.providerId) ?? 0) - (rankOf.get(other.providerId) ?? 0) ||
    Number(one.deprecated) - Number(other.deprecated) ||
    JOIN_RANK[one.join] - JOIN_RANK[other.join] ||
    byText(one.id, other.id);
  const ofModel = new Map(
    [...Map.groupBy(offerings.values(), (offering) => offering.modelSlug)].map(([slug, found]) => [
      slug,
      found.toSorted(byPreference),
    ]),
  );
  const lists = {
    models: [...models.values()].toSorted((one, other) => byText(one.slug, other.slug)),
    offerings: [...offerings.values()].toSorted((one, other) => byText(one.id, other.id)),
  };
  const isOn = (offering: Offering): boolean => providerById.get(offering.providerId)?.status.kind === 'ON';
  const lookUps = {
    model: (slug: ModelSlug) => models.get(slug),
    offering: (id: OfferingId) => offerings.get(id),
    isOn,
  };
  return {
    ...lists,
    ...lookUps,
    providers,
    provider: (id) => providerById.get(id),
    offeringsOf: (slug) => ofModel.get(slug) ?? [],
    pricesOf: (id) => prices.get(id) ?? [],
    observationsOf: ({ amount, provenance }) => [{ amount, provenance }],
    disagreementOf: () => undefined,
    performanceOf: () => [],
    qualityOf: () => [],
    fx: [],
    quarantine: [],
    resolve: createResolver({ ...lists, ...lookUps, index }),
  };
};
