import type { Catalogue } from '../../catalogue/catalogue.ts';
import { placesText } from '../../catalogue/offering-regions.ts';
import { chooseRegion, requestRegionsOf } from '../../catalogue/request-regions.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { Offering } from '../../domain/model.ts';
import { isSameRegion, isWithin } from '../../domain/region.ts';
import type { RouteCandidate } from './candidate.ts';
import type { Misfit, RouteFilter } from './candidate-filter.ts';

/** Regions that a request can ask for, and the one that every request does. */
type AskedRegions = Pick<RouteCandidate, 'requestRegions' | 'askedRegion'>;

/**
 * The region that every request has to name: the configured one, or one that all filters allow. `nested`: what a nested route's
 * filters demand.
 */
export const askedRegions = (
  catalogue: Catalogue,
  offering: Offering,
  filters: readonly Pick<RouteFilter, 'regions'>[],
  nested: string | undefined,
): AskedRegions | Misfit => {
  const requestRegions = requestRegionsOf(catalogue, offering);
  if (requestRegions.length === 0) return { requestRegions };
  const { region } = offering;
  const isConfigured = region !== undefined && requestRegions.some((word) => isSameRegion(word, region));
  const demands = [
    ...(isConfigured ? [[region]] : []),
    ...(nested === undefined ? [] : [[nested]]),
    ...filters.flatMap(({ regions }) => (regions === undefined ? [] : [regions])),
  ];
  if (demands.length === 0) return { requestRegions };
  const found = requestRegions.find((word) =>
    demands.every((areas) => areas.some((area) => isWithin(word, area))),
  );
  return found === undefined
    ? {
        reason: 'REGION',
        detail: `It runs in ${requestRegions.join(' or ')}; not all filters allow one of them.`,
      }
    : { requestRegions, askedRegion: found };
};

type Placement =
  | { readonly kind: 'PLACED'; readonly request: CompletionRequest }
  | { readonly kind: 'ELSEWHERE'; readonly detail: string };

const withRegion = (request: CompletionRequest, region: string): CompletionRequest => ({
  ...request,
  inferenceRegion: region,
});

/** The request as the candidate gets it: with the region that it is to name, if any, in its provider's word. */
export const placeRequest = (
  { askedRegion, requestRegions, places }: RouteCandidate,
  request: CompletionRequest,
): Placement => {
  const { inferenceRegion: asked, ...rest } = request;
  if (asked === undefined)
    return { kind: 'PLACED', request: askedRegion === undefined ? request : withRegion(rest, askedRegion) };
  // What the configuration or a filter demands is only ever narrowed.
  const words =
    askedRegion === undefined ? requestRegions : requestRegions.filter((word) => isWithin(word, askedRegion));
  const choice = chooseRegion(words, askedRegion === undefined ? places : [askedRegion], [asked]);
  switch (choice.kind) {
    case 'ASK':
      return { kind: 'PLACED', request: withRegion(rest, choice.region) };
    case 'AS_IT_IS':
      return { kind: 'PLACED', request: askedRegion === undefined ? rest : withRegion(rest, askedRegion) };
    case 'ELSEWHERE':
      return { kind: 'ELSEWHERE', detail: `${placesText(places)}; asked for ${asked}.` };
  }
};
