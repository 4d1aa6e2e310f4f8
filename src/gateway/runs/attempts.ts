import type { Attempt, AttemptCause } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { Warning } from '../../domain/warning.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';
import { Call, type CallDependencies, type CallListener } from './call.ts';
import { type Announced, type AnswerEvent, hasContent, isGood } from './call-facts.ts';
import { createHoldBack, type HoldBack } from './hold-back.ts';
import { CANCELLED } from './lifetime.ts';
import { type Callee, type NextStep, NextSteps, NO_STEP } from './next-steps.ts';
import { createTurns, type Turns } from './turns.ts';

/** How the attempt that decided ended. */
export type Ending =
  | { readonly kind: 'FINISHED'; readonly finishReason: FinishReason; readonly rawFinishReason?: string }
  | { readonly kind: 'FAILED'; readonly failure: LocatedFailure };

/** A plan that has been carried out to its end. */
export type Attempted = {
  /** In the order of their start. */
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
  /** Of the attempt that decided. */
  readonly warnings: readonly Warning[];
};

export type AttemptsDependencies = Omit<CallDependencies, 'minOutputTps' | 'inputTokens'> & {
  /**
   * STREAM: the client sees content as it comes, and from then on no other candidate can take over. WHOLE: it sees the
   * end alone, so that nothing is held back.
   */
  readonly delivery: 'STREAM' | 'WHOLE';
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** With what it cost, where that can be told. */
  readonly priced: (attempt: Attempt) => Attempt;
};

export type AttemptsListener = {
  /** Never throws. */
  onEvent(event: CompletionEvent): void;
  /** Nothing is left at any provider, nor any timer; exactly once, unless it broke. */
  onAttempted(attempted: Attempted): void;
  /** A defect of ours: nothing more comes. */
  onBroke(error: unknown): void;
};

/** Calls side by side until one of them is ahead. */
type Contest = {
  /** All that were begun. */
  readonly calls: Call[];
  readonly running: Call[];
  /** Over, and complete, without content to go on with. */
  readonly answered: Call[];
  mayHedge: boolean;
  /** A second call is being looked for. */
  isHedging: boolean;
  /** It failed meanwhile, as the last one there was. */
  failed: Call | undefined;
  cancelTimer: (() => void) | undefined;
};

const NO_WARNINGS: readonly Warning[] = [];

const announcementOf = (as: Announced, { warnings }: PlannedCandidate): CompletionEvent =>
  warnings.length === 0 ? { type: 'attemptStarted', ...as } : { type: 'attemptStarted', ...as, warnings };

/**
 * Carries a plan out: candidates one after another, or side by side, until one has answered. A failure is passed over to
 * the next only while the client has seen nothing of the answer; after that it ends the completion. Once the lifetime is
 * ended nothing more is tried: the failure is why it was, located at the last attempt, or at the first candidate where
 * none was made. What happens is told in the turn in which it happens.
 */
export class Attempts implements CallListener {
  readonly #plan: RoutePlan;
  readonly #deps: AttemptsDependencies;
  readonly #callDeps: CallDependencies;
  readonly #listener: AttemptsListener;
  readonly #turns: Turns;
  readonly #calls: Call[] = [];
  readonly #over: Attempt[] = [];
  #begun = 0;
  /** Made with the first failure. */
  #steps: NextSteps | undefined;
  #contest: Contest | undefined;
  /** The one whose answer is passed on. */
  #winner: Call | undefined;
  #hold: HoldBack | undefined;
  /** The latest calls were begun side by side. */
  #hadOthers = false;
  #losing = 0;
  #onLosersOver: (() => void) | undefined;
  /** Ends the wait before a retry, and with it the run. */
  #breakOff: (() => void) | undefined;
  #isPaused = false;
  /** What is done once it is resumed. */
  #next: (() => void) | undefined;
  /** Nobody reads any more: what is under way is seen to its end, and nothing is begun. */
  #isUnread = false;
  #attempted: Attempted | undefined;
  #isOver = false;

  constructor(plan: RoutePlan, deps: AttemptsDependencies, listener: AttemptsListener) {
    this.#plan = plan;
    this.#deps = deps;
    this.#listener = listener;
    this.#callDeps = { ...deps, minOutputTps: plan.fallback.minOutputTps, inputTokens: plan.inputTokens };
    this.#turns = createTurns(plan, { begun: () => this.#begun });
  }

