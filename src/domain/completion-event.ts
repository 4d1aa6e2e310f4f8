import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { CompletionId, ModelSlug, OfferingId, ProviderId } from './ids.ts';
import type { Refusal } from './refusal.ts';
import type { Usage } from './usage.ts';

/** Why a model stopped. UNKNOWN: the provider gave a reason that has no counterpart here; see the raw one. */
export type FinishReason =
  | 'STOP'
  | 'LENGTH'
  | 'TOOL_CALLS'
  | 'CONTENT_FILTER'
  | 'REFUSAL'
  | 'PAUSED'
  | 'UNKNOWN';

export type CompletionWarning = {
  readonly code: 'UNSUPPORTED_PARAMETER' | 'ADJUSTED_PARAMETER' | 'PROVIDER_WARNING';
  /** The parameter, by its name in the graph, where the warning is about one. */
  readonly parameter?: string;
  readonly message: string;
};

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
  readonly failure?: LocatedFailure;
  /** The provider's id for its answer. */
  readonly providerResponseId?: string;
  /** The exact model version that the provider says answered. */
  readonly providerModel?: string;
};

/** Pieces of an answer, the same from every provider. Tool calls are keyed by `index`, which counts from 0. */
export type ContentEvent =
  | { readonly type: 'textDelta'; readonly text: string }
  /** Text of reasoning; `signature` closes a block and proves it; `redacted` blocks have only a signature. */
  | {
      readonly type: 'reasoningDelta';
      readonly text: string;
      readonly signature?: string;
      readonly redacted?: boolean;
    }
  | { readonly type: 'toolCallStarted'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'toolCallDelta'; readonly index: number; readonly argumentsDelta: string }
  /** The whole call, for clients that do not assemble deltas. */
  | {
      readonly type: 'toolCallEnded';
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly arguments: string;
      readonly signature?: string;
    }
  | { readonly type: 'source'; readonly url: string; readonly title?: string }
  | { readonly type: 'refusalDelta'; readonly text: string };

/** Latest usage as the provider reports it: replaces what came before, is never added to it. */
export type UsageEvent = { readonly type: 'usageUpdated'; readonly usage: Usage };

/** Why there is no answer: we would not start, or the provider failed. */
export type CompletionError =
  | { readonly kind: 'REFUSED'; readonly refusal: Refusal }
  | { readonly kind: 'UPSTREAM'; readonly failure: LocatedFailure };

/** How a completion ended, whichever way: all that is billed and kept. */
export type CompletionOutcome = {
  readonly attempts: readonly Attempt[];
  /** Absent where the provider reported none. */
  readonly usage?: Usage;
  readonly cost: Cost;
  readonly timings: Timings;
  readonly warnings: readonly CompletionWarning[];
};

/**
 * What happens during a completion, in order. A stream has exactly one `started` first and ends in exactly
 * one `finished` or `failed`; a request that is refused before it has an id is a lone `failed`.
 */
export type CompletionEvent =
  | {
      readonly type: 'started';
      readonly id: CompletionId;
      readonly createdAt: Date;
      readonly route: RouteDecision;
    }
  | {
      readonly type: 'attemptStarted';
      readonly index: number;
      readonly offeringId: OfferingId;
      readonly providerId: ProviderId;
      readonly startedAt: Date;
    }
  | { readonly type: 'attemptFailed'; readonly attempt: Attempt; readonly willRetry: boolean }
  | ContentEvent
  | UsageEvent
  | {
      readonly type: 'finished';
      readonly id: CompletionId;
      readonly finishReason: FinishReason;
      /** The provider's own word. Absent where it gave none. */
      readonly rawFinishReason?: string;
      readonly outcome: CompletionOutcome;
    }
  | {
      readonly type: 'failed';
      /** Absent where the request was refused before it got an id. */
      readonly id?: CompletionId;
      readonly error: CompletionError;
      readonly outcome?: CompletionOutcome;
    };
