import type { ServiceTier } from '../../domain/completion-request.ts';

/** Tokens of a request, as far as they can be told before it is sent. */
export type ExpectedTokens = {
  /** All input tokens, cached ones included. */
  readonly input: number;
  /** Of these, likely to be read from the prompt cache. */
  readonly cacheRead: number;
  readonly output: number;
};

/**
 * What requests to one offering cost, about, for ordering alone: money that is billed or shown comes from the price
 * engine. Made once for an offering and a catalogue.
 */
export type RateCard = {
  /** In US dollars; 0 where it is free; NaN where a price or an exchange rate is not known. Under 0.2 µs. */
  costOf(tokens: ExpectedTokens, at: Date, serviceTier: ServiceTier): number;
};
