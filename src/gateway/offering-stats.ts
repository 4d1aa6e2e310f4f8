import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { OfferingId } from '../domain/ids.ts';
import { omitUndefined } from '../domain/omit-undefined.ts';
import type { PerfMetric, PerfStat } from '../domain/performance.ts';
import type { Clock } from '../ports/clock.ts';
import { createMeasurementBoard, type MeasurementBoard } from './measure/measurement-board.ts';
import { type Percentiles, percentilesOf } from './statistics/histogram.ts';
import { type OfferingWindow, offeringWindowOf } from './statistics/offering-window.ts';
import {
  type Outcome,
  Outcomes,
  periodOf,
  SlidingTally,
  STAT_WINDOWS,
  type StatWindow,
  Tally,
  UNITS,
  WINDOW_STEPS,
} from './statistics/tally.ts';

/** What it takes to know whether an offering is listed, or could be called by name. */
export type OfferingLookup = Pick<Catalogue, 'offering' | 'unlisted'>;

/** How offerings did in own traffic, on all nodes. */
export type OfferingStats = {
  /**
   * Of the last 30 minutes, then what was measured in the last day with prompts of this server's own; empty where there
   * is neither.
   */
  of(id: OfferingId): readonly PerfStat[];
  window(id: OfferingId, window: StatWindow): OfferingWindow;
};

/** The statistics with what changes in them. */
export type OfferingStatsBoard = OfferingStats & {
  /** Those of which something was measured in the last 30 minutes. */
  measured(): readonly OfferingId[];
  /** Those that were called in the last day. */
  called(): readonly OfferingId[];
  /** Calls of this node alone, since it started, by how they ended. */
  totals(id: OfferingId): ReadonlyMap<Outcome, number>;
  /** Told of each offering as something is measured of it; the function returned ends it. Listeners must not throw. */
  onMeasured(listener: (id: OfferingId) => void): () => void;
  /** Grows whenever the window of 30 minutes leaves something behind. */
  period(): number;
};

/** How fast an offering answered; absent: nothing was measured. */
export type RecentSpeed = {
  readonly ttftMs?: Percentiles;
  /** `p90`: what 90 % of the calls gave at least. */
  readonly outputTps?: Percentiles;
};

/** The board with its writing side, for whoever calls providers. */
export type OfferingStatsRecorder = OfferingStatsBoard & {
  /** Takes a call that is over. */
  record(attempt: Attempt): void;
  /** TTFT of the last 5 minutes in milliseconds; undefined where none was measured. */
  usualTtft(id: OfferingId): Percentiles | undefined;
  /** Of the last 5 minutes. */
  speedOf(id: OfferingId): RecentSpeed;
  /** What was measured with prompts of this server's own. */
  readonly measurements: MeasurementBoard;
  /** What another node counted. */
  merge(id: OfferingId, tally: Tally): void;
  /** What this node counted since it was last asked, for other nodes. Nothing is kept before it is asked for the first time. */
  takeNews(): ReadonlyMap<OfferingId, Tally>;
};

const LONG: StatWindow = 'THIRTY_MINUTES';
/** The steps of all others begin where one of its steps does. */
const SHORTEST: StatWindow = 'ONE_MINUTE';
/**
 * Those that were called last. One with 400,000 calls a day takes some 400 KB (87 histograms), one that is called now and
 * then takes 10: 200 MB at most where all are that busy.
 */
const MAX_OFFERINGS = 500;

/** Clients name unlisted offerings: what is kept of them leaves room for those that are listed. */
const MAX_UNLISTED = 50;

class Entry {
  readonly windows: ReadonlyMap<StatWindow, SlidingTally> = new Map(
    STAT_WINDOWS.map((window) => [window, new SlidingTally(window)]),
  );
  readonly sinceMs: number;
  /** Of this node alone, since it started. */
  readonly totals = new Outcomes();
  /** The catalogue that was last seen to list it; undefined: none does. */
  listedIn: OfferingLookup | undefined;
  /**
   * Calls within one of the shortest steps that are in no window yet: each is counted once, all of them are added later.
   */
  fresh: { readonly period: number; readonly atMs: number; readonly tally: Tally } | undefined;
  /** Of the step that was when it was worked out, and gone with the next call. */
  known: { readonly period: number; readonly stats: readonly PerfStat[] } | undefined;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }
}

const perfStatsOf = (
  { ttft, outputTps, errorRate, uptime, judged, seconds }: OfferingWindow,
  observedAt: Date,
): readonly PerfStat[] => {
  const rest = { windowSeconds: seconds, provenance: { source: 'own', observedAt } };
  const measured = (metric: PerfMetric, found: Percentiles | undefined): readonly PerfStat[] =>
    found === undefined
      ? []
      : [{ metric, p50: found.p50, p90: found.p90, p99: found.p99, sampleSize: found.sampleSize, ...rest }];
  const share = (metric: PerfMetric, found: number | undefined): readonly PerfStat[] =>
    found === undefined ? [] : [{ metric, p50: found, sampleSize: judged, ...rest }];
  return [
    ...measured('TTFT_MS', ttft),
    ...measured('OUTPUT_TPS', outputTps),
    ...share('ERROR_RATE', errorRate),
    ...share('UPTIME', uptime),
  ];
};

