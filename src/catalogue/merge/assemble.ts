import type { ModelSlug, OfferingId, ProviderId } from '../../domain/ids.ts';
import type { Model, Offering } from '../../domain/model.ts';
import type { Price } from '../../domain/price.ts';
import type { ProviderInfo } from '../../domain/provider.ts';
import type { Catalogue } from '../catalogue.ts';
import type { CatalogueProvider } from '../catalogue-input.ts';
import { JOIN_RANK } from '../identity/identities.ts';
import type { ModelIndex } from '../identity/model-index.ts';
import { createResolver } from '../name-resolver.ts';
import { createProviderNames } from '../provider-names.ts';
import { createUnlistedModels } from '../unlisted-models.ts';

/** What a catalogue is made of. */
export type Parts = {
  readonly infos: readonly ProviderInfo[];
  readonly configured: readonly CatalogueProvider[];
  readonly prices: ReadonlyMap<OfferingId, readonly Price[]>;
  readonly readAt: Date;
  readonly models: ReadonlyMap<ModelSlug, Model>;
  readonly offerings: ReadonlyMap<OfferingId, Offering>;
  readonly index: ModelIndex;
} & Omit<
  Catalogue,
  | 'models'
  | 'providers'
  | 'offerings'
  | 'model'
  | 'provider'
  | 'offering'
  | 'offeringsOf'
  | 'pricesOf'
  | 'isOn'
  | 'resolve'
  | 'unlisted'
>;

const NO_PRICES: readonly Price[] = [];

/** Whether it is what models fine-tuned from a base cost: no model by itself, and nothing that can be called. */
const isTunedRate = ({ providerModelId }: Offering): boolean => providerModelId.startsWith('ft:');

const byText = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

/** Puts the parts in order and indexes them. Yields where it may be interrupted. */
export const assemble = function* (parts: Parts): Generator<void, Catalogue> {
  const { infos, configured, models: stated, offerings: priced, prices, index, readAt, ...rest } = parts;
  const tunedRates = [...priced.values()].filter(isTunedRate);
  const tunedSlugs = new Set(tunedRates.map(({ modelSlug }) => modelSlug));
  const offerings = new Map([...priced].filter(([, offering]) => !isTunedRate(offering)));
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
  const models = new Map([...stated].filter(([slug]) => !tunedSlugs.has(slug) || ofModel.has(slug)));
  yield;
  const sortedModels = [...models.values()].toSorted((one, other) => byText(one.slug, other.slug));
  yield;
  const sortedOfferings = [...offerings.values()].toSorted((one, other) => byText(one.id, other.id));
  yield;
  const lists = { models: sortedModels, offerings: sortedOfferings };
  const isOn = (offering: Offering): boolean => providerById.get(offering.providerId)?.status.kind === 'ON';
  const lookUps = {
    model: (slug: ModelSlug) => models.get(slug),
    offering: (id: OfferingId) => offerings.get(id),
    isOn,
    offeringsOf: (slug: ModelSlug) => ofModel.get(slug) ?? [],
  };
  const providerNames = createProviderNames(sortedOfferings, configured);
  const provider = (id: ProviderId): ProviderInfo | undefined => providerById.get(id);
  const resolve = createResolver({
    ...lists,
    ...lookUps,
    index,
    provider,
    providerNames,
    passes: (name) => unlisted.passes(name),
  });
  yield;
  const unlisted = createUnlistedModels(
    configured,
    {
      ...lists,
      ...lookUps,
      tunedRates,
      index,
      resolve,
      providerNames,
      pricesOf: (id) => prices.get(id) ?? NO_PRICES,
    },
    readAt,
  );
  return {
    ...rest,
    ...lists,
    ...lookUps,
    providers,
    provider,
    pricesOf: (id) => prices.get(id) ?? unlisted.find(id)?.prices ?? NO_PRICES,
    resolve,
    unlisted: unlisted.find,
  };
};
