/**
 * How long a provider's word alone keeps calls from an offering, where the operator does not say otherwise. A longer wait is
 * only believed in part: the offering stands behind all others for so long, and is called where nothing else is left.
 */
export const MAX_RETRY_AFTER_MS = 600_000;

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
