import type { Clock } from '../ports/clock.ts';

/** Milliseconds since a monotonic moment, to the microsecond: finer digits are noise of floating point. */
export const elapsedMs = (clock: Clock, since: number): number =>
  Math.round((clock.monotonicMs() - since) * 1_000) / 1_000;
