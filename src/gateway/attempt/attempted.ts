import type { Attempt } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import { type Failure, failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { Warning } from '../../domain/warning.ts';
import type { CompletionCommand } from '../completion-command.ts';
import type { RoutePlan } from '../routing/route-plan.ts';

/** How the attempt that decided ended. */
export type Ending =
  | { readonly kind: 'FINISHED'; readonly finishReason: FinishReason; readonly rawFinishReason?: string }
  | { readonly kind: 'FAILED'; readonly failure: LocatedFailure };

/** A plan that has been carried out to its end. Attempts, in the order of their start, carry no cost yet. */
export type Attempted = {
  readonly stage: 'ATTEMPTED';
  readonly caller: Caller;
  readonly command: CompletionCommand;
  readonly plan: RoutePlan;
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
  /** Of the attempt that decided. */
  readonly warnings: readonly Warning[];
};

/** What a call that threw is for its caller. */
export const BROKEN: Failure = failureOf(
  'SERVER_ERROR',
  'The call failed: internal error in modelgraph, see its log.',
  { retry: 'ELSEWHERE' },
);
export const CANCELLED: Failure = failureOf('CANCELLED', 'The caller ended the completion.');

/** The attempt that an outcome is of: the one that succeeded, else the last that failed by itself. */
export const decidingAttempt = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.find(({ status }) => status === 'SUCCEEDED') ??
  attempts.findLast(({ status }) => status === 'FAILED') ??
  attempts.at(-1);
