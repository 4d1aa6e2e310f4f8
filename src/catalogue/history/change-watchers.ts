import type { PriceChange } from '../../domain/price.ts';
import type { RecordedPriceChange } from '../../ports/store.ts';
import { type PriceChangeFilter, SlowWatcher } from '../price-history.ts';

/** Changes that wait for one watcher; a whole new source fits. */
const MAX_WAITING = 20_000;

const isAmong = (value: string, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || wanted.includes(value);

/** Whether a change passes a filter; the store answers the same in its own words. */
const passes = (filter: PriceChangeFilter, { change, providerId, modelSlug, ratio }: RecordedPriceChange) =>
  isAmong(change.offeringId, filter.offeringIds) &&
  isAmong(providerId, filter.providerIds) &&
  isAmong(modelSlug, filter.modelSlugs) &&
  isAmong(change.kind, filter.kinds) &&
  (filter.minRatio === undefined || ratio === undefined || ratio >= filter.minRatio);

export type ChangeWatchers = {
  tell(changes: readonly RecordedPriceChange[]): void;
  watch(filter: PriceChangeFilter, signal: AbortSignal): AsyncIterableIterator<PriceChange>;
  /** Ends them all. */
  close(): void;
};

type Watcher = { take(changes: readonly RecordedPriceChange[]): void; end(error?: Error): void };

export const createChangeWatchers = (maxWaiting = MAX_WAITING): ChangeWatchers => {
  const watchers = new Set<Watcher>();
  return {
    tell(changes) {
      for (const watcher of [...watchers]) watcher.take(changes);
    },
    watch(filter, signal) {
      const waiting: PriceChange[] = [];
      let asked: PromiseWithResolvers<void> | undefined;
      let ended = false;
      let failure: Error | undefined;
      const wake = (): void => {
        asked?.resolve();
        asked = undefined;
      };
      const onAbort = (): void => watcher.end();
      const watcher: Watcher = {
        take(changes) {
          for (const each of changes) if (passes(filter, each)) waiting.push(each.change);
          if (waiting.length > maxWaiting)
            watcher.end(
              new SlowWatcher('Changes came faster than they were read: ask for those since the last one.'),
            );
          wake();
        },
        end(error) {
          ended = true;
          failure = error;
          waiting.length = 0;
          watchers.delete(watcher);
          signal.removeEventListener('abort', onAbort);
          wake();
        },
      };
      if (signal.aborted) ended = true;
      else {
        watchers.add(watcher);
        signal.addEventListener('abort', onAbort, { once: true });
      }
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          for (;;) {
            if (failure !== undefined) {
              const error = failure;
              failure = undefined;
              throw error;
            }
            const change = waiting.shift();
            if (change !== undefined) return { done: false, value: change };
            if (ended) return { done: true, value: undefined };
            asked ??= Promise.withResolvers();
            await asked.promise;
          }
        },
        async return() {
          watcher.end();
          return { done: true, value: undefined };
        },
      };
    },
    close() {
      for (const watcher of [...watchers]) watcher.end();
    },
  };
};
