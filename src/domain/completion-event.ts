import type { Attempt, AttemptCause, RouteDecision } from './attempt.ts';
import type { VerbatimEvent } from './client-request.ts';
import type { ContentEvent, UsageEvent } from './content-event.ts';
import type { LocatedFailure } from './failure.ts';
import type { OfferingId, OperationId, ProviderId } from './ids.ts';
import type { OperationRecord } from './operation-record.ts';
import type { CompletionRefusal } from './refusal.ts';
import type { Warning } from './warning.ts';

/** Why there is no answer: we would not start, or the provider failed. */
export type CompletionError =
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal }
  | { readonly kind: 'UPSTREAM'; readonly failure: LocatedFailure };

/**
 * What happens during a completion, in order. A stream has exactly one `started` first and ends in exactly
 * one `finished` or `failed`; a request that is refused before it has an id is a lone `failed`.
 */
export type CompletionEvent =
  | {
      readonly type: 'started';
      readonly id: OperationId;
      readonly createdAt: Date;
      readonly route: RouteDecision;
    }
  | {
      readonly type: 'attemptStarted';
      readonly index: number;
      readonly offeringId: OfferingId;
      readonly providerId: ProviderId;
      readonly startedAt: Date;
      readonly cause: AttemptCause;
      /** What is known before it is sent of what it leaves out; absent where there is nothing. */
      readonly warnings?: readonly Warning[];
    }
  /**
   * `willRetry`: what came of the answer since the attempt began is void, and another attempt follows or is under way, unless
   * the caller or the time limit ends the completion before.
   */
  | { readonly type: 'attemptFailed'; readonly attempt: Attempt; readonly willRetry: boolean }
  /** Another attempt has won. Nothing of this one was passed on. */
  | { readonly type: 'attemptCancelled'; readonly attempt: Attempt }
  | ContentEvent
  | UsageEvent
  /** Only where the command has a client's request, and this attempt passes it on as it came. */
  | VerbatimEvent
  /** The record's status is SUCCEEDED. */
  | { readonly type: 'finished'; readonly record: OperationRecord }
  /** `record` is absent where the request was refused before it got an id. */
  | { readonly type: 'failed'; readonly error: CompletionError; readonly record?: OperationRecord };
