import { asProviderId, type ProviderId } from '../../domain/ids.ts';
import type { ProviderInfo } from '../../domain/provider.ts';
import { regionsOfProvider } from '../../domain/provider-regions.ts';
import type { SourceProvider } from '../../ports/catalogue-source.ts';
import type { CatalogueProvider } from '../catalogue-input.ts';
import { knownProvider } from '../identity/labs.ts';
import type { Origin } from './draft.ts';

/** A provider, and the id of the one whose lists are taken for it. */
export type ListedProvider = {
  readonly info: ProviderInfo;
  readonly seedId: string;
  readonly serves?: (providerModelId: string) => boolean;
};

const UNKNOWN_ENDPOINT = 'no endpoint is known: add it to the config file with dialect and baseUrl';

const documentedRegions = (id: ProviderId): Pick<ProviderInfo, 'regions' | 'regionsUrl'> => {
  const known = regionsOfProvider(id);
  return known === undefined
    ? {}
    : { regions: known.codes, ...(known.sourceUrl !== undefined && { regionsUrl: known.sourceUrl }) };
};

/** Of a provider that only sources have. */
const statedInfo = (id: string, stated: SourceProvider | undefined): ProviderInfo => ({
  id: asProviderId(id),
  name: stated?.name ?? id,
  kind: knownProvider(id)?.kind ?? 'HOST',
  ...(stated?.docsUrl === undefined ? {} : { docsUrl: stated.docsUrl }),
  ...documentedRegions(asProviderId(id)),
  completes: true,
  operations: [],
  status: {
    kind: 'OFF',
    reason:
      stated?.baseUrl === undefined
        ? UNKNOWN_ENDPOINT
        : `not configured: add it to the config file with dialect openai and baseUrl ${stated.baseUrl}`,
    needsEndpoint: true,
  },
});

/** Ids that sources may give providers: short, without slash or space. */
export const isProviderId = (id: string): boolean => /^[a-z0-9][a-z0-9._-]{0,63}$/.test(id);

export type ProviderTable = {
  /** Those of sources that are not configured, by id. */
  readonly unlisted: readonly ProviderInfo[];
  /** The providers whose offerings a source's word for a provider means. `named`: all that the source names. */
  targetsOf(id: string, named: ReadonlySet<string>): readonly ListedProvider[];
};

/**
 * A source's provider is the one of that id, and each other one that takes its lists and that the source does not list by
 * itself: a second account at the same provider has the same prices.
 */
export const tableOfProviders = (
  configured: readonly CatalogueProvider[],
  origins: readonly Origin[],
): ProviderTable => {
  const listed = new Map<string, ListedProvider>(
    configured.map(({ info, seedId, serves }) => [
      info.id,
      { info, seedId: seedId ?? info.id, ...(serves === undefined ? {} : { serves }) },
    ]),
  );
  const covered = new Set([...listed.values()].flatMap(({ info, seedId }) => [info.id, seedId]));
  const unlisted = new Map<string, ProviderInfo>();
  const stated = new Map<string, SourceProvider>();
  for (const { dated } of origins)
    for (const provider of dated.reading.providers)
      stated.set(provider.providerId, { ...provider, ...stated.get(provider.providerId) });
  for (const { dated } of origins)
    for (const { providerId } of dated.reading.offerings)
      if (!covered.has(providerId) && !unlisted.has(providerId) && isProviderId(providerId))
        unlisted.set(providerId, statedInfo(providerId, stated.get(providerId)));
  const bySeedId = Map.groupBy(listed.values(), ({ seedId }) => seedId);
  return {
    unlisted: [...unlisted.values()].toSorted((one, other) =>
      one.id === other.id ? 0 : one.id < other.id ? -1 : 1,
    ),
    targetsOf(id, named) {
      const own = listed.get(id);
      const others = (bySeedId.get(own?.seedId ?? id) ?? []).filter(
        ({ info }) => info.id !== id && !named.has(info.id),
      );
      const alone = unlisted.get(id);
      return [
        ...(own === undefined ? [] : [{ info: own.info, seedId: own.seedId }]),
        ...others,
        ...(alone === undefined ? [] : [{ info: alone, seedId: id }]),
      ];
    },
  };
};
