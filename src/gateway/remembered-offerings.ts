import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { OfferingId } from '../domain/ids.ts';

/** What it takes to know whether an offering is listed, or could be called by name. */
export type OfferingLookup = Pick<Catalogue, 'offering' | 'unlisted'>;

/** Clients name unlisted offerings: what is kept of them leaves room for those that are listed. */
const MAX_UNLISTED = 50;

/** Which offerings something is remembered of. */
export type RememberedOfferings = {
  /** Whether it may be: listed ones always, unlisted ones from their first success on. */
  admit(id: OfferingId, hasSucceeded: boolean): boolean;
};

/** Of unlisted offerings only those that were called last are remembered; `forget` hears of the others. */
export const rememberOfferings = (
  catalogue: () => OfferingLookup,
  forget: (id: OfferingId) => void,
): RememberedOfferings => {
  const unlisted = new LRUCache<OfferingId, true>({
    max: MAX_UNLISTED,
    noDisposeOnSet: true,
    dispose: (_value, id) => forget(id),
  });
  return {
    admit(id, hasSucceeded) {
      const current = catalogue();
      if (current.offering(id) !== undefined) return true;
      if (!hasSucceeded && !unlisted.has(id)) return false;
      if (current.unlisted(id) === undefined) return false;
      unlisted.set(id, true);
      return true;
    },
  };
};
