import type { ServiceTier } from './completion-request.ts';
import type { OfferingId, PriceId } from './ids.ts';
import type { Currency, Decimal } from './money.ts';

/** What is counted. SECONDS of audio or video; TOKEN_HOURS: tokens kept in a cache, times hours. */
export const METER_FAMILIES = [
  'TOKENS',
  'CHARACTERS',
  'SECONDS',
  'IMAGES',
  'PIXELS',
  'PAGES',
  'REQUESTS',
  'TOOL_CALLS',
  'TOKEN_HOURS',
] as const;
export type MeterFamily = (typeof METER_FAMILIES)[number];
export const METER_DIRECTIONS = ['INPUT', 'OUTPUT', 'NONE'] as const;
export type MeterDirection = (typeof METER_DIRECTIONS)[number];
export const MODALITIES = ['TEXT', 'AUDIO', 'IMAGE', 'VIDEO', 'DOCUMENT', 'NONE'] as const;
export type Modality = (typeof MODALITIES)[number];
/** PLAIN: neither cached nor cache-writing. REASONING is billed as PLAIN output unless a row of its own exists. */
export const TOKEN_TYPES = [
  'PLAIN',
  'CACHE_READ',
  'CACHE_WRITE_5M',
  'CACHE_WRITE_1H',
  'REASONING',
  'CITATION',
] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/**
 * What a rate depends on besides, e.g. `{ quality: 'high', size: '1024x1024' }` of an image, `{ tool: 'web_search' }`
 * of a call. Names and values are in lower case; sizes are `WIDTHxHEIGHT`.
 */
export type MeterAttributes = { readonly [name: string]: string };

export type Meter = {
  readonly family: MeterFamily;
  readonly direction: MeterDirection;
  readonly modality: Modality;
  readonly tokenType: TokenType;
  /** Absent or empty: whatever they are. */
  readonly attributes?: MeterAttributes;
};

/** A range of counts: `from` inclusive, `to` exclusive; absent `to`: without end. */
export type CountRange = { readonly from: number; readonly to?: number };

export const WEEKDAYS = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Calendars of public holidays that a window can name, by ISO 3166 code. Their dates stand in catalogue/holidays.ts. */
export const HOLIDAY_CALENDARS = ['CN'] as const;
export type HolidayCalendar = (typeof HOLIDAY_CALENDARS)[number];
/**
 * EXCLUDE: never begins on a public holiday. ONLY: begins on public holidays alone. WORKING_DAYS: as EXCLUDE, and begins as
 * well on days off that are worked in exchange for a holiday, whatever `weekdays` says.
 */
export const HOLIDAY_RULES = ['EXCLUDE', 'ONLY', 'WORKING_DAYS'] as const;
export type HolidayRule = (typeof HOLIDAY_RULES)[number];
/** In a year whose holidays are not announced yet, no day counts as one. */
export type WindowHolidays = { readonly calendar: HolidayCalendar; readonly rule: HolidayRule };

/** Times that come again each day or week, on the clock of `zone`. Everything that is present must hold. */
export type TimeWindow = {
  /** Time of day, `HH:MM`, `from` inclusive, `to` exclusive; may wrap past midnight. Both or neither; absent: all day. */
  readonly from?: string;
  readonly to?: string;
  /** Days on which the window begins, at least one; absent: every day. */
  readonly weekdays?: readonly Weekday[];
  /** What public holidays do to it; absent: nothing. */
  readonly holidays?: WindowHolidays;
  /** IANA name, e.g. `UTC`, `Asia/Shanghai`. */
  readonly zone: string;
};

/**
 * When a row applies. Every condition that is present must hold (AND). A row without conditions always
 * applies; of several rows for one meter that apply, the one with most conditions wins, then the narrowest.
 */
export type PriceConditions = {
  /** All input tokens of the request. */
  readonly promptTokens?: CountRange;
  /** All output tokens of the request. */
  readonly outputTokens?: CountRange;
  /** Whether the model was let think. */
  readonly thinking?: boolean;
  readonly timeWindow?: TimeWindow;
  /** The provider's own word for the region that serves the request, e.g. `us`, `eu-west-1`, `global`. */
  readonly region?: string;
};

/** CLIFF: the tier that the whole prompt falls in prices every token. GRADUATED: each token at its own tier. */
export const TIER_MODES = ['CLIFF', 'GRADUATED'] as const;
export type TierMode = (typeof TIER_MODES)[number];

/**
 * METERED: `amount` is paid for what is used. FREE: nothing is charged, and `amount` is 0. PLAN: covered by a
 * subscription. COMMITMENT: for capacity that is bought ahead. Rows of the last two price no single request.
 */
export const ROW_BILLINGS = ['METERED', 'FREE', 'PLAN', 'COMMITMENT'] as const;
export type RowBilling = (typeof ROW_BILLINGS)[number];

