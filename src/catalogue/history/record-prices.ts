import type { OfferingId, PriceId } from '../../domain/ids.ts';
import type { PriceHistoryStore, RecordedPriceChange } from '../../ports/store.ts';
import type { Catalogue } from '../catalogue.ts';
import { offeringDifference, type PriceDifference, servedPriceOf } from './price-differences.ts';

/** Rows of one statement: as JSON some hundred kilobytes. */
const ROWS_AT_ONCE = 250;

const OFFERINGS_AT_ONCE = 100;

const chunksOf = <Row>(rows: readonly Row[], size: number): readonly (readonly Row[])[] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );

/** Writes what became of rates. What is written already stays as it is, so that it can be done again. */
export const recordDifferences = async (
  store: PriceHistoryStore,
  differences: readonly PriceDifference[],
): Promise<void> => {
  for (const [, ofMoment] of Map.groupBy(differences, ({ at }) => at.getTime())) {
    const [first] = ofMoment;
    if (first === undefined) continue;
    const ended: readonly PriceId[] = ofMoment.flatMap((each) => each.ended.map(({ id }) => id));
    await store.end(ended, first.at);
    for (const rows of chunksOf(
      ofMoment.flatMap(({ began }) => began),
      ROWS_AT_ONCE,
    ))
      await store.begin(rows);
    for (const rows of chunksOf(
      ofMoment.flatMap(({ changes }) => changes),
      ROWS_AT_ONCE,
    ))
      await store.insertChanges(rows);
  }
};

/**
 * Brings the record up to what a catalogue serves, whatever it was before: at the start, and after changes were lost.
 * Gives the changes that were found. Offerings of which nothing was recorded are no news: they are recorded alone.
 */
export const recordCatalogue = async (
  store: PriceHistoryStore,
  catalogue: Catalogue,
  at: Date,
): Promise<readonly RecordedPriceChange[]> => {
  const recorded = new Map<OfferingId, Set<PriceId>>();
  for (const { offeringId, priceId } of await store.served()) {
    const ids = recorded.get(offeringId);
    if (ids === undefined) recorded.set(offeringId, new Set([priceId]));
    else ids.add(priceId);
  }
  const fresh: OfferingId[] = [];
  const differing: OfferingId[] = [];
  for (const { id } of catalogue.offerings) {
    const prices = catalogue.pricesOf(id);
    const ids = recorded.get(id);
    if (ids === undefined) {
      if (prices.length > 0) fresh.push(id);
    } else if (ids.size !== prices.length || !prices.every((price) => ids.has(price.id))) differing.push(id);
  }
  for (const id of recorded.keys()) if (catalogue.offering(id) === undefined) differing.push(id);

  // Each part is made only once the one before is written: the loop is free in between.
  for (const ids of chunksOf(fresh, OFFERINGS_AT_ONCE)) {
    const rows = ids.flatMap((id) => catalogue.pricesOf(id));
    const began = rows.map((price) => servedPriceOf(price, at));
    await recordDifferences(store, [{ at, began, ended: [], changes: [] }]);
  }
  const changes: RecordedPriceChange[] = [];
  for (const ids of chunksOf(differing, OFFERINGS_AT_ONCE)) {
    const served = Map.groupBy(await store.servedOf(ids), ({ price }) => price.offeringId);
    const differences = ids.flatMap((id) => {
      const previous = (served.get(id) ?? []).map(({ price }) => price);
      // Of an offering that is gone the model is no longer known.
      const slug = catalogue.offering(id)?.modelSlug ?? id;
      return offeringDifference(id, slug, previous, catalogue.pricesOf(id), at) ?? [];
    });
    await recordDifferences(store, differences);
    changes.push(...differences.flatMap((each) => each.changes));
  }
  return changes;
};
