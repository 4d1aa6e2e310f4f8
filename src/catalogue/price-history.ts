import type { OfferingId } from '../domain/ids.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Price, PriceChange } from '../domain/price.ts';

/** Which changes; everything that is present must hold. */
export type PriceChangeFilter = {
  /** Any of these. */
  readonly offeringIds?: readonly OfferingId[];
  readonly providerIds?: readonly string[];
  readonly modelSlugs?: readonly string[];
  readonly kinds?: readonly PriceChange['kind'][];
  /** Least factor by which a rate moved up or down, e.g. 1.1; rates that began or ended pass. */
  readonly minRatio?: number;
};

/** A rate that was served: `servedFrom` inclusive, `servedTo` exclusive, both as far as is known. */
export type HistoricPrice = {
  /** Of this rate in this time. */
  readonly id: string;
  readonly price: Price;
  readonly servedFrom?: Date;
  readonly servedTo?: Date;
};

/** What was served before. Reads the store; what is served now is the catalogue's. */
export type PriceHistory = {
  /** In the order of `ids`: the rows in force at `at`, conditions apart, as they were known then. */
  pricesAt(ids: readonly OfferingId[], at: Date): Promise<readonly (readonly Price[])[]>;
  /** All rows of an offering, those that are served now first, then the latest; `after` is the id of a HistoricPrice. */
  historyOf(id: OfferingId, page: PageRequest): Promise<Page<HistoricPrice>>;
  /** Newest first; `after` is a change's id. `since` inclusive. */
  changes(
    filter: PriceChangeFilter & { readonly since?: Date },
    page: PageRequest,
  ): Promise<Page<PriceChange>>;
  /**
   * Changes from now on, as they happen on this node. Ends with the signal, or by returning. Throws SlowWatcher where
   * too many wait to be read, so that none is left out unseen.
   */
  watch(filter: PriceChangeFilter, signal: AbortSignal): AsyncIterableIterator<PriceChange>;
};

/** Changes came faster than they were read. */
export class SlowWatcher extends Error {
  override readonly name = 'SlowWatcher';
}
