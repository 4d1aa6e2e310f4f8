import type { Clock } from '../../ports/clock.ts';
import type { CallTimeouts } from '../../ports/provider.ts';

/** Which limit ran out. */
export type TimeoutPhase = 'FIRST_TOKEN' | 'STALL';

/**
 * Measures how long a call has waited for its provider. Only time between `wait` and `hold` counts, so that a
 * consumer that reads slowly never times its provider out.
 */
export type Watchdog = {
  /** From now on we wait for the provider. */
  wait(): void;
  /** The provider has delivered something, of worth or not; its limit goes on with the next `wait`. */
  hold(): void;
  /** The provider got on: the first-token limit is over, and the stall limit begins anew. */
  progress(): void;
  stop(): void;
};

/** `expire` is called at most once. One timer is kept running and moved only when it would ring too late. */
export const createWatchdog = (
  clock: Clock,
  timeouts: CallTimeouts,
  expire: (phase: TimeoutPhase) => void,
): Watchdog => {
  let phase: TimeoutPhase = 'FIRST_TOKEN';
  let remainingMs = timeouts.firstTokenMs;
  let waitingSince: number | undefined;
  let ringsAt = Number.POSITIVE_INFINITY;
  let cancelTimer = (): void => {};

  const ringAfter = (ms: number, now: number): void => {
    cancelTimer();
    ringsAt = now + ms;
    cancelTimer = clock.after(ms, ring);
  };
  const ring = (): void => {
    ringsAt = Number.POSITIVE_INFINITY;
    if (waitingSince === undefined) return;
    const now = clock.monotonicMs();
    const left = remainingMs - (now - waitingSince);
    if (left > 0) ringAfter(left, now);
    else {
      waitingSince = undefined;
      expire(phase);
    }
  };

  return {
    wait() {
      const now = clock.monotonicMs();
      waitingSince = now;
      if (ringsAt > now + remainingMs) ringAfter(Math.max(0, remainingMs), now);
    },
    hold() {
      if (waitingSince === undefined) return;
      remainingMs -= clock.monotonicMs() - waitingSince;
      waitingSince = undefined;
    },
    progress() {
      phase = 'STALL';
      remainingMs = timeouts.stallMs;
    },
    stop() {
      waitingSince = undefined;
      cancelTimer();
    },
  };
};
