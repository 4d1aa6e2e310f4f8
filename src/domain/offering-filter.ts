import type { Billing, Capability, ModelJoin } from './model.ts';
import type { Money } from './money.ts';
import type { Modality } from './price.ts';
import type { ProviderKind } from './provider.ts';

/** CALLABLE: its provider is on. NOT_CALLABLE: it is off. ANY: both. */
export const AVAILABILITIES = ['CALLABLE', 'NOT_CALLABLE', 'ANY'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** What becomes of offerings that are of some sort: they pass like others, do not pass, or pass alone. */
export const INCLUSIONS = ['INCLUDE', 'EXCLUDE', 'ONLY'] as const;
export type Inclusion = (typeof INCLUSIONS)[number];

/**
 * Which offerings: the one vocabulary of the graph, of routes and of the terminal. Every condition that is present must hold;
 * of a list any entry does, unless it says "all". A fact that is demanded and that no source states does not hold.
 */
export type OfferingFilter = {
  /** Part of the id, the slug or the model's name, without regard to case. */
  readonly search?: string;
  /** Slugs, names, aliases or offering ids. An ambiguous name stands for all that it can mean. */
  readonly models?: readonly string[];
  /** Offering ids. */
  readonly offerings?: readonly string[];
  /** Who trained the model: the part of the slug before the slash, without regard to case. */
  readonly labs?: readonly string[];
  /** What the model's name begins with, e.g. `claude-sonnet`, `qwen`, without regard to case. */
  readonly families?: readonly string[];
  /** Ids, without regard to case, here and in `excludeProviders`. */
  readonly providers?: readonly string[];
  readonly excludeProviders?: readonly string[];
  readonly providerKinds?: readonly ProviderKind[];
  readonly excludeProviderKinds?: readonly ProviderKind[];
  /** Without regard to case; the offering's own region, else its provider's. */
  readonly regions?: readonly string[];
  /** true: the provider keeps nothing of a request by default. false: it is known to keep it. */
  readonly zeroRetention?: boolean;
  readonly openWeights?: boolean;
  /** All of these. */
  readonly capabilities?: readonly Capability[];
  /** Takes all of these. */
  readonly inputModalities?: readonly Modality[];
  /** Gives all of these. */
  readonly outputModalities?: readonly Modality[];
  /** Tokens. */
  readonly minContextWindow?: number;
  /** Tokens that one answer may have at least. */
  readonly minOutputTokens?: number;
  /** That moment included. */
  readonly releasedAfter?: Date;
  /** That moment excluded. */
  readonly releasedBefore?: Date;
  /** What was switched off. Absent: INCLUDE, but EXCLUDE where offerings are compared or routed to. */
  readonly retired?: Inclusion;
  /** What a source calls deprecated. Absent: as for `retired`. */
  readonly deprecated?: Inclusion;
  /** Names such as `gpt-latest` that stand for another model from time to time. Absent: INCLUDE. */
  readonly movingAliases?: Inclusion;
  readonly billing?: readonly Billing[];
  /** What costs nothing. Absent: INCLUDE, but EXCLUDE where offerings are compared. */
  readonly free?: Inclusion;
  readonly modelJoins?: readonly ModelJoin[];
  readonly availability?: Availability;
  /** Most for 1,000,000 plain text tokens, as a short prompt pays them. */
  readonly maxInputPrice?: Money;
  readonly maxOutputPrice?: Money;
  /** The same for three parts of input and one of output. */
  readonly maxBlendedPrice?: Money;
  /** Of a request of the workload that is compared, or of the prompt that is routed. */
  readonly maxCostPerRequest?: Money;
  readonly minQuality?: { readonly benchmark: string; readonly score: number };
  /** Medians: milliseconds, tokens a second; uptime as a share. */
  readonly maxTtftMs?: number;
  readonly minOutputTps?: number;
  readonly minUptime?: number;
};

/** Why an offering does not pass. UNKNOWN_…: what is demanded is not known of it. */
export const FILTER_REASONS = [
  'SEARCH',
  'MODEL',
  'OFFERING',
  'LAB',
  'FAMILY',
  'PROVIDER',
  'PROVIDER_KIND',
  'UNKNOWN_PROVIDER_KIND',
  'REGION',
  'UNKNOWN_REGION',
  'RETENTION',
  'UNKNOWN_RETENTION',
  'OFF',
  'ON',
  'RETIRED',
  'NOT_RETIRED',
  'DEPRECATED',
  'NOT_DEPRECATED',
  'MOVING_ALIAS',
  'NOT_MOVING_ALIAS',
  'MODEL_JOIN',
  'CONTEXT_TOO_SMALL',
  'UNKNOWN_CONTEXT',
  'OUTPUT_LIMIT_TOO_SMALL',
  'UNKNOWN_OUTPUT_LIMIT',
  'MODALITY',
  'UNKNOWN_MODALITY',
  'CAPABILITY',
  'UNKNOWN_CAPABILITY',
  'CLOSED_WEIGHTS',
  'OPEN_WEIGHTS',
  'UNKNOWN_WEIGHTS',
  'RELEASED_TOO_EARLY',
  'RELEASED_TOO_LATE',
  'UNKNOWN_RELEASE_DATE',
  'BILLING',
  'UNKNOWN_BILLING',
  'FREE',
  'NOT_FREE',
  'PRICE_ABOVE',
  'UNKNOWN_PRICE',
  'NO_FX_RATE',
  'COST_ABOVE',
  'QUALITY_BELOW',
  'UNKNOWN_QUALITY',
  'TTFT_ABOVE',
  'UNKNOWN_TTFT',
  'THROUGHPUT_BELOW',
  'UNKNOWN_THROUGHPUT',
  'UPTIME_BELOW',
  'UNKNOWN_UPTIME',
] as const;
export type FilterReason = (typeof FILTER_REASONS)[number];

/** Why an offering does not pass, and what was found and asked, for a person. */
export type FilterMiss = { readonly reason: FilterReason; readonly detail: string };
