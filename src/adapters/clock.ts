import type { Clock } from '../ports/clock.ts';

/** The longest delay that Node's timers keep; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const createSystemClock = (): Clock => ({
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after: (ms, callback) => {
    let remaining = ms;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const delay = Math.min(remaining, LONGEST_TIMER_MS);
      remaining -= delay;
      timer = setTimeout(remaining > 0 ? arm : callback, delay).unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
});
