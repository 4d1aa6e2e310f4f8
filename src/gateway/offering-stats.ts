import { LRUCache } from 'lru-cache';
import type { Attempt } from '../domain/attempt.ts';
import type { OfferingId } from '../domain/ids.ts';
import type { PerfMetric, PerfStat } from '../domain/performance.ts';
import type { Clock } from '../ports/clock.ts';
import { createMeasurementBoard, type MeasurementBoard } from './measure/measurement-board.ts';
import { type OfferingLookup, rememberOfferings } from './remembered-offerings.ts';
import { type OfferingWindow, offeringWindowOf } from './statistics/offering-window.ts';
import { type Percentiles, percentilesOf } from './statistics/percentiles.ts';
import {
  createSlidingTally,
  periodOf,
  type SlidingTally,
  STAT_WINDOWS,
  type StatWindow,
  WINDOW_STEPS,
} from './statistics/sliding-tally.ts';
import { addSample, addTally, createTally, type Outcome, sampleOf, type Tally } from './statistics/tally.ts';

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

/** The board with its writing side, for whoever calls providers. */
export type OfferingStatsRecorder = OfferingStatsBoard & {
  /** Takes a call that is over. */
  record(attempt: Attempt): void;
  /** TTFT of the last 5 minutes in milliseconds; undefined where none was measured. */
  usualTtft(id: OfferingId): Percentiles | undefined;
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
const MOST_OFFERINGS = 500;

/** Calls within one of the shortest steps that are in no window yet: each is counted once, all of them are added later. */
type Fresh = { readonly period: number; readonly atMs: number; readonly tally: Tally };

type Entry = {
  readonly windows: ReadonlyMap<StatWindow, SlidingTally>;
  readonly sinceMs: number;
  fresh: Fresh | undefined;
  /** In both forms: of the step that was when it was worked out, and gone with the next call. */
  known: { readonly period: number; readonly stats: readonly PerfStat[] } | undefined;
};

const newEntry = (nowMs: number): Entry => ({
  windows: new Map(STAT_WINDOWS.map((window) => [window, createSlidingTally(window)])),
  sinceMs: nowMs,
  fresh: undefined,
  known: undefined,
});

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
    max: MOST_OFFERINGS,
    dispose: (entry, id) => settle(id, entry),
  });
  const totals = new LRUCache<OfferingId, Map<Outcome, number>>({ max: MOST_OFFERINGS });
  const measurements = createMeasurementBoard(clock);
  const remembered = rememberOfferings(catalogue, (id) => {
    entries.delete(id);
    totals.delete(id);
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
    for (const sliding of entry.windows.values()) addTally(sliding.at(fresh.atMs), fresh.tally);
    if (news === undefined) return;
    const told = news.get(id);
    if (told === undefined) news.set(id, fresh.tally);
    else addTally(told, fresh.tally);
  };
  const freshOf = (id: OfferingId, entry: Entry, nowMs: number): Tally => {
    const step = periodOf(SHORTEST, nowMs);
    if (entry.fresh?.period === step) return entry.fresh.tally;
    settle(id, entry);
    const tally = createTally();
    entry.fresh = { period: step, atMs: nowMs, tally };
    unsettled.set(id, entry);
    return tally;
  };

  const touch = (id: OfferingId, nowMs: number): Entry => {
    let entry = entries.get(id);
    if (entry === undefined) {
      entry = newEntry(nowMs);
      entries.set(id, entry);
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
      if (!remembered.admit(id, attempt.status === 'SUCCEEDED')) return;
      const nowMs = clock.monotonicMs();
      const sample = sampleOf(attempt);
      addSample(freshOf(id, touch(id, nowMs), nowMs), sample);
      let own = totals.get(id);
      if (own === undefined) {
        own = new Map();
        totals.set(id, own);
      }
      own.set(sample.outcome, (own.get(sample.outcome) ?? 0) + 1);
      tell(id);
    },
    merge(id, tally) {
      if (!remembered.admit(id, true)) return;
      const nowMs = clock.monotonicMs();
      const entry = touch(id, nowMs);
      settle(id, entry);
      for (const sliding of entry.windows.values()) addTally(sliding.at(nowMs), tally);
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
    measured: () => inWindow(LONG),
    called: () => inWindow('ONE_DAY'),
    totals: (id) => totals.peek(id) ?? new Map(),
    onMeasured(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    period,
  };
};
