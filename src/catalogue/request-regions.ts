import type { Offering } from '../domain/model.ts';
import { regionsOfProvider } from '../domain/provider-regions.ts';
import { areWithin, isSameRegion, isWithin } from '../domain/region.ts';
import type { Catalogue } from './catalogue.ts';
import { placesOf } from './offering-regions.ts';

const NONE: readonly string[] = [];

/** Whether the model is one of those that are billed by region, and so take one; true if nothing is known of its prices. */
const takesRegions = (
  catalogue: Catalogue,
  { id, unlisted }: Offering,
  words: readonly string[],
): boolean => {
  if (unlisted !== undefined) return true;
  const prices = catalogue.pricesOf(id);
  return (
    prices.length === 0 ||
    prices.some(({ conditions: { region } }) => words.some((word) => isSameRegion(word, region)))
  );
};

/**
 * Regions that single requests to an offering can ask for, in its provider's words; empty if it takes none. A region that
 * the configuration states is never left.
 */
export const requestRegionsOf = (catalogue: Catalogue, offering: Offering): readonly string[] => {
  const words = regionsOfProvider(offering.providerId)?.perRequest ?? NONE;
  if (words.length === 0 || !takesRegions(catalogue, offering, words)) return NONE;
  const { region } = offering;
  if (region === undefined || isSameRegion('global', region)) return words;
  return words.filter((word) => isWithin(word, region));
};

/** What is said in a request so that it is served in one of the areas. */
export type RegionChoice =
  /** Nothing: it is served there anyway. */
  | { readonly kind: 'AS_IT_IS' }
  | { readonly kind: 'ASK'; readonly region: string }
  /** It is not served there, or not known to be. */
  | { readonly kind: 'ELSEWHERE' };

const AS_IT_IS: RegionChoice = { kind: 'AS_IT_IS' };
const ELSEWHERE: RegionChoice = { kind: 'ELSEWHERE' };

/** `global` asks for nothing but that nothing narrower is chosen. */
export const chooseRegion = (
  words: readonly string[],
  places: readonly string[] | undefined,
  areas: readonly string[],
): RegionChoice => {
  const region = words.find((word) => areas.some((area) => isWithin(word, area)));
  if (region !== undefined) return { kind: 'ASK', region };
  const isAnywhere = areas.some((area) => isSameRegion(area, 'global'));
  return isAnywhere || areWithin(places, areas) === true ? AS_IT_IS : ELSEWHERE;
};

/** The region that a request has to name to be served in one of the areas; undefined if none has to be, or none helps. */
export const regionToAsk = (
  catalogue: Catalogue,
  offering: Offering,
  areas: readonly string[] | undefined,
): string | undefined => {
  if (areas === undefined || areWithin(placesOf(catalogue, offering), areas) === true) return undefined;
  const words = requestRegionsOf(catalogue, offering);
  return words.find((word) => areas.some((area) => isWithin(word, area)));
};