/** Where a fact comes from. */
export type Provenance = {
  /** Id of the source, e.g. `genai-prices`, `config`. */
  readonly source: string;
  /** Page or file that states the fact, for a person to check. */
  readonly sourceUrl?: string;
  /** When this server first had it: when a live source was read that stated it, or the day of a shipped list. */
  readonly observedAt: Date;
  /** The day on which the source's author compared it with the provider's page; absent if the source does not say. */
  readonly checkedAt?: Date;
  /**
   * The day for which it is said, by which statements of several sources are put in order: `checkedAt`, else the day of
   * the list's data, else the last change of the list. Absent: `observedAt`.
   */
  readonly statedAt?: Date;
  /** When a live source was last read, or confirmed to be unchanged. Says nothing of the age of what it states. */
  readonly readAt?: Date;
  /** How it follows from another fact; absent: the source states it itself. */
  readonly explanation?: string;
};

/** The day for which something is said: see `Provenance.statedAt`. */
export const statedAtOf = ({ statedAt, checkedAt, observedAt }: Provenance): Date =>
  statedAt ?? checkedAt ?? observedAt;

/** That a rate is another one times a factor, by a rule of the provider. */
export type PriceDerivation = {
  /** Of the rule, e.g. `anthropic-batch`. */
  readonly ruleId: string;
  /** The rule in words, without a full stop. */
  readonly rule: string;
  /** Exact, e.g. 0.5. */
  readonly factor: Decimal;
  /** The rate that is multiplied, in the row's currency and for its `per` units. It may be derived itself. */
  readonly base: { readonly id: PriceId; readonly amount: Decimal; readonly source: string };
};

/** One dated, sourced rate. Never changed: a new observation is a new row. */
export type Price = {
  readonly id: PriceId;
  readonly offeringId: OfferingId;
  readonly meter: Meter;
  /** Exact amount of `currency` for `per` units of the meter, after `discount`. */
  readonly amount: Decimal;
  /** Number of units that `amount` buys; 1,000,000 for token rates. */
  readonly per: number;
  readonly currency: Currency;
  readonly serviceTier: ServiceTier;
  readonly conditions: PriceConditions;
  readonly tierMode: TierMode;
  /** Share of the list price that the source says is taken off, above 0 and below 1. */
  readonly discount?: Decimal;
  readonly billing: RowBilling;
  /** Inclusive; absent where the source does not say since when. */
  readonly effectiveFrom?: Date;
  /** Exclusive; absent while it still applies. */
  readonly effectiveTo?: Date;
  readonly provenance: Provenance;
  /** Absent: it is stated as it is. */
  readonly derivation?: PriceDerivation;
};

/** A row that does not yet belong to an offering. */
export type UnboundPrice = Omit<Price, 'id' | 'offeringId'>;

/** What one source says of the rate that a row states. The sources' own units are made comparable first. */
export type PriceObservation = {
  /** For the row's `per` units, in the row's currency. */
  readonly amount: Decimal;
  readonly provenance: Provenance;
  /** Present: it is not believed, for this reason. */
  readonly quarantined?: QuarantineReason;
};

/** Sources that say different things of one rate, those in doubt included unless they mistake the unit. */
export type Disagreement = {
  /** Of all sources that count, for the row's `per` units. */
  readonly lowest: Decimal;
  readonly highest: Decimal;
  /** `highest / lowest`; absent where `lowest` is 0. */
  readonly ratio?: number;
  /** Ids of those that say something else than the row. */
  readonly sources: readonly string[];
  /** What each of them says; a statement in doubt with the reason. */
  readonly observations: readonly PriceObservation[];
};

/**
 * Why a row of a source is not used. NEGATIVE, ABSURD (beyond any real price, or a tier far from the standard rate), PLACEHOLDER (too small to be one), UNIT
 * (off by a factor that a wrong unit makes, e.g. cents for dollars), JUMP (over 3 times the rate before, and no second
 * source agrees), MULTIPLE (a half, a third, … or 2, 3, … times what several sources say of a lab's own rates),
 * UNCONFIRMED (cheaper than nearly everything, and stated by one source alone), CONVERTED (a list in yuan as dollars, at
 * somebody's exchange rate), MALFORMED.
 */
export const QUARANTINE_REASONS = [
  'NEGATIVE',
  'ABSURD',
  'PLACEHOLDER',
  'UNIT',
  'JUMP',
  'MULTIPLE',
  'UNCONFIRMED',
  'CONVERTED',
  'MALFORMED',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** A rate that a source states and that is not used until somebody else says the same, or never. */
export type QuarantinedPrice = {
  readonly source: string;
  /** As far as it can be told, `provider/providerModelId` in the source's words. */
  readonly subject: string;
  readonly reason: QuarantineReason;
  /** What was stated and what was expected, for a person. */
  readonly detail: string;
  readonly at: Date;
};

/** That a rate which this catalogue serves began, changed or ended. */
export type PriceChange = {
  /** `pch_` and a digest of what changed to what and when: the same on every node. */
  readonly id: string;
  readonly offeringId: OfferingId;
  readonly at: Date;
  readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
  /** Absent where it was ADDED. */
  readonly before?: Price;
  /** Absent where it was REMOVED. */
  readonly after?: Price;
};
