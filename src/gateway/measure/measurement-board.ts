import { LRUCache } from 'lru-cache';
import type { OfferingId } from '../../domain/ids.ts';
import { MEASUREMENT_SOURCE, type PerfStat } from '../../domain/performance.ts';
import type { Clock } from '../../ports/clock.ts';

/** What measuring an offering came to: medians of its samples. */
export type MeasuredSpeed = {
  readonly ttftMs?: number;
  readonly outputTps?: number;
  readonly samples: number;
  readonly at: Date;
};

/** The last measurement of each offering. */
export type MeasurementBoard = {
  /** A measurement that is older than the one that is known is passed over. */
  add(id: OfferingId, speed: MeasuredSpeed): void;
  /** Empty where it was not measured in the last day. */
  of(id: OfferingId): readonly PerfStat[];
};

/** Those that were measured last. */
export const MAX_MEASURED = 500;
export const MEASURED_TTL_MS = 86_400_000;
const NOTHING: readonly PerfStat[] = [];

export const createMeasurementBoard = (clock: Pick<Clock, 'now'>): MeasurementBoard => {
  const last = new LRUCache<OfferingId, { readonly atMs: number; readonly stats: readonly PerfStat[] }>({
    max: MAX_MEASURED,
  });
  return {
    add(id, { ttftMs, outputTps, samples, at }) {
      if ((last.peek(id)?.atMs ?? 0) > at.getTime()) return;
      const rest = { sampleSize: samples, provenance: { source: MEASUREMENT_SOURCE, observedAt: at } };
      const stats: PerfStat[] = [];
      if (ttftMs !== undefined) stats.push({ metric: 'TTFT_MS', p50: ttftMs, ...rest });
      if (outputTps !== undefined) stats.push({ metric: 'OUTPUT_TPS', p50: outputTps, ...rest });
      if (stats.length > 0) last.set(id, { atMs: at.getTime(), stats });
    },
    of(id) {
      if (last.size === 0) return NOTHING;
      const found = last.peek(id);
      return found === undefined || clock.now().getTime() - found.atMs > MEASURED_TTL_MS
        ? NOTHING
        : found.stats;
    },
  };
};
