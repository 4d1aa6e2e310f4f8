/** What a provider counts against a limit. */
export const RATE_LIMIT_KINDS = ['REQUESTS', 'TOKENS', 'INPUT_TOKENS', 'OUTPUT_TOKENS'] as const;
export type RateLimitKind = (typeof RATE_LIMIT_KINDS)[number];

/** One limit as a provider states it with an answer. What it does not say is absent. */
export type RateLimit = {
  readonly kind: RateLimitKind;
  /** How many the window allows. */
  readonly limit?: number;
  /** How many are left. */
  readonly remaining?: number;
  /** When the window is full again. */
  readonly resetsAt?: Date;
};

/** What is known of an offering's limits at its provider, as of its last answer. */
export type RateLimitState = {
  readonly limits: readonly RateLimit[];
  readonly observedAt: Date;
  /** Until when the provider asked not to be called; absent where it did not, or that time is over. */
  readonly blockedUntil?: Date;
};
