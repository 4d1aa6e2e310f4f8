import type { ProviderId } from '../domain/ids.ts';
import type { Offering } from '../domain/model.ts';
import { splitDate } from '../domain/model-name.ts';
import type { CatalogueProvider } from './catalogue-input.ts';
import { knownIdOf } from './identity/labs.ts';
import { spellingKey } from './identity/spelling-key.ts';

/** Providers whose ids are names that their operators choose: none is another spelling of a listed one. */
const NAMED_BY_OPERATORS: ReadonlySet<string> = new Set(['azure']);

/** What a provider's own ids mean that are not spelled as they are listed. */
export type ProviderNames = {
  /** The offering of that provider whose id this is in another spelling. */
  spelled(providerId: ProviderId, id: string): Offering | undefined;
  /** The one that is listed without the date that the id states; its provider is asked for the id as it is. */
  undated(providerId: ProviderId, id: string): Offering | undefined;
};

/** The listed one of the shortest id. */
const shortest = (found: readonly Offering[] | undefined): Offering | undefined =>
  found?.reduce((best, each) => (each.providerModelId.length < best.providerModelId.length ? each : best));

export const createProviderNames = (
  offerings: readonly Offering[],
  configured: readonly CatalogueProvider[],
): ProviderNames => {
  const seedIds = new Map(configured.map(({ info, seedId }) => [info.id, seedId ?? info.id]));
  const knownId = (providerId: ProviderId): string =>
    knownIdOf(providerId, seedIds.get(providerId) ?? providerId);
  let byProvider: Map<ProviderId, Offering[]> | undefined;
  const keyed = new Map<ProviderId, ReadonlyMap<string, readonly Offering[]>>();
  const keysOf = (providerId: ProviderId): ReadonlyMap<string, readonly Offering[]> => {
    let keys = keyed.get(providerId);
    if (keys === undefined) {
      byProvider ??= Map.groupBy(offerings, (offering) => offering.providerId);
      const known = knownId(providerId);
      keys = Map.groupBy(byProvider.get(providerId) ?? [], ({ providerModelId }) =>
        spellingKey(known, providerModelId),
      );
      keyed.set(providerId, keys);
    }
    return keys;
  };
  const listed = (providerId: ProviderId, id: string): Offering | undefined =>
    shortest(keysOf(providerId).get(spellingKey(knownId(providerId), id)));
  return {
    spelled: (providerId, id) =>
      NAMED_BY_OPERATORS.has(knownId(providerId)) ? undefined : listed(providerId, id),
    undated(providerId, id) {
      const dated = splitDate(id.replace(/(?<=20\d{6})-v1(?::0)?$/, ''));
      return dated === undefined ? undefined : listed(providerId, dated.base);
    },
  };
};
