import type { Attempt } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { Warning } from '../../domain/warning.ts';
import type { CallEnd, CallOwner } from './call.ts';
import type { AnswerEvent } from './call-facts.ts';

/** How the attempt that decided ended. */
export type Ending =
  /** Operations other than completions have no reason to finish but that they are done. */
  | { readonly kind: 'FINISHED'; readonly finishReason?: FinishReason; readonly rawFinishReason?: string }
  | { readonly kind: 'FAILED'; readonly failure: LocatedFailure };

/** A plan that has been carried out to its end. */
export type Attempted = {
  /** In the order of their start. */
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
  /** Of the attempt that decided. */
  readonly warnings: readonly Warning[];
};

/** What is told of attempts while they go on. */
export type AttemptsEvent =
  | Extract<CompletionEvent, { type: 'attemptStarted' | 'attemptFailed' | 'attemptCancelled' }>
  | AnswerEvent;

/** Whose attempts they are. */
export type AttemptsOwner<What> = CallOwner<What> & {
  /** With what it cost, where that can be told; the warnings are the attempt's. */
  priced(attempt: Attempt, warnings: readonly Warning[]): Attempt;
  /** Never throws. */
  onEvent(event: AttemptsEvent): void;
  /** Nothing is left at any provider, nor any timer; exactly once, unless it broke. */
  onAttempted(attempted: Attempted): void;
  /** A defect of ours: nothing more comes. */
  onBroke(error: unknown): void;
};

/** How an attempt ended that said this at last. */
export const finishedWith = (last: NonNullable<CallEnd['last']>): Ending => {
  if (last.type === 'performed') return { kind: 'FINISHED' };
  const { finishReason, rawFinishReason } = last;
  return rawFinishReason === undefined
    ? { kind: 'FINISHED', finishReason }
    : { kind: 'FINISHED', finishReason, rawFinishReason };
};
