import { modelsDev } from '../../src/adapters/sources/models-dev.ts';
import type { ShippedList } from '../../src/catalogue/shipped/shipped-list.ts';
import { withoutDatedTwins } from './dated-twins.ts';
import { type Edition, editionOf, isPlaceholder } from './edition.ts';
import { shippedProviders } from './list-of-reading.ts';

export const MODELS_DEV_URLS = modelsDev.requests.map(({ name, path }) => ({
  name,
  url: `${modelsDev.baseUrl}${path}`,
}));

/** Providers that this server can call and that no other shipped list has, or not whole. */
const PROVIDERS = new Set(['dashscope', 'sambanova', 'siliconflow', 'upstage']);

/** models.dev as the live source reads it, for the providers above. `isListed`: another list has it, with tiers. */
export const convertModelsDev = (
  bodies: { readonly [name: string]: string },
  edition: Edition,
  isListed: (offeringId: string) => boolean,
): ShippedList => {
  const { offerings } = modelsDev.parse(bodies);
  return withoutDatedTwins({
    ...editionOf(edition, {
      source: modelsDev.id,
      name: modelsDev.name,
      licence: 'MIT',
      pageUrl: modelsDev.pageUrl,
    }),
    providers: shippedProviders(
      offerings
        .filter(({ providerId, prices }) => PROVIDERS.has(providerId) && prices.length > 0)
        .filter(({ providerId, providerModelId }) => !isListed(`${providerId}/${providerModelId}`))
        .map((offering) => ({
          ...offering,
          prices: offering.prices.filter((row) => !isPlaceholder(row)),
        })),
    ),
  });
};
