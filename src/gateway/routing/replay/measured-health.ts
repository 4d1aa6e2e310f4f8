import type { OfferingId } from '../../../domain/ids.ts';
import type { OfferingStats } from '../../offering-stats.ts';
import type { Percentiles } from '../../statistics/histogram.ts';
import type { Availability } from '../health/availability.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { Pulse } from '../health/pulse.ts';
import { Room } from '../health/room.ts';

const availabilityWith = (pulse: Pulse): Availability => ({
  pulse,
  room: new Room(),
  askedToWaitMs: () => 0,
  mayInsist: () => false,
  insist: () => false,
  state: () => 'CLOSED',
  retryAfterMs: () => 0,
  reason: () => undefined,
  admit: () => true,
  decline() {},
  began() {
    throw new Error('A replay calls nothing.');
  },
});

/** How offerings did over the last day, as if it were how they always do: none is left alone, none is busy. */
export type MeasuredHealth = HealthBoard & {
  /** Undefined where nothing was measured. */
  ttftOf(id: OfferingId): Percentiles | undefined;
};

export const measuredHealth = (stats: Pick<OfferingStats, 'window'>, nowMs: number): MeasuredHealth => {
  const known = new Map<
    OfferingId,
    { readonly availability: Availability; readonly ttft: Percentiles | undefined }
  >();
  const of = (id: OfferingId) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const { ttft, latency, outputTps, errorRate, calls } = stats.window(id, 'ONE_DAY');
    const pulse: Pulse = {
      inFlight: 0,
      failed: 0,
      ttftMs: ttft?.p50 ?? Number.NaN,
      wholeMs: latency?.p50 ?? Number.NaN,
      outputTps: outputTps?.p50 ?? Number.NaN,
      errorRate: errorRate ?? 0,
      p95TtftMs: ttft?.p95 ?? Number.NaN,
      p95WholeMs: latency?.p95 ?? Number.NaN,
      isSuspect: false,
      measuredAtMs: calls > 0 ? nowMs : Number.NEGATIVE_INFINITY,
      closedUntil: 0,
    };
    const found = { availability: availabilityWith(pulse), ttft };
    known.set(id, found);
    return found;
  };
  return {
    availabilityOf: (id) => of(id).availability,
    refresh() {},
    ttftOf: (id) => of(id).ttft,
  };
};
