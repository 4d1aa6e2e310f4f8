import { build, type Histogram } from 'hdr-histogram-js';
import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { OfferingId } from '../domain/ids.ts';
import type { PerfMetric, PerfStat } from '../domain/performance.ts';
import { outputTokensOf } from '../domain/usage.ts';
import type { Clock } from '../ports/clock.ts';

/** How offerings did in this server's own traffic of the last minutes. */
export type OfferingStats = {
  /** Empty where nothing was measured. */
  of(id: OfferingId): readonly PerfStat[];
};

/** The statistics with what changes in them. */
export type OfferingStatsBoard = OfferingStats & {
  /** Those of which something was measured in the window. */
  measured(): readonly OfferingId[];
  /** Told of each offering as something is measured of it; the function returned ends it. Listeners must not throw. */
  onMeasured(listener: (id: OfferingId) => void): () => void;
  /** Grows whenever the window leaves something behind. */
  period(): number;
};

/** The board with its writing side, for whoever calls providers. */
export type OfferingStatsRecorder = OfferingStatsBoard & {
  /** Takes a call that is over. Calls that ended by the caller's fault or wish say nothing of the offering. */
  record(attempt: Attempt): void;
};

/** The window slides in steps: it covers the current step and the five before. */
const STEP_MS = 300_000;
const STEPS = 6;
const MOST_OFFERINGS = 5_000;
/** An hour; no first token takes longer. Also the fastest output, in tenths of a token a second. */
const MOST = 3_600_000;
/** Shorter bursts say nothing about a model's speed. */
const SHORTEST_MEASURABLE_MS = 5;

/** Failures that are the provider's. The others come of the request, the account, or the caller. */
const PROVIDERS_FAULT: ReadonlySet<FailureCode> = new Set([
  'OVERLOADED',
  'SERVER_ERROR',
  'TIMEOUT',
  'TRUNCATED',
  'RATE_LIMITED',
]);

type Step = { readonly period: number; ttft?: Histogram; tps?: Histogram; answered: number; failed: number };
type Entry = {
  steps: readonly Step[];
  known?: { readonly period: number; readonly stats: readonly PerfStat[] };
};

/** Small while little was measured, whatever the range; two digits are kept. */
const histogram = (): Histogram =>
  build({ bitBucketSize: 'packed', highestTrackableValue: MOST, numberOfSignificantValueDigits: 2 });

const add = (to: Histogram, value: number): void =>
  to.recordValue(Math.min(MOST, Math.max(1, Math.round(value))));

/** Output tokens a second after the first token, where both can be told. */
const speedOf = ({ usage, ttftMs, durationMs }: Attempt): number | undefined => {
  if (usage === undefined || ttftMs === undefined) return undefined;
  const generatingMs = durationMs - ttftMs;
  const tokens = outputTokensOf(usage);
  if (generatingMs < SHORTEST_MEASURABLE_MS || tokens === 0) return undefined;
  return (tokens * 1000) / generatingMs;
};

/** Remembers offerings of the catalogue alone, at most 5,000 of them: those that were called last. */
export const createOfferingStats = (catalogue: () => Catalogue, clock: Clock): OfferingStatsRecorder => {
  const entries = new LRUCache<OfferingId, Entry>({ max: MOST_OFFERINGS });
  const listeners = new Set<(id: OfferingId) => void>();
  const period = (): number => Math.floor(clock.monotonicMs() / STEP_MS);

  const inWindow = ({ steps }: Entry, now: number): readonly Step[] =>
    steps.filter((step) => step.period > now - STEPS);

  const stepNow = (id: OfferingId): Step => {
    const now = period();
    let entry = entries.get(id);
    if (entry === undefined) {
      entry = { steps: [] };
      entries.set(id, entry);
    }
    delete entry.known;
    const last = entry.steps.at(-1);
    if (last?.period === now) return last;
    const step: Step = { period: now, answered: 0, failed: 0 };
    entry.steps = [...inWindow(entry, now), step];
    return step;
  };

  const statsOf = (entry: Entry, now: number): readonly PerfStat[] => {
    const steps = inWindow(entry, now);
    const rest = {
      windowSeconds: (STEPS * STEP_MS) / 1000,
      provenance: { source: 'own', observedAt: clock.now() },
    };
    const percentiles = (
      metric: PerfMetric,
      parts: readonly (Histogram | undefined)[],
      unit: number,
    ): PerfStat[] => {
      const all = histogram();
      for (const part of parts) if (part !== undefined) all.add(part);
      if (all.totalCount === 0) return [];
      const at = (percentile: number): number => all.getValueAtPercentile(percentile) / unit;
      return [{ metric, p50: at(50), p90: at(90), p99: at(99), sampleSize: all.totalCount, ...rest }];
    };
    const answered = steps.reduce((sum, step) => sum + step.answered, 0);
    const failed = steps.reduce((sum, step) => sum + step.failed, 0);
    const calls = answered + failed;
    return [
      ...percentiles(
        'TTFT_MS',
        steps.map(({ ttft }) => ttft),
        1,
      ),
      ...percentiles(
        'OUTPUT_TPS',
        steps.map(({ tps }) => tps),
        10,
      ),
      ...(calls === 0
        ? []
        : [{ metric: 'ERROR_RATE' as const, p50: failed / calls, sampleSize: calls, ...rest }]),
    ];
  };

  return {
    record(attempt) {
      const { offeringId, status, failure, ttftMs } = attempt;
      const failed = status === 'FAILED';
      if (failed && (failure === undefined || !PROVIDERS_FAULT.has(failure.code))) return;
      if (catalogue().offering(offeringId) === undefined) return;
      const step = stepNow(offeringId);
      if (failed) step.failed += 1;
      else {
        step.answered += 1;
        if (ttftMs !== undefined) {
          step.ttft ??= histogram();
          add(step.ttft, ttftMs);
        }
        const speed = speedOf(attempt);
        if (speed !== undefined) {
          step.tps ??= histogram();
          add(step.tps, speed * 10);
        }
      }
      for (const listener of listeners) listener(offeringId);
    },
    of(id) {
      const entry = entries.peek(id);
      if (entry === undefined) return [];
      const now = period();
      if (entry.known?.period !== now) entry.known = { period: now, stats: statsOf(entry, now) };
      return entry.known.stats;
    },
    measured() {
      const now = period();
      return [...entries.entries()].filter(([, entry]) => inWindow(entry, now).length > 0).map(([id]) => id);
    },
    onMeasured(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    period,
  };
};
