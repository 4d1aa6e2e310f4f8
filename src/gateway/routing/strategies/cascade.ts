import type { OfferingId } from '../../../domain/ids.ts';
import type { RouteCandidate } from '../candidate.ts';

const known = new WeakMap<readonly RouteCandidate[], ReadonlyMap<OfferingId, number>>();

/**
 * The tier of each candidate of a route, from 0, in the order of its list: its rule; where there is only one rule, its model.
 * Fallbacks have none. Worked out once for as long as the route stands.
 */
export const tiersOf = (candidates: readonly RouteCandidate[]): ReadonlyMap<OfferingId, number> => {
  const found = known.get(candidates);
  if (found !== undefined) return found;
  const main = candidates.filter(({ isFallback }) => !isFallback);
  const byModel = main.every(({ group }) => group === main[0]?.group);
  const places = new Map<unknown, number>();
  const tiers = new Map<OfferingId, number>();
  for (const { offering, group } of main) {
    const key = byModel ? offering.modelSlug : group;
    const tier = places.get(key) ?? places.size;
    places.set(key, tier);
    tiers.set(offering.id, tier);
  }
  known.set(candidates, tiers);
  return tiers;
};
