import { placesText } from '../../catalogue/offering-regions.ts';
import { chooseRegion } from '../../catalogue/request-regions.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import { isWithin } from '../../domain/region.ts';
import type { RouteCandidate } from './candidate.ts';

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
