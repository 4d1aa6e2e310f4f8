import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { failureKind, type PriceHistoryStore } from '../../ports/store.ts';
import type { Catalogue } from '../catalogue.ts';
import type { LiveCatalogue } from '../live-catalogue.ts';
import { currentPrices } from '../price-engine.ts';
import type { PriceHistory } from '../price-history.ts';
import { orderedAsToday } from './as-today.ts';
import { createChangeWatchers } from './change-watchers.ts';
import { createDateWatch } from './date-watch.ts';
import { type PriceDifference, pricesDiffer } from './price-differences.ts';
import { recordCatalogue, recordDifferences } from './record-prices.ts';

export type PriceHistoryOptions = {
  readonly live: LiveCatalogue;
  readonly store: PriceHistoryStore;
  readonly clock: Clock;
  readonly log: Log;
};

export type PriceRecorder = PriceHistory & {
  /** From now on what is served is recorded, in the background. */
  start(): void;
  /** Resolves once all that is known so far is written, or could not be: it is tried again later. */
  flush(): Promise<void>;
  /** Ends watchers, writes what is queued within a few seconds. */
  close(): Promise<void>;
};

const SLICE_MS = 8;
const RETRY_MS = 5_000;
const CLOSE_WITHIN_MS = 5_000;
/** Offerings that differ and wait to be written; beyond, the record is compared as a whole once the store is back. */
const MAX_WAITING = 20_000;

/**
 * Keeps every rate that is served, from when to when. Writes wait in a queue of bounded length while the store is away;
 * what does not fit is found again by comparing the record with the catalogue. Several nodes may record the same.
 */
export const createPriceHistory = ({ live, store, clock, log }: PriceHistoryOptions): PriceRecorder => {
  const watchers = createChangeWatchers();
  let waiting: PriceDifference[] = [];
  /** The record is to be brought up to this catalogue before what waits is written. */
  let behind: { readonly catalogue: Catalogue; readonly at: Date } | undefined;
  let comparing: Promise<void> = Promise.resolve();
  let writing: Promise<void> | undefined;
  /** What kinds of failures there were since all was written. */
  const failed = new Set<string>();
  let cancelRetry: (() => void) | undefined;
  let stopListening: (() => void) | undefined;
  let isClosed = false;

  const write = async (): Promise<void> => {
    while (behind !== undefined || waiting.length > 0) {
      const target = behind;
      if (target !== undefined) {
        watchers.tell(await recordCatalogue(store, target.catalogue, target.at));
        if (behind === target) behind = undefined;
        continue;
      }
      const some = waiting.slice(0, 200);
      await recordDifferences(store, some);
      // Those that were written are gone already where the queue was given up meanwhile.
      if (waiting[0] === some[0]) waiting = waiting.slice(some.length);
    }
  };

  const writeSoon = (): Promise<void> => {
    cancelRetry?.();
    cancelRetry = undefined;
    writing ??= write()
      .then(() => {
        if (failed.size > 0) log.info('Prices are recorded again.');
        failed.clear();
      })
      .catch((error: unknown) => {
        // The next start compares the record with what is served then.
        if (isClosed) return;
        // Once for each reason: it is tried until the store is back.
        if (!failed.has(failureKind(error)))
          log.error('Prices could not be recorded; they are kept and recorded later.', {
            offerings: waiting.length,
            retryInMs: RETRY_MS,
            reason: error instanceof Error ? error.message : String(error),
          });
        failed.add(failureKind(error));
        cancelRetry = clock.after(RETRY_MS, () => void writeSoon());
      })
      .finally(() => {
        writing = undefined;
      });
    return writing;
  };

  const compare = async (previous: Catalogue, next: Catalogue, at: Date): Promise<void> => {
    const found: PriceDifference[] = [];
    let sliceEnds = clock.monotonicMs() + SLICE_MS;
    for (const difference of pricesDiffer(previous, next, at)) {
      if (difference !== undefined) found.push(difference);
      if (clock.monotonicMs() < sliceEnds) continue;
      await setImmediate();
      sliceEnds = clock.monotonicMs() + SLICE_MS;
    }
    if (waiting.length + found.length > MAX_WAITING) {
      waiting = [];
      behind = { catalogue: next, at };
    } else waiting = [...waiting, ...found];
    watchers.tell(found.flatMap(({ changes }) => changes));
    if (cancelRetry === undefined) void writeSoon();
  };

  /** Rates that start or end by their own dates, as those come. */
  const dates = createDateWatch({
    catalogue: () => live.current(),
    clock,
    onDifferences(found) {
      if (waiting.length + found.length > MAX_WAITING)
        log.warn('Price changes by date were not recorded: too much waits to be written.', {
          offerings: found.length,
        });
      else waiting = [...waiting, ...found];
      watchers.tell(found.flatMap(({ changes }) => changes));
      if (cancelRetry === undefined) void writeSoon();
    },
  });

  /** All that is known so far is in the store, unless the store is away: its own answer then says so. */
  const flush = async (): Promise<void> => {
    await comparing;
    if (behind !== undefined || waiting.length > 0) await writeSoon();
  };

  /** What is known of the time until then is in the store: what is written of later moments changes no answer. */
  const writtenUntil = async (at: Date): Promise<void> => {
    await comparing;
    const isPending = [behind?.at, ...waiting.map((difference) => difference.at)].some(
      (moment) => moment !== undefined && moment <= at,
    );
    if (isPending) await writeSoon();
  };

  return {
    start() {
      if (isClosed) return;
      behind = { catalogue: live.current(), at: clock.now() };
      stopListening = live.onReplaced((next, previous, at) => {
        dates.replaced(previous, at);
        comparing = comparing.then(() => compare(previous, next, at));
      });
      dates.start();
      void writeSoon();
    },
    flush,
    async pricesAt(ids, at) {
      await writtenUntil(at);
      const served = Map.groupBy(await store.servedAt(ids, at), ({ price }) => price.offeringId);
      const catalogue = live.current();
      return ids.map((id) => {
        const today = catalogue.pricesOf(id);
        const past = served.get(id)?.map(({ price }) => price);
        return currentPrices(past === undefined ? today : orderedAsToday(past, today), at);
      });
    },
    async historyOf(id, page) {
      await flush();
      return store.list(id, page);
    },
    async changes(filter, page) {
      await flush();
      return store.changes(filter, page);
    },
    watch: watchers.watch,
    async close() {
      stopListening?.();
      dates.stop();
      watchers.close();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const cancel = clock.after(CLOSE_WITHIN_MS, resolve);
      // A record that is far behind is brought up at the next start as well.
      if (behind === undefined) await Promise.race([flush(), late]);
      isClosed = true;
      cancel();
      cancelRetry?.();
    },
  };
};
