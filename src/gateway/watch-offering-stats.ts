import { type Catalogue, calledOffering } from '../catalogue/catalogue.ts';
import type { FilterCheck } from '../catalogue/filter/filter-check.ts';
import { offeringCheck } from '../catalogue/filter/offering-check.ts';
import { currentPrices, ratePerMillion } from '../catalogue/price-engine.ts';
import { asOfferingId, type OfferingId } from '../domain/ids.ts';
import type { Offering } from '../domain/model.ts';
import type { Money } from '../domain/money.ts';
import type { OfferingFilter } from '../domain/offering-filter.ts';
import { omitUndefined } from '../domain/omit-undefined.ts';
import type { Pause } from '../domain/pause.ts';
import type { PerfMetric, PerfStat } from '../domain/performance.ts';
import type { Clock } from '../ports/clock.ts';
import type { OfferingStatsBoard } from './offering-stats.ts';

/** How an offering does now, by this server's own traffic, and what it costs. */
export type OfferingStat = {
  readonly offering: Offering;
  readonly ttft?: PerfStat;
  readonly outputTps?: PerfStat;
  readonly errorRate?: PerfStat;
  /** Of 1,000,000 plain text tokens of a short prompt; absent where no row states it. */
  readonly inputPrice?: Money;
  readonly outputPrice?: Money;
  readonly at: Date;
};

export type OfferingStatsWatch = (
  filter: OfferingFilter,
  everyMs: number,
  signal: AbortSignal,
  pause?: Pause,
) => AsyncIterableIterator<OfferingStat>;

const statOf = (
  offering: Offering,
  catalogue: Catalogue,
  stats: readonly PerfStat[],
  at: Date,
): OfferingStat => {
  const found = (metric: PerfMetric): PerfStat | undefined => stats.find((stat) => stat.metric === metric);
  const [ttft, outputTps, errorRate] = [found('TTFT_MS'), found('OUTPUT_TPS'), found('ERROR_RATE')];
  const prices = catalogue.pricesOf(offering.id);
  const currency = currentPrices(prices, at)[0]?.currency ?? 'USD';
  const rate = (direction: 'INPUT' | 'OUTPUT'): Money | undefined => {
    const amount = ratePerMillion(offering, prices, direction, currency, at);
    return amount && { amount, currency };
  };
  const [inputPrice, outputPrice] = [rate('INPUT'), rate('OUTPUT')];
  return {
    offering,
    ...omitUndefined({ ttft, outputTps, errorRate, inputPrice, outputPrice }),
    at,
  };
};

/** Prices and retirements are looked up again no sooner than this. */
const CHECK_TTL_MS = 1_000;

/** Equal for stats that say the same. */
const fingerprintOf = ({ ttft, outputTps, errorRate, inputPrice, outputPrice }: OfferingStat): string =>
  [ttft, outputTps, errorRate]
    .map((stat) => `${stat?.p50} ${stat?.p90} ${stat?.p99} ${stat?.sampleSize}`)
    .concat([inputPrice, outputPrice].map((price) => `${price?.amount} ${price?.currency}`))
    .join('|');

/** Resolves when the time has passed or the signal is aborted. */
const passed = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });

/**
 * Tells how offerings do as it moves: first what is known of those that pass, then, at most every `everyMs`, each that has
 * changed, be it by a call, by time or by a new price. What passes is judged by the prices and dates of each look, to the
 * second. Ends with the signal or when it is returned, also while it waits.
 */
export const watchOfferingStats =
  (catalogue: () => Catalogue, board: OfferingStatsBoard, clock: Clock): OfferingStatsWatch =>
  (filter, everyMs, outer, pause = () => undefined) => {
    const aborter = new AbortController();
    const signal = AbortSignal.any([outer, aborter.signal]);

    async function* watch(): AsyncGenerator<OfferingStat, void> {
      const touched = new Set<OfferingId>(board.measured());
      const known = new Set<OfferingId>();
      const told = new Map<OfferingId, string>();
      const stop = board.onMeasured((id) => touched.add(id));
      try {
        for (const id of filter.offerings ?? []) touched.add(asOfferingId(id));
        let period = board.period();
        let seen = catalogue();
        const checkAt = (at: Date): FilterCheck =>
          offeringCheck(filter, { catalogue: seen, at, measured: (id) => board.of(id) });
        let checkedAt = clock.now();
        let check = checkAt(checkedAt);
        while (!signal.aborted) {
          const ids = [...touched];
          touched.clear();
          for (const id of ids) {
            const paused = pause();
            if (paused !== undefined) await paused;
            known.add(id);
            const offering = calledOffering(seen, id);
            if (offering === undefined) continue;
            const at = clock.now();
            if (Math.abs(at.getTime() - checkedAt.getTime()) >= CHECK_TTL_MS) {
              checkedAt = at;
              check = checkAt(at);
            }
            if (check(offering) !== undefined) continue;
            const stat = statOf(offering, seen, board.of(id), at);
            const fingerprint = fingerprintOf(stat);
            if (told.get(id) === fingerprint) continue;
            told.set(id, fingerprint);
            yield stat;
            if (signal.aborted) return;
          }
          await passed(clock, everyMs, signal);
          const current = catalogue();
          if (current !== seen || board.period() !== period) for (const id of known) touched.add(id);
          if (current !== seen) {
            seen = current;
            checkedAt = clock.now();
            check = checkAt(checkedAt);
          }
          period = board.period();
        }
      } finally {
        stop();
      }
    }

    const events = watch();
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => events.next(),
      async return() {
        aborter.abort();
        await events.return();
        return { done: true, value: undefined };
      },
    };
  };
