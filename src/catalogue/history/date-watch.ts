import type { Clock } from '../../ports/clock.ts';
import type { Catalogue } from '../catalogue.ts';
import { datedDifferences, type PriceDifference } from './price-differences.ts';

export type DateWatchOptions = {
  catalogue(): Catalogue;
  readonly clock: Clock;
  onDifferences(found: readonly PriceDifference[]): void;
};

export type DateWatch = {
  /** From now on. */
  start(): void;
  /** Another catalogue is served since `at`: what came until then by date is what the one before stated. */
  replaced(previous: Catalogue, at: Date): void;
  stop(): void;
};

/** Timers of the platform do not reach further than 24 days. */
const MAX_WAIT_MS = 86_400_000;

/** The next moment after `from` at which any row starts or ends; undefined if there is none. */
const nextDate = (catalogue: Catalogue, from: Date): number | undefined => {
  const after = from.getTime();
  let next: number | undefined;
  for (const { id } of catalogue.offerings)
    for (const { effectiveFrom, effectiveTo } of catalogue.pricesOf(id)) {
      const [begin, end] = [effectiveFrom?.getTime(), effectiveTo?.getTime()];
      if (begin !== undefined && begin > after && (next === undefined || begin < next)) next = begin;
      if (end !== undefined && end > after && (next === undefined || end < next)) next = end;
    }
  return next;
};

/** Tells of rates that start or end by their own dates, each once, at the moment at which that happens. */
export const createDateWatch = ({ catalogue, clock, onDifferences }: DateWatchOptions): DateWatch => {
  /** All that came by date until then was told. */
  let toldUntil = clock.now();
  /** The moment after that at which something comes; undefined if nothing will. */
  let next: number | undefined;
  let isRunning = false;
  let cancel: (() => void) | undefined;

  const tell = (served: Catalogue, until: Date): void => {
    if (next === undefined || next > until.getTime()) return;
    const from = toldUntil;
    toldUntil = until;
    const found = served.offerings.flatMap(({ id, modelSlug }) =>
      datedDifferences(id, modelSlug, served.pricesOf(id), from, until),
    );
    if (found.length > 0) onDifferences(found);
  };

  const schedule = (): void => {
    cancel?.();
    cancel = undefined;
    if (!isRunning) return;
    next = nextDate(catalogue(), toldUntil);
    if (next === undefined) return;
    const wait = Math.max(0, next - clock.now().getTime());
    cancel = clock.after(Math.min(wait, MAX_WAIT_MS), () => {
      tell(catalogue(), clock.now());
      schedule();
    });
  };

  return {
    start() {
      isRunning = true;
      toldUntil = clock.now();
      schedule();
    },
    replaced(previous, at) {
      tell(previous, at);
      if (at > toldUntil) toldUntil = at;
      schedule();
    },
    stop() {
      isRunning = false;
      cancel?.();
    },
  };
};
