import type { Catalogue } from '../../catalogue/catalogue.ts';
import { requestRegionsOf } from '../../catalogue/request-regions.ts';
import type { Offering } from '../../domain/model.ts';
import { isSameRegion, isWithin } from '../../domain/region.ts';
import type { Misfit, RouteFilter } from './candidate-filter.ts';

type AskedRegions =
  | { readonly kind: 'OK'; readonly requestRegions: readonly string[]; readonly askedRegion?: string }
  | { readonly kind: 'CONFLICT'; readonly misfit: Misfit };

/**
 * The region that every request has to name: the configured one, or one that all filters allow. `nested`: what a nested route's
 * filters demand.
 */
export const askedRegions = (
  catalogue: Catalogue,
  offering: Offering,
  filters: readonly Pick<RouteFilter, 'regions'>[],
  nested: string | undefined,
): AskedRegions => {
  const requestRegions = requestRegionsOf(catalogue, offering);
  if (requestRegions.length === 0) return { kind: 'OK', requestRegions };
  const { region } = offering;
  const isConfigured = region !== undefined && requestRegions.some((word) => isSameRegion(word, region));
  const demands = [
    ...(isConfigured ? [[region]] : []),
    ...(nested === undefined ? [] : [[nested]]),
    ...filters.flatMap(({ regions }) => (regions === undefined ? [] : [regions])),
  ];
  if (demands.length === 0) return { kind: 'OK', requestRegions };
  const found = requestRegions.find((word) =>
    demands.every((areas) => areas.some((area) => isWithin(word, area))),
  );
  return found === undefined
    ? {
        kind: 'CONFLICT',
        misfit: {
          reason: 'REGION',
          detail: `It runs in ${requestRegions.join(' or ')}; not all filters allow one of them.`,
        },
      }
    : { kind: 'OK', requestRegions, askedRegion: found };
};
