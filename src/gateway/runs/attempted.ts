import type { Attempt, AttemptCause } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';
import type { Call, CallDependencies, CallEnd, CallOwner } from './call.ts';
import type { Announced, AnswerEvent } from './call-facts.ts';
import type { Lifetime } from './lifetime.ts';
import type { Callee } from './next-steps.ts';
import type { Patience } from './patience.ts';
import type { TierRules } from './tiers.ts';
import type { Gate } from './upon.ts';

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

/** An attempt that is told of and not sent yet. */
export type AnnouncedCallee<What> = { readonly candidate: PlannedCandidate<What>; readonly as: Announced };

const announcementOf = <What>({ as, candidate: { warnings } }: AnnouncedCallee<What>): AttemptsEvent =>
  warnings.length === 0 ? { type: 'attemptStarted', ...as } : { type: 'attemptStarted', ...as, warnings };

/** Numbers attempts as they are announced. */
export class Announcer {
  /** How many there are so far. */
  count = 0;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Tells of all of them, one after another as the gate lets it pass; `go` is called after the last. */
  announce<What>(
    callees: readonly Callee<What>[],
    owner: { onEvent(event: AttemptsEvent): void },
    gate: Pick<Gate, 'pass'>,
    go: (announced: readonly AnnouncedCallee<What>[]) => void,
  ): void {
    const announced = callees.map(({ candidate, cause }) => ({
      candidate,
      as: this.#next(candidate, cause),
    }));
    const from = (at: number): void => {
      const next = announced[at];
      if (next === undefined) {
        go(announced);
        return;
      }
      owner.onEvent(announcementOf(next));
      gate.pass(() => from(at + 1));
    };
    from(0);
  }

  #next({ offering }: Pick<PlannedCandidate<unknown>, 'offering'>, cause: AttemptCause): Announced {
    const index = this.count;
    this.count += 1;
    const { id: offeringId, providerId } = offering;
    return { index, offeringId, providerId, startedAt: this.#clock.now(), cause };
  }
}

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

export type AttemptsDependencies<What> = CallDependencies<What> &
  TierRules & {
    /** How long whole answers are waited for until another candidate is asked as well; absent: answers are streamed. */
    readonly patience?: Patience | undefined;
    /** 0 inclusive to 1 exclusive. */
    readonly random: () => number;
    readonly owner: AttemptsOwner<What>;
  };

/** How a run ends whose lifetime was ended, after an attempt that failed or before any. */
export const endedBy = (
  { why, cancelled }: Pick<Lifetime, 'why' | 'cancelled'>,
  { candidates }: Pick<RoutePlan<unknown>, 'candidates'>,
  failed?: LocatedFailure,
): Ending => {
  const [{ offering }] = candidates;
  const { offeringId, providerId } = failed ?? { offeringId: offering.id, providerId: offering.providerId };
  return { kind: 'FAILED', failure: { ...(why ?? cancelled), offeringId, providerId } };
};

/** How an attempt ended that said this at last. */
export const finishedWith = (last: NonNullable<CallEnd['last']>): Ending => {
  if (last.type === 'performed') return { kind: 'FINISHED' };
  const { finishReason, rawFinishReason } = last;
  return rawFinishReason === undefined
    ? { kind: 'FINISHED', finishReason }
    : { kind: 'FINISHED', finishReason, rawFinishReason };
};

const NO_WARNINGS: readonly Warning[] = [];

/** Attempts that are over, each told of with what it cost, and calls that lost and are still ending. */
export class Outcomes<What> {
  readonly #owner: AttemptsOwner<What>;
  readonly #over: Attempt[] = [];
  #losing = 0;
  #onLosersOver: (() => void) | undefined;

  constructor(owner: AttemptsOwner<What>) {
    this.#owner = owner;
  }

  get over(): readonly Attempt[] {
    return this.#over;
  }

  /** As it is told of: with what it cost. */
  ended(attempt: Attempt, warnings: readonly Warning[]): Attempt {
    const told = this.#owner.priced(attempt, warnings);
    this.#over.push(told);
    return told;
  }

  /** Closes a call that is under way upstream at once. One that was answered in full lost all the same. */
  lose(call: Call<What>): void {
    this.#losing += 1;
    if (call.end === undefined) call.cancel();
    else this.lost(call.asLost(), call.end.warnings);
  }

  /** A call that lost has ended. */
  lost(attempt: Attempt, warnings: readonly Warning[]): void {
    this.#losing -= 1;
    this.#owner.onEvent({ type: 'attemptCancelled', attempt: this.ended(attempt, warnings) });
    if (this.#losing > 0) return;
    const go = this.#onLosersOver;
    this.#onLosersOver = undefined;
    go?.();
  }

  /** At once, or when those that lost are over: what they leave belongs to the record as well. */
  whenLosersAreOver(go: () => void): void {
    if (this.#losing === 0) go();
    else this.#onLosersOver = go;
  }

  /** All of them, once nothing is under way. */
  attempted(ending: Ending, warnings: readonly Warning[] = NO_WARNINGS): Attempted {
    const over = this.#over;
    const attempts = over.length < 2 ? over : over.toSorted((one, other) => one.index - other.index);
    return { attempts, ending, warnings };
  }
}
