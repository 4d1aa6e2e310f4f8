import type { ModelSlug, OfferingId, ProviderId } from '../domain/ids.ts';
import type { Model, Offering } from '../domain/model.ts';
import type { Price } from '../domain/price.ts';
import type { ProviderInfo } from '../domain/provider.ts';
import { type Catalogue, calledOffering } from './catalogue.ts';

/**
 * The catalogue for readers that ask for many things at once: each call answers a whole batch, in the order
 * of its argument, undefined where there is none. Models and offerings that nothing lists are found where a request
 * could name them: records name those that were called.
 */
export type CatalogueReader = {
  /** The catalogue as it is now. */
  current(): Catalogue;
  models(slugs: readonly ModelSlug[]): Promise<readonly (Model | undefined)[]>;
  providers(ids: readonly ProviderId[]): Promise<readonly (ProviderInfo | undefined)[]>;
  offerings(ids: readonly OfferingId[]): Promise<readonly (Offering | undefined)[]>;
  offeringsOfModels(slugs: readonly ModelSlug[]): Promise<readonly (readonly Offering[])[]>;
  offeringsOfProviders(ids: readonly ProviderId[]): Promise<readonly (readonly Offering[])[]>;
  pricesOf(ids: readonly OfferingId[]): Promise<readonly (readonly Price[])[]>;
};

const grouped = new WeakMap<Catalogue, ReadonlyMap<ProviderId, readonly Offering[]>>();

const offeringsByProvider = (catalogue: Catalogue): ReadonlyMap<ProviderId, readonly Offering[]> => {
  let found = grouped.get(catalogue);
  if (found === undefined) {
    found = Map.groupBy(catalogue.offerings, ({ providerId }) => providerId);
    grouped.set(catalogue, found);
  }
  return found;
};

export const createCatalogueReader = (current: () => Catalogue): CatalogueReader => ({
  current,
  async models(slugs) {
    const catalogue = current();
    return slugs.map((slug) => catalogue.model(slug) ?? catalogue.unlisted(slug)?.model);
  },
  async providers(ids) {
    const catalogue = current();
    return ids.map((id) => catalogue.provider(id));
  },
  async offerings(ids) {
    const catalogue = current();
    return ids.map((id) => calledOffering(catalogue, id));
  },
  async offeringsOfModels(slugs) {
    const catalogue = current();
    return slugs.map((slug) => catalogue.offeringsOf(slug));
  },
  async offeringsOfProviders(ids) {
    const byProvider = offeringsByProvider(current());
    return ids.map((id) => byProvider.get(id) ?? []);
  },
  async pricesOf(ids) {
    const catalogue = current();
    return ids.map((id) => catalogue.pricesOf(id));
  },
});