  begin(): void {
    this.#then(() => {
      if (this.#why !== undefined) this.#conclude(this.#endedAfter());
      else this.#await(this.#turns.next(), this.#onFirst);
    });
  }

  /** Whether a provider was asked. */
  get hasAsked(): boolean {
    return this.#calls.length > 0;
  }

  pause(): void {
    if (this.#isPaused || this.#why !== undefined || this.#isUnread) return;
    this.#isPaused = true;
    for (const call of this.#calls) call.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#goOnNow();
    if (this.#isPaused) return;
    for (const call of this.#calls) call.resume();
  }

  /** The lifetime was ended. */
  onRunEnded(): void {
    this.#isPaused = false;
    for (const call of this.#calls) call.onRunEnded();
    this.#goOnNow();
    this.#breakOff?.();
  }

  /** Nobody reads any more. */
  leave(): void {
    this.#isUnread = true;
    this.resume();
    this.#breakOff?.();
  }

  onAnswer(call: Call, event: AnswerEvent): void {
    if (call === this.#winner) {
      this.#pass(event);
      return;
    }
    const contest = this.#contest;
    if (contest === undefined || !contest.running.includes(call)) return;
    call.held.push(event);
    if (isGood(event)) {
      this.#won(contest, call);
      return;
    }
    if (!hasContent(event)) return;
    // It has begun to answer: no second one is needed.
    contest.mayHedge = false;
    contest.cancelTimer?.();
    this.#review(contest);
  }

  onCallEnd(call: Call): void {
    this.#guarded(() => this.#onEnded(call));
  }

  onCallGone(): void {
    this.#guarded(this.#finish);
  }

  get #why() {
    return this.#deps.lifetime.why;
  }

  #emit(event: CompletionEvent): void {
    this.#listener.onEvent(event);
  }

  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#listener.onBroke(error);
    }
  }

  #await<Value>(value: Value | Promise<Value>, go: (value: Value) => void): void {
    if (!(value instanceof Promise)) {
      go(value);
      return;
    }
    value.then(
      (arrived) => this.#guarded(() => go(arrived)),
      (error: unknown) => this.#listener.onBroke(error),
    );
  }

  #goOnNow(): void {
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#guarded(next);
  }

  /** At once, or when the reader wants more. */
  #then(step: () => void): void {
    if (this.#isPaused) this.#next = step;
    else step();
  }

  readonly #onFirst = (first: PlannedCandidate | undefined): void => {
    if (first === undefined) {
      this.#conclude({ kind: 'FAILED', failure: this.#turns.allClosed() });
      return;
    }
    if (this.#why !== undefined) {
      this.#conclude(this.#endedAfter());
      return;
    }
    const { dispatch } = this.#plan;
    this.#gather([{ candidate: first, cause: 'FIRST' }], dispatch.kind === 'RACE' ? dispatch.count : 1);
  };

  /** Those that a race begins with, as many as may be called. */
  #gather(racers: Callee[], count: number): void {
    if (racers.length >= count) {
      this.#start(racers);
      return;
    }
    this.#await(this.#turns.next(), (candidate) => {
      if (candidate === undefined) {
        this.#start(racers);
        return;
      }
      racers.push({ candidate, cause: 'RACE' });
      this.#gather(racers, count);
    });
  }

  /** Announces calls, then sends them all at once. */
  #start(callees: readonly Callee[], hedged?: Contest): void {
    const announced = callees.map(({ candidate, cause }) => ({
      candidate,
      as: this.#announced(candidate, cause),
    }));
    const announce = (at: number): void => {
      const next = announced[at];
      if (next === undefined) {
        this.#send(announced, hedged);
        return;
      }
      this.#emit(announcementOf(next.as, next.candidate));
      this.#then(() => announce(at + 1));
    };
    announce(0);
  }

  #announced({ offering }: PlannedCandidate, cause: AttemptCause): Announced {
    const index = this.#begun;
    this.#begun += 1;
    return {
      index,
      offeringId: offering.id,
      providerId: offering.providerId,
      startedAt: this.#deps.clock.now(),
      cause,
    };
  }

  #send(
    announced: readonly { readonly candidate: PlannedCandidate; readonly as: Announced }[],
    hedged: Contest | undefined,
  ): void {
    const calls = announced.map(({ candidate, as }) => {
      this.#turns.taken(candidate);
      return new Call(candidate, as, this.#callDeps, this);
    });
    this.#calls.push(...calls);
    const [only] = calls;
    if (hedged !== undefined) {
      hedged.calls.push(...calls);
      hedged.running.push(...calls);
    } else {
      this.#hadOthers = calls.length > 1;
      const afterMs = this.#hedgeAfterMs();
      if (only !== undefined && calls.length === 1 && afterMs === undefined) this.#deliver(only);
      else this.#contend(calls, afterMs);
    }
    for (const call of calls) call.send();
  }

  /** The first call alone is hedged. */
  #hedgeAfterMs(): number | undefined {
    const { dispatch } = this.#plan;
    return dispatch.kind === 'HEDGE' && this.#begun === 1 ? dispatch.afterMs : undefined;
  }

  #contend(calls: Call[], hedgeAfterMs: number | undefined): void {
    const contest: Contest = {
      calls,
      running: [...calls],
      answered: [],
      mayHedge: hedgeAfterMs !== undefined,
      isHedging: false,
      failed: undefined,
      cancelTimer: undefined,
    };
    this.#contest = contest;
    if (hedgeAfterMs !== undefined)
      contest.cancelTimer = this.#deps.clock.after(hedgeAfterMs, () =>
        this.#guarded(() => this.#hedge(contest)),
      );
  }

  /** The first call is late. */
  #hedge(contest: Contest): void {
    if (this.#contest !== contest || !contest.mayHedge) return;
    contest.mayHedge = false;
    if (this.#why !== undefined || this.#isUnread) {
      this.#review(contest);
      return;
    }
    contest.isHedging = true;
    this.#await(this.#turns.next(), (candidate) => {
      contest.isHedging = false;
      if (this.#contest !== contest) return;
      const { failed } = contest;
      contest.failed = undefined;
      if (candidate !== undefined) this.#start([{ candidate, cause: 'HEDGE' }], contest);
      if (failed === undefined) this.#review(contest);
      else if (candidate === undefined) this.#lost(failed);
      else this.#tellFailed(failed);
    });
  }

  /** Whether one of them is ahead now that something has changed. */
  #review(contest: Contest): void {
    if (this.#contest !== contest) return;
    const { running, answered, mayHedge } = contest;
    const [alone, ...others] = running;
    const [best] = answered;
    if (alone === undefined) {
      if (best !== undefined) this.#won(contest, best);
    } else if (others.length === 0 && best === undefined && !mayHedge && alone.held.some(hasContent)) {
      this.#won(contest, alone);
    }
  }

  #won(contest: Contest, winner: Call): void {
    this.#contest = undefined;
    contest.cancelTimer?.();
    this.#deliver(winner);
    for (const call of contest.calls)
      if (call !== winner && (contest.running.includes(call) || contest.answered.includes(call)))
        this.#lose(call);
    for (const event of winner.held.splice(0)) this.#pass(event);
    if (winner.end !== undefined) this.#onEnded(winner);
  }

  /** Closes a call that is under way upstream at once. One that was answered in full lost all the same. */
  #lose(call: Call): void {
    this.#losing += 1;
    if (call.end === undefined) call.cancel();
    else this.#onLost(call.asLost());
  }

  #onLost(attempt: Attempt): void {
    this.#losing -= 1;
    this.#emit({ type: 'attemptCancelled', attempt: this.#ended(attempt) });
    if (this.#losing > 0) return;
    const go = this.#onLosersOver;
    this.#onLosersOver = undefined;
    go?.();
  }

  #deliver(call: Call): void {
    this.#winner = call;
    this.#hold =
      this.#deps.delivery === 'STREAM' ? createHoldBack(this.#plan.fallback.holdBackTokens) : undefined;
  }

  #pass(event: AnswerEvent): void {
    const hold = this.#hold;
    if (hold === undefined || hold.isOpen()) this.#emit(event);
    else for (const each of hold.add(event)) this.#emit(each);
  }

  /** The attempt as it is told of: with what it cost. */
  #ended(attempt: Attempt): Attempt {
    const told = this.#deps.priced(attempt);
    this.#over.push(told);
    return told;
  }

  #onEnded(call: Call): void {
    const { end } = call;
    if (end === undefined || this.#attempted !== undefined) return;
    const contest = this.#contest;
    if (call === this.#winner) {
      if (end.completed === undefined) this.#failed(call);
      else this.#succeeded(call);
      return;
    }
    if (contest === undefined || !contest.running.includes(call)) {
      this.#onLost(end.attempt);
      return;
    }
    contest.running.splice(contest.running.indexOf(call), 1);
    if (end.completed !== undefined) {
      contest.answered.push(call);
      this.#review(contest);
      return;
    }
    if (contest.running.length > 0 || contest.answered.length > 0) {
      this.#tellFailed(call);
      return;
    }
    if (contest.isHedging) contest.failed = call;
    else this.#lost(call);
  }

  /** One of several has failed, and another goes on. */
  #tellFailed(call: Call): void {
    if (call.end === undefined) return;
    const attempt = this.#ended(call.end.attempt);
    this.#emit({ type: 'attemptFailed', attempt, willRetry: this.#why === undefined });
    if (this.#contest !== undefined) this.#review(this.#contest);
  }

  /** All of a contest have failed. */
  #lost(last: Call): void {
    this.#contest?.cancelTimer?.();
    this.#contest = undefined;
    this.#hold = undefined;
    this.#failed(last);
  }

  #succeeded({ end }: Call): void {
    const completed = end?.completed;
    if (end === undefined || completed === undefined) return;
    const hold = this.#hold;
    if (hold !== undefined && !hold.isOpen()) for (const each of hold.flush()) this.#emit(each);
    this.#ended(end.attempt);
    const { finishReason, rawFinishReason } = completed;
    const ending: Ending =
      rawFinishReason === undefined
        ? { kind: 'FINISHED', finishReason }
        : { kind: 'FINISHED', finishReason, rawFinishReason };
    this.#whenLosersAreOver(() => this.#conclude(ending, end.warnings));
  }

  #failed(call: Call): void {
    const { end, candidate } = call;
    if (end === undefined) return;
    const wasSeen = this.#hold?.isOpen() ?? false;
    this.#winner = undefined;
    const attempt = this.#ended(end.attempt);
    const { failure } = attempt;
    if (failure === undefined) throw new Error('a call that was gone on with was cancelled');
    const { lifetime, random } = this.#deps;
    this.#steps ??= new NextSteps(this.#plan.fallback, this.#turns, lifetime, random);
    const steps = this.#steps;
    const step = wasSeen || this.#isUnread ? NO_STEP : steps.after(candidate, failure, this.#hadOthers);
    this.#await(step, (next) => {
      this.#emit({ type: 'attemptFailed', attempt, willRetry: next.kind !== 'END' });
      this.#then(() => {
        if (next.kind === 'END') this.#endWith({ kind: 'FAILED', failure }, end.warnings);
        else this.#goOn(next, failure, end.warnings, steps);
      });
    });
  }

  #goOn(
    step: Exclude<NextStep, { kind: 'END' }>,
    failure: LocatedFailure,
    warnings: readonly Warning[],
    steps: NextSteps,
  ): void {
    const call = (callee: Callee): void => {
      if (this.#why !== undefined) this.#endWith(this.#endedAfter(failure));
      else if (this.#isUnread) this.#endWith({ kind: 'FAILED', failure }, warnings);
      else this.#start([callee]);
    };
    const { candidate } = step;
    if (step.kind === 'CALL') {
      call(steps.called(candidate));
      return;
    }
    const again = (): void => {
      this.#breakOff = undefined;
      // Who was not called yet is not asked for any more where nothing is begun.
      if (this.#why !== undefined || this.#isUnread) call({ candidate, cause: 'RETRY' });
      else this.#await(steps.waited(candidate, failure), call);
    };
    if (step.waitMs <= 0 || this.#why !== undefined) {
      again();
      return;
    }
    const cancelTimer = this.#deps.clock.after(step.waitMs, () => this.#guarded(again));
    this.#breakOff = () => {
      cancelTimer();
      this.#guarded(again);
    };
  }

  /** The lifetime was ended, after an attempt that failed or before any. */
  #endedAfter(failed?: LocatedFailure): Ending {
    const [{ offering }] = this.#plan.candidates;
    const { offeringId, providerId } = failed ?? { offeringId: offering.id, providerId: offering.providerId };
    return { kind: 'FAILED', failure: { ...(this.#why ?? CANCELLED), offeringId, providerId } };
  }

  #endWith(ending: Ending, warnings?: readonly Warning[]): void {
    this.#whenLosersAreOver(() => this.#conclude(ending, warnings));
  }

  /** What losers leave belongs to the record as well. */
  #whenLosersAreOver(go: () => void): void {
    if (this.#losing === 0) go();
    else this.#onLosersOver = go;
  }

  #conclude(ending: Ending, warnings: readonly Warning[] = NO_WARNINGS): void {
    const over = this.#over;
    const attempts = over.length < 2 ? over : over.toSorted((one, other) => one.index - other.index);
    this.#attempted = { attempts, ending, warnings };
    this.#turns.close();
    for (const call of this.#calls) call.cancel();
    this.#finish();
  }

  readonly #finish = (): void => {
    const attempted = this.#attempted;
    if (attempted === undefined || this.#isOver || this.#calls.some(({ isGone }) => !isGone)) return;
    this.#isOver = true;
    this.#listener.onAttempted(attempted);
  };
}
