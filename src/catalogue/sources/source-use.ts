import type { Provenance } from '../../domain/price.ts';
import type { Catalogue } from '../catalogue.ts';

/** A list of prices that is shipped with this server. */
export type ShippedSource = {
  readonly id: string;
  readonly name: string;
  readonly pageUrl: string;
  readonly terms: string;
  readonly publishedAt: Date;
  /** Whether a fact of the catalogue comes from it. */
  readonly states: (provenance: Provenance) => boolean;
};

/** How much of the catalogue comes from a source. */
export type SourceUse = { offerings: number; prices: number };

/** By source: offerings that it lists or prices, and rows of prices. */
export const countUse = (
  catalogue: Catalogue,
  shipped: readonly ShippedSource[],
): ReadonlyMap<string, SourceUse> => {
  const uses = new Map<string, SourceUse>();
  const tally = (id: string): SourceUse => {
    const use = uses.get(id) ?? { offerings: 0, prices: 0 };
    uses.set(id, use);
    return use;
  };
  const idOf = (provenance: Provenance): string =>
    shipped.find(({ states }) => states(provenance))?.id ?? provenance.source;
  for (const offering of catalogue.offerings) {
    const sources = new Set([idOf(offering.provenance)]);
    for (const price of catalogue.pricesOf(offering.id)) {
      const id = idOf(price.provenance);
      sources.add(id);
      tally(id).prices += 1;
    }
    for (const id of sources) tally(id).offerings += 1;
  }
  return uses;
};
