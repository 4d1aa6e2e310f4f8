import type { Billing, ModelFacts } from '../domain/model.ts';
import type { PerfStat } from '../domain/performance.ts';
import type { Price, QuarantineReason } from '../domain/price.ts';
import type { QualityScore } from '../domain/quality.ts';

/**
 * What sources say, in our words and in plain values that can be stored as JSON and sent between threads: exact amounts
 * are decimal text, moments are ISO 8601 text. Unknown is absent.
 */

/** One rate as a source states it. Provenance is the reading's own unless it says more. */
export type SourcePrice = Omit<
  Price,
  'id' | 'offeringId' | 'amount' | 'discount' | 'effectiveFrom' | 'effectiveTo' | 'provenance'
> & {
  /** Decimal text, e.g. `0.0000006`; never computed in floating point. */
  readonly amount: string;
  readonly discount?: string;
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
  readonly sourceUrl?: string;
  /** Day on which the source's author compared it with the provider's page, as the source states it. */
  readonly checkedAt?: string;
};

export type SourceFacts = Partial<Omit<ModelFacts, 'releaseDate' | 'releaseRange' | 'retiresAt'>> & {
  readonly releaseDate?: string;
  readonly retiresAt?: string;
};

/** What tells which model is meant; each may be absent. Labs and names are the source's own words. */
export type SourceIdentity = {
  /** `lab/model`, where the source itself says which canonical model it is. */
  readonly slug?: string;
  readonly huggingFaceId?: string;
  readonly lab?: string;
  readonly name?: string;
};

export type SourcePerformance = Omit<PerfStat, 'provenance'>;
/** A score as a source states it. What it leaves out of a known benchmark is looked up by the benchmark's name. */
export type SourceQuality = Omit<
  QualityScore,
  'provenance' | 'series' | 'represents' | 'evidence' | 'category' | 'lessIsBetter' | 'reportedBy'
> &
  Partial<Pick<QualityScore, 'category' | 'lessIsBetter' | 'reportedBy'>> & {
    readonly sourceUrl?: string;
  };

/** A model at one provider. */
export type SourceOffering = {
  /** Our id of the provider where we know it, else the source's own word in lower case. */
  readonly providerId: string;
  /** The name that the provider uses in its API. */
  readonly providerModelId: string;
  /** For people. */
  readonly name?: string;
  readonly identity: SourceIdentity;
  readonly facts: SourceFacts;
  readonly region?: string;
  /** Absent: METERED where it has a price that is not 0, else UNKNOWN. A list of zeroes is no price. */
  readonly billing?: Billing;
  readonly prices: readonly SourcePrice[];
  readonly performance: readonly SourcePerformance[];
  readonly sourceUrl?: string;
};

/** A model, whoever serves it. */
export type SourceModel = {
  readonly slug: string;
  readonly name?: string;
  readonly description?: string;
  readonly aliases: readonly string[];
  readonly huggingFaceId?: string;
  readonly facts: SourceFacts;
  readonly quality: readonly SourceQuality[];
  readonly sourceUrl?: string;
};

/** What a source that knows models by names alone says of one: scores and facts. It makes no model known. */
export type SourceScores = {
  readonly identity: SourceIdentity;
  readonly quality: readonly SourceQuality[];
  readonly facts?: SourceFacts;
  /** For people. */
  readonly displayName?: string;
  readonly sourceUrl?: string;
  /** Medians over all who serve the model, where the source states no single one. */
  readonly performance?: readonly SourcePerformance[];
  /** A second opinion on what its lab charges. */
  readonly prices?: readonly SourcePrice[];
};

/** A provider as a source describes it. */
export type SourceProvider = {
  readonly providerId: string;
  readonly name?: string;
  readonly docsUrl?: string;
  /** Its OpenAI-compatible endpoint, where the source says so: for a person to configure, never called by itself. */
  readonly baseUrl?: string;
};

export type SourceFx = {
  readonly base: string;
  readonly quote: string;
  /** Decimal text. */
  readonly rate: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
};

/** A row that the parser itself cannot believe or read. */
export type SourceProblem = {
  readonly subject: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
};

/** All that one payload says. */
export type SourceReading = {
  readonly providers: readonly SourceProvider[];
  readonly models: readonly SourceModel[];
  readonly offerings: readonly SourceOffering[];
  readonly scores: readonly SourceScores[];
  readonly fx: readonly SourceFx[];
  readonly problems: readonly SourceProblem[];
};

export const EMPTY_READING: SourceReading = {
  providers: [],
  models: [],
  offerings: [],
  scores: [],
  fx: [],
  problems: [],
};

/** Which version of a list was shipped with this server, and under which terms. */
export type ShippedEdition = {
  readonly name: string;
  readonly version: string;
  /** SPDX id. */
  readonly licence: string;
  /** Words that the licence asks to be shown. */
  readonly attribution?: string;
  readonly pageUrl: string;
};

/** A reading with where and when it was read. */
export type DatedReading = {
  readonly sourceId: string;
  /** Page that states it, unless a row names its own. */
  readonly sourceUrl?: string;
  /** When the payload was first seen as it is. */
  readonly observedAt: Date;
  /** When it was last read or confirmed to be unchanged. */
  readonly checkedAt: Date;
  /** Absent for a source that is read live. */
  readonly edition?: ShippedEdition;
  /** The day of its data, as the payload or its publisher states it; absent if neither does. */
  readonly dataDay?: Date;
  readonly reading: SourceReading;
};

/** What is sent to read a source: each address in turn; all bodies go to `parse` together. */
export type SourceRequest = {
  /** Names the body for `parse`. */
  readonly name: string;
  /** Behind the source's base URL. */
  readonly path: string;
  /** Whether the source is complete without this file; default: it is not. */
  readonly optional?: boolean;
};

/**
 * One public list of prices, models, speeds or exchange rates. Pure: it says what to ask and reads what comes back; who
 * asks, when, and what becomes of failures is the same for all.
 */
export type CatalogueSource = {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** What a person would open to check it. */
  readonly pageUrl: string;
  readonly baseUrl: string;
  readonly requests: readonly SourceRequest[];
  /**
   * The next page of a list, by the last answer; `page` counts from 2. Absent, or undefined: nothing more is asked. The
   * number of pages is bounded by whoever asks.
   */
  following?(answer: string, page: number): SourceRequest | undefined;
  /** It is read no more often than this, in milliseconds, e.g. because requests are counted; absent: as set. */
  readonly minEveryMs?: number;
  /** Terms under which it may be used, for a person. */
  readonly terms: string;
  /** A credential that it needs or takes, sent as a bearer token or in this header; absent: none. */
  readonly key?: { readonly required: boolean; readonly variable: string; readonly header?: string };
  /** False: it is on only where it is named, not by `sources: on`. */
  readonly byDefault: boolean;
  /** Whether its terms allow to keep a copy over a restart. */
  readonly storable: boolean;
  /** Throws SourceUnreadable where a body is not what this source gives, e.g. HTML or truncated JSON. */
  parse(bodies: { readonly [name: string]: string }): SourceReading;
};

/** A payload as a whole is of no use: the old data stays. The message is for a person and quotes no secret. */
export class SourceUnreadable extends Error {
  override readonly name = 'SourceUnreadable';
}
