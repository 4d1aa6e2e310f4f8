import { isResold } from '../domain/data-retention.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Offering } from '../domain/model.ts';
import type { Catalogue } from './catalogue.ts';

/** Bedrock's profiles across regions: requests are served in any region of the area that begins the name. */
const BEDROCK_PROFILE = /^(global|us-gov|us|eu|apac|jp|au|ca|in|sa|me|af|il|mx)\./;

/** The region that is part of a model's name at a provider; undefined if the name has none. */
export const regionInName = (providerId: ProviderId, providerModelId: string): string | undefined =>
  providerId === 'bedrock' || providerId === 'aws' ? BEDROCK_PROFILE.exec(providerModelId)?.[1] : undefined;

/** Every place in which an offering may be served; undefined if no source says, as of what a host passes on to the maker. */
export const placesOf = (catalogue: Catalogue, offering: Offering): readonly string[] | undefined => {
  if (offering.region !== undefined) return [offering.region];
  const provider = catalogue.provider(offering.providerId);
  if (provider?.kind === 'HOST' && isResold(offering, provider.kind)) return undefined;
  return provider?.regions ?? (provider?.region === undefined ? undefined : [provider.region]);
};

const MAX_LISTED = 4;

/** Where an offering is served, in words and without a full stop. */
export const placesText = (places: readonly string[] | undefined): string => {
  if (places === undefined || places.length === 0) return 'No source states its region';
  const [only] = places;
  if (places.length === 1 && only?.toLowerCase() === 'global') return 'It may be served anywhere';
  const shown = places.slice(0, MAX_LISTED).join(', ');
  return `It is in ${shown}${places.length > MAX_LISTED ? ` and ${places.length - MAX_LISTED} more` : ''}`;
};
