import type { ServiceTier } from './completion-request.ts';
import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { ModelSlug, OfferingId, ProviderId } from './ids.ts';
import type { Usage } from './usage.ts';

/** What was asked for and where it will be sent. */
export type RouteDecision = {
  /** The `model` of the request, as given. */
  readonly requested: string;
  readonly modelSlug: ModelSlug;
  /** Candidates in the order in which they are tried. */
  readonly candidates: readonly OfferingId[];
};

export type Timings = {
  /** From the request's arrival to its end, in milliseconds. */
  readonly totalMs: number;
  /** From sending the successful attempt to its first token. Absent where the answer was not streamed or had none. */
  readonly ttftMs?: number;
  /** Output tokens per second after the first token. Absent without usage, a TTFT, or a measurable duration. */
  readonly outputTps?: number;
};

/** One call to one offering, once it is over. */
export type Attempt = {
  readonly index: number;
  readonly offeringId: OfferingId;
  readonly providerId: ProviderId;
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly ttftMs?: number;
  readonly usage?: Usage;
  /** Present where the provider reported usage. */
  readonly cost?: Cost;
  readonly failure?: LocatedFailure;
  /** The provider's id for its answer. */
  readonly providerResponseId?: string;
  /** The exact model version that the provider says answered. */
  readonly providerModel?: string;
  /** The tier in which the provider says it served the request. */
  readonly serviceTier?: ServiceTier;
};