/** Remembers at most 500 offerings: those of the catalogue, and a few that it does not list. */
export const createOfferingStats = (catalogue: () => OfferingLookup, clock: Clock): OfferingStatsRecorder => {
  const entries = new LRUCache<OfferingId, Entry>({
    max: MAX_OFFERINGS,
    dispose: (entry, id) => settle(id, entry),
  });
  const measurements = createMeasurementBoard(clock);
  /** Of unlisted offerings only those that were called last are remembered. */
  const unlisted = new LRUCache<OfferingId, true>({
    max: MAX_UNLISTED,
    noDisposeOnSet: true,
    dispose: (_value, id) => entries.delete(id),
  });
  const listeners = new Set<(id: OfferingId) => void>();
  let news: Map<OfferingId, Tally> | undefined;
  /** Those with calls that are in no window yet. */
  const unsettled = new Map<OfferingId, Entry>();
  const period = (): number => periodOf(LONG, clock.monotonicMs());

  /** Before anything is read, and before anything later is added. */
  const settle = (id: OfferingId, entry: Entry): void => {
    const { fresh } = entry;
    if (fresh === undefined) return;
    entry.fresh = undefined;
    unsettled.delete(id);
    for (const sliding of entry.windows.values()) sliding.at(fresh.atMs).addAll(fresh.tally);
    if (news === undefined) return;
    const told = news.get(id);
    if (told === undefined) news.set(id, fresh.tally);
    else told.addAll(fresh.tally);
  };
  const freshOf = (id: OfferingId, entry: Entry, nowMs: number): Tally => {
    const step = periodOf(SHORTEST, nowMs);
    if (entry.fresh?.period === step) return entry.fresh.tally;
    settle(id, entry);
    const tally = new Tally();
    entry.fresh = { period: step, atMs: nowMs, tally };
    unsettled.set(id, entry);
    return tally;
  };

  /** What changes now; undefined: nothing is kept of it. Unlisted ones are from their first success on. */
  const touch = (id: OfferingId, nowMs: number, hasSucceeded: boolean): Entry | undefined => {
    const current = catalogue();
    let entry = entries.get(id);
    if (entry === undefined || entry.listedIn !== current) {
      const isListed = current.offering(id) !== undefined;
      if (!isListed) {
        if (!hasSucceeded && !unlisted.has(id)) return undefined;
        if (current.unlisted(id) === undefined) return undefined;
        unlisted.set(id, true);
      }
      if (entry === undefined) {
        entry = new Entry(nowMs);
        entries.set(id, entry);
      }
      entry.listedIn = isListed ? current : undefined;
    }
    entry.known = undefined;
    return entry;
  };
  const tallies = (id: OfferingId, window: StatWindow, nowMs: number): readonly Tally[] => {
    const entry = entries.peek(id);
    if (entry === undefined) return [];
    settle(id, entry);
    return entry.windows.get(window)?.within(nowMs) ?? [];
  };

  const windowOf = (id: OfferingId, window: StatWindow): OfferingWindow => {
    const nowMs = clock.monotonicMs();
    const { stepMs, steps } = WINDOW_STEPS[window];
    const beganMs = (periodOf(window, nowMs) - steps + 1) * stepMs;
    const sinceMs = Math.max(beganMs, entries.peek(id)?.sinceMs ?? nowMs);
    return offeringWindowOf(window, tallies(id, window, nowMs), nowMs - sinceMs);
  };
  const inWindow = (window: StatWindow): readonly OfferingId[] => {
    const nowMs = clock.monotonicMs();
    return [...entries.keys()].filter((id) => tallies(id, window, nowMs).length > 0);
  };
  const tell = (id: OfferingId): void => {
    for (const listener of listeners) listener(id);
  };

  return {
    record(attempt) {
      const { offeringId: id } = attempt;
      const nowMs = clock.monotonicMs();
      const entry = touch(id, nowMs, attempt.status === 'SUCCEEDED');
      if (entry === undefined) return;
      entry.totals.count(freshOf(id, entry, nowMs).take(attempt), 1);
      tell(id);
    },
    merge(id, tally) {
      const nowMs = clock.monotonicMs();
      const entry = touch(id, nowMs, true);
      if (entry === undefined) return;
      settle(id, entry);
      for (const sliding of entry.windows.values()) sliding.at(nowMs).addAll(tally);
      tell(id);
    },
    takeNews() {
      for (const [id, entry] of unsettled) settle(id, entry);
      const taken = news ?? new Map();
      news = new Map();
      return taken;
    },
    of(id) {
      const measured = measurements.of(id);
      const entry = entries.peek(id);
      if (entry === undefined) return measured;
      const now = period();
      if (entry.known?.period !== now)
        entry.known = { period: now, stats: perfStatsOf(windowOf(id, LONG), clock.now()) };
      return measured.length === 0 ? entry.known.stats : [...entry.known.stats, ...measured];
    },
    measurements,
    window: windowOf,
    usualTtft: (id) =>
      percentilesOf(tallies(id, 'FIVE_MINUTES', clock.monotonicMs()).map(({ ttft }) => ttft)),
    speedOf(id) {
      const recent = tallies(id, 'FIVE_MINUTES', clock.monotonicMs());
      const speeds = recent.map(({ outputTps }) => outputTps);
      return omitUndefined({
        ttftMs: percentilesOf(recent.map(({ ttft }) => ttft)),
        outputTps: percentilesOf(speeds, UNITS.outputTps, 'TOP'),
      });
    },
    measured: () => inWindow(LONG),
    called: () => inWindow('ONE_DAY'),
    totals: (id) => new Map(entries.peek(id)?.totals.entries()),
    onMeasured(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    period,
  };
};
