import type { Clock } from '../ports/clock.ts';
import { createTimers } from './timers.ts';

/** The machine's own time. */
export const createSystemClock = (): Clock => ({
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after: createTimers(),
});
