/** CLOSED: calls go through. OPEN: none do. HALF_OPEN: one probe does. */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** Leaves an offering alone that fails or is slow, and tries it again. */
export type Breaker = {
  state(): BreakerState;
  /** Milliseconds until it may be probed; 0 unless it is OPEN. */
  retryAfterMs(): number;
  /** Why it opened, for a person, without a full stop; undefined while it is CLOSED. */
  reason(): string | undefined;
  /**
   * Asked right before a call. True at once while CLOSED; while HALF_OPEN for one caller alone, on all nodes; false
   * while OPEN. Who was let through must tell how it ended.
   */
  admit(): boolean | Promise<boolean>;
};
