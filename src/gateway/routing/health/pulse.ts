/** How an offering does at this moment, for ordering; owned by the health board, read by strategies. */
export type Pulse = {
  /** Calls of this node under way. */
  readonly inFlight: number;
  /**
   * Milliseconds to the first token, as a peak-sensitive moving average: it rises sooner than it falls, and is no less than
   * what calls wait that no later one overtook. NaN: not measured.
   */
  readonly ttftMs: number;
  /** Output tokens a second after the first token, as a moving average. NaN: not measured. */
  readonly outputTps: number;
  /** Share of recent calls that failed by the provider's fault, as a moving average; 0 where there were none. */
  readonly errorRate: number;
  /** p95 of the TTFT of the last 5 minutes; NaN: not measured. */
  readonly p95TtftMs: number;
  /** Its latest calls are silent or failed: it goes behind those that are well, and is no less a candidate. */
  readonly isSuspect: boolean;
  /** On the monotonic clock; -Infinity: never. */
  readonly measuredAtMs: number;
  /**
   * On the wall clock in milliseconds: until then its provider asked not to be called, or it would be of no use, e.g. as
   * its key was refused. 0: it did not.
   */
  readonly closedUntil: number;
  /** Why it is closed, for a person; absent: the provider asked for it. */
  readonly closedReason?: string | undefined;
  /** Absent: for as long as it is closed its provider asked for it. */
  readonly closedByGuess?: ClosingGuess | undefined;
};

/**
 * A closing that rests on our own guess from how calls failed, which may be wrong: where nothing else is left the offering
 * is called all the same.
 */
export type ClosingGuess = {
  /** UNUSABLE: it refused this account. LIMITED: it refused for want of capacity and named no time. */
  readonly kind: 'UNUSABLE' | 'LIMITED';
  /** On the wall clock in milliseconds: until then its provider asked for it as well. 0: it did not. */
  readonly askedUntil: number;
};
