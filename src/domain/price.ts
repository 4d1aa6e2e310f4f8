import type { OfferingId, PriceId } from './ids.ts';
import type { Currency, Decimal } from './money.ts';

/** What is counted. */
export type MeterFamily = 'TOKENS' | 'CHARACTERS' | 'SECONDS' | 'IMAGES' | 'REQUESTS' | 'TOOL_CALLS';
export type MeterDirection = 'INPUT' | 'OUTPUT' | 'NONE';
export type Modality = 'TEXT' | 'AUDIO' | 'IMAGE' | 'VIDEO' | 'NONE';
/** PLAIN: neither cached nor cache-writing. REASONING is billed as PLAIN output unless a row of its own exists. */
export type TokenType = 'PLAIN' | 'CACHE_READ' | 'CACHE_WRITE_5M' | 'CACHE_WRITE_1H' | 'REASONING';

export type Meter = {
  readonly family: MeterFamily;
  readonly direction: MeterDirection;
  readonly modality: Modality;
  readonly tokenType: TokenType;
};

/**
 * When a row applies. Every condition that is present must hold (AND). A row without conditions always
 * applies; of several rows for one meter that apply, the one with most conditions wins, then the narrowest.
 */
export type PriceConditions = {
  /** Bounds on all input tokens of the request: `from` inclusive, `to` exclusive. */
  readonly promptTokens?: { readonly from: number; readonly to?: number };
  /** Time of day in `zone`, `from` inclusive, `to` exclusive, `HH:MM`; may wrap past midnight. */
  readonly timeOfDay?: { readonly from: string; readonly to: string; readonly zone: string };
};

/** CLIFF: the tier that the whole prompt falls in prices every token. GRADUATED: each token at its own tier. */
export type TierMode = 'CLIFF' | 'GRADUATED';

/** Where a fact comes from. */
export type Provenance = {
  /** Name of the source, e.g. `genai-prices`, `config`. */
  readonly source: string;
  /** Page or file that states the fact, for a person to check. */
  readonly sourceUrl?: string;
  /** When the source was made or read. */
  readonly observedAt: Date;
  /** When a person last compared it with the provider's own page, as the source states it. */
  readonly checkedAt?: Date;
};

/** One dated, sourced rate. Never changed: a new observation is a new row. */
export type Price = {
  readonly id: PriceId;
  readonly offeringId: OfferingId;
  readonly meter: Meter;
  /** Exact amount of `currency` for `per` units of the meter. */
  readonly amount: Decimal;
  /** Number of units that `amount` buys; 1,000,000 for token rates. */
  readonly per: number;
  readonly currency: Currency;
  readonly conditions: PriceConditions;
  readonly tierMode: TierMode;
  /** Inclusive; absent where the source does not say since when. */
  readonly effectiveFrom?: Date;
  /** Exclusive; absent while it still applies. */
  readonly effectiveTo?: Date;
  readonly provenance: Provenance;
};
