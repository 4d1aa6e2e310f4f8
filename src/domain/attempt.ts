import type { ServiceTier } from './completion-request.ts';
import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { ModelSlug, OfferingId, OperationId, ProviderId, RouteName } from './ids.ts';
import { FILTER_REASONS } from './offering-filter.ts';
import type { ProviderBilling } from './provider-billing.ts';
import { PLAIN_CHECKS, type StrategyKind } from './route.ts';
import type { Usage } from './usage.ts';

/** Why an offering was not a candidate: it does not pass a filter, or cannot be used for the request or at the time. */
export const REJECTION_REASONS = [
  ...FILTER_REASONS,
  'NOT_CONFIGURED',
  'NO_COMPLETIONS',
  'PARAMETER',
  'BREAKER_OPEN',
  'RATE_LIMITED',
  'UNUSABLE',
  'AT_CAPACITY',
  'BUDGET_SPENT',
  'ROLLED_BACK',
  'CONDITION',
  'DEFECT',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** An offering that a route would use, and may not now. */
export type Rejection = {
  readonly offeringId: OfferingId;
  readonly reason: RejectionReason;
  /** What was found and what was asked, for a person. */
  readonly detail: string;
  /** When it may be another matter, in milliseconds from then on; absent: time alone changes nothing. */
  readonly retryAfterMs?: number;
};

/** What one criterion adds to a candidate's score. */
export type RouteScorePart = {
  /**
   * `cost`, `ttft`, `throughput`, `uptime`, `quality`, `inFlight`, `weight`, `complexity` and the like; `complexity.numbers`:
   * what that feature adds. Nothing else was left: `limit`, it is full with so many calls and is waited for; `breakerOpen`, it is called though its breaker is open.
   */
  readonly criterion: string;
  /** In the criterion's own unit: US dollars, milliseconds, tokens a second, share, points, calls. Absent: not known. */
  readonly value?: number;
  /** How much it counts, where several do. */
  readonly weight?: number;
};

/** A candidate as the strategy saw it. */
export type ConsideredOffering = {
  readonly offeringId: OfferingId;
  /** By which the strategy ordered, the lower the better; absent where it goes by the list. */
  readonly score?: number;
  readonly parts: readonly RouteScorePart[];
};

/** Whose request it mirrors, and how its answer compares. */
export type MirrorMark = {
  readonly of: OperationId;
  /** Whether both wrote the same; absent where one of them did not answer. */
  readonly sameText?: boolean;
};

/** What was asked for and where it will be sent. */
export type RouteDecision = {
  /** The `model` of the request, as given; `inline` where it brought candidates of its own. */
  readonly requested: string;
  /** Of the first candidate. */
  readonly modelSlug: ModelSlug;
  /** Candidates in the order in which they are tried. */
  readonly candidates: readonly OfferingId[];
  /** The saved route that was used. */
  readonly route?: { readonly name: RouteName; readonly version: number };
  /** Absent in rows from before there were strategies. */
  readonly strategy?: StrategyKind;
  /** The cheaper ones came first, as the route had spent the share of its budget from which on they do. */
  readonly savesBudget?: true;
  /** It was drawn for the route's canary, which comes first. */
  readonly isCanary?: true;
  /** It was sent to compare, and nobody was shown its answer. */
  readonly mirror?: MirrorMark;
  /** The completion whose answer it grades. */
  readonly judgeOf?: OperationId;
  /** The candidates with what they were ordered by, as many as are kept. */
  readonly considered?: readonly ConsideredOffering[];
  /** What was not a candidate, as many as are kept. */
  readonly rejected?: readonly Rejection[];
};

export type Timings = {
  /** From the request's arrival to its end, in milliseconds. */
  readonly totalMs: number;
  /** From sending the successful attempt to its first token. Absent where the answer was not streamed or had none. */
  readonly ttftMs?: number;
  /** Output tokens per second after the first token. Absent without usage, a TTFT, or a measurable duration. */
  readonly outputTps?: number;
};

/**
 * FIRST: planned. RETRY: the same offering again. FALLBACK: after another failed. RACE, HEDGE: beside another. MIRROR: to compare it.
 * ESCALATION: the answer of the tier before did not pass.
 */
export const ATTEMPT_CAUSES = [
  'FIRST',
  'RETRY',
  'FALLBACK',
  'RACE',
  'HEDGE',
  'MIRROR',
  'ESCALATION',
] as const;
export type AttemptCause = (typeof ATTEMPT_CAUSES)[number];

/** What a tier of a CASCADE is asked of its answer; the last four where its route says what. */
export const ANSWER_CHECKS = [...PLAIN_CHECKS, 'LENGTH', 'LOGPROB', 'ACCEPT', 'JUDGE'] as const;
export type AnswerCheck = (typeof ANSWER_CHECKS)[number];

/** Why an answer was not taken. */
export type FailedCheck = {
  readonly check: AnswerCheck;
  /** What was found and what was asked, for a person. Quotes nothing of the answer. */
  readonly detail: string;
};

/** One call to one offering, once it is over. */
export type Attempt = {
  readonly index: number;
  readonly offeringId: OfferingId;
  readonly providerId: ProviderId;
  /** CANCELLED: another attempt won; `failure` is absent. */
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly ttftMs?: number;
  readonly usage?: Usage;
  /** Present where `usage` is, unless the provider had no room for it and never answered, which none charges for. */
  readonly cost?: Cost;
  /** What the bill rests on besides usage, where the provider says it. */
  readonly billing?: ProviderBilling;
  /** What our own rates make of it, where `cost` is what the provider says it charged. */
  readonly computedCost?: Cost;
  readonly failure?: LocatedFailure;
  /** The provider's id for its answer. */
  readonly providerResponseId?: string;
  /** The exact model version that the provider says answered. */
  readonly providerModel?: string;
  /** The tier in which the provider says it served the request. */
  readonly serviceTier?: ServiceTier;
  /** The region in which the provider says it served the request, in its own word. */
  readonly region?: string;
  /** Absent in rows from before. */
  readonly cause?: AttemptCause;
  /** true: `usage`, or its output, was worked out here, as the call broke off or was cancelled before its provider said it. */
  readonly usageEstimated?: true;
  /** Present where the provider answered, and the answer was not taken: `failure` has the code CHECK_FAILED then. */
  readonly failedCheck?: FailedCheck;
};

/** The attempt that an outcome is of: the one that succeeded, else the last that failed by itself. */
export const decidingAttempt = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.find(({ status }) => status === 'SUCCEEDED') ??
  attempts.findLast(({ status }) => status === 'FAILED') ??
  attempts.at(-1);
