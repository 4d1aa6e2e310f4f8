import type { Attempt } from '../../../domain/attempt.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { BreakerRules } from '../../../domain/route.ts';
import type { Breaker } from './breaker.ts';
import type { Pulse } from './pulse.ts';

/** One call, as it goes on. */
export type CallWatch = {
  /** Milliseconds from sending to the first token, once it came. */
  firstToken(ttftMs: number): void;
  /** It is over: exactly once. What ended by the caller's wish or another's winning says nothing of the offering. */
  ended(attempt: Attempt): void;
};

/** How offerings do: what routing goes by, and what calls tell it. */
export type HealthBoard = {
  /** The same object for the same offering. */
  pulseOf(id: OfferingId): Pulse;
  /** Brings pulses up to this moment; cheap, for before each look at them. They are else as of the last call. */
  refresh(): void;
  /** The same object for the same offering and equal rules. */
  breakerOf(id: OfferingId, rules: BreakerRules): Breaker;
  /**
   * A call is sent; `breaker` is the one that let it through. `streamed: false`: it has no first token, so that none is
   * waited for; true if not given.
   */
  began(id: OfferingId, breaker: Breaker, call?: { readonly streamed?: boolean }): CallWatch;
};
