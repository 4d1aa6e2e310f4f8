import type { Clock } from '../../../ports/clock.ts';

/** Milliseconds since 1970, with fractions. */
export type SpanClock = () => number;

/** What the wall clock may run ahead or fall behind before it is followed: it counts whole milliseconds only. */
const TOLERATED_MS = 20;

/** Wall-clock time as finely as durations are measured, so that what took microseconds is not told as nothing. */
export const createSpanClock = (clock: Clock): SpanClock => {
  let offsetMs = clock.now().getTime() - clock.monotonicMs();
  return () => {
    const fine = offsetMs + clock.monotonicMs();
    const wall = clock.now().getTime();
    if (Math.abs(wall - fine) <= TOLERATED_MS) return fine;
    offsetMs += wall - fine;
    return wall;
  };
};
