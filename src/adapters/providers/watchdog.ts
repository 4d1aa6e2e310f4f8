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
): Watchdog => new CallWatchdog(clock, timeouts, expire);

class CallWatchdog implements Watchdog {
  readonly #clock: Clock;
  readonly #timeouts: CallTimeouts;
  readonly #expire: (phase: TimeoutPhase) => void;
  readonly #ring = (): void => this.#rang();
  #phase: TimeoutPhase = 'FIRST_TOKEN';
  #remainingMs: number;
  #waitingSince: number | undefined;
  #ringsAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, timeouts: CallTimeouts, expire: (phase: TimeoutPhase) => void) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#expire = expire;
    this.#remainingMs = timeouts.firstTokenMs;
  }

  wait(): void {
    const now = this.#clock.monotonicMs();
    this.#waitingSince = now;
    if (this.#ringsAt > now + this.#remainingMs) this.#ringAfter(Math.max(0, this.#remainingMs), now);
  }

  hold(): void {
    if (this.#waitingSince === undefined) return;
    this.#remainingMs -= this.#clock.monotonicMs() - this.#waitingSince;
    this.#waitingSince = undefined;
  }

  progress(): void {
    this.#phase = 'STALL';
    this.#remainingMs = this.#timeouts.stallMs;
  }

  stop(): void {
    this.#waitingSince = undefined;
    this.#cancelTimer?.();
  }

  #ringAfter(ms: number, now: number): void {
    this.#cancelTimer?.();
    this.#ringsAt = now + ms;
    this.#cancelTimer = this.#clock.after(ms, this.#ring);
  }

  #rang(): void {
    this.#ringsAt = Number.POSITIVE_INFINITY;
    if (this.#waitingSince === undefined) return;
    const now = this.#clock.monotonicMs();
    const left = this.#remainingMs - (now - this.#waitingSince);
    if (left > 0) this.#ringAfter(left, now);
    else {
      this.#waitingSince = undefined;
      this.#expire(this.#phase);
    }
  }
}
