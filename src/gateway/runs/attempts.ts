import type { Attempt, FailedCheck } from '../../domain/attempt.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { Warning } from '../../domain/warning.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';
import {
  type AnnouncedCallee,
  Announcer,
  type Attempted,
  type AttemptsDependencies,
  type AttemptsOwner,
  type Ending,
  endedBy,
  finishedWith,
  Outcomes,
} from './attempted.ts';
import { Call, type CallEnd, type CallListener } from './call.ts';
import type { AnswerEvent } from './call-facts.ts';
import { Contest, type ContestOwner } from './contest.ts';
import { Delivery } from './delivery.ts';
import { type AnotherStep, type Callee, type NextStep, NextSteps, NO_STEP } from './next-steps.ts';
import { lateAfterMs } from './patience.ts';
import { notPassed, notTaken } from './tiers.ts';
import { Turns } from './turns.ts';
import { Gate, upon } from './upon.ts';

/**
 * Carries a plan out: candidates one after another, or side by side, until one has answered. A failure is passed over to
 * the next only while the client has seen nothing of the answer; after that it ends the run. Once the lifetime is ended
 * nothing more is tried: the failure is why it was, located at the last attempt, or at the first candidate where none was
 * made. What happens is told in the turn in which it happens.
 */
export class Attempts<What> implements CallListener<What>, ContestOwner<What> {
  readonly #plan: RoutePlan<What>;
  readonly #deps: AttemptsDependencies<What>;
  readonly #owner: AttemptsOwner<What>;
  readonly #turns: Turns<What>;
  readonly #calls: Call<What>[] = [];
  readonly #outcomes: Outcomes<What>;
  readonly #announcer: Announcer;
  /** Made with the first failure. */
  #steps: NextSteps<What> | undefined;
  #contest: Contest<What> | undefined;
  readonly #delivery: Delivery<What>;
  /** The latest calls were begun side by side. */
  #hadOthers = false;
  /** Ends the wait before a retry, and with it the run. */
  #breakOff: (() => void) | undefined;
  readonly #gate = new Gate();
  /** Nobody reads any more: what is under way is seen to its end, and nothing is begun. */
  #isUnread = false;
  #attempted: Attempted | undefined;
  #isOver = false;

  constructor(plan: RoutePlan<What>, deps: AttemptsDependencies<What>) {
    this.#plan = plan;
    this.#deps = deps;
    this.#owner = deps.owner;
    this.#outcomes = new Outcomes(deps.owner);
    this.#announcer = new Announcer(deps.clock);
    this.#turns = new Turns(plan);
    this.#delivery = new Delivery(plan, deps, this.#turns);
  }

  begin(): void {
    const { dispatch } = this.#plan;
    this.#gate.pass(() => {
      if (this.#why !== undefined) this.#conclude(this.#endedAfter());
      else this.#gather([], dispatch.kind === 'RACE' ? dispatch.count : 1);
    });
  }

  /** Attempts that are over, in the order of their ends. */
  get over(): readonly Attempt[] {
    return this.#outcomes.over;
  }

  /** What has become of each; what is under way counts as lost. Costs are told of those that are over. */
  soFar(): readonly Attempt[] {
    return this.#calls.map((call) => {
      const told = this.over.find(({ index }) => index === call.announced.index);
      return told ?? call.end?.attempt ?? call.asLost();
    });
  }

  /** Whether a provider was asked. */
  get hasAsked(): boolean {
    return this.#calls.length > 0;
  }

  pause(): void {
    if (this.#gate.isShut || this.#why !== undefined || this.#isUnread) return;
    this.#gate.shut();
    for (const call of this.#calls) call.pause();
  }

  resume(): void {
    if (!this.#gate.isShut) return;
    this.#guarded(this.#openGate);
    if (this.#gate.isShut) return;
    for (const call of this.#calls) call.resume();
  }

  /** The lifetime was ended. */
  onRunEnded(): void {
    this.#gate.isShut = false;
    for (const call of this.#calls) call.onRunEnded();
    this.#turns.stopWaiting();
    this.#guarded(this.#openGate);
    this.#breakOff?.();
  }

  /** Nobody reads any more. */
  leave(): void {
    this.#isUnread = true;
    this.#turns.stopWaiting();
    this.resume();
    this.#breakOff?.();
  }

  onAnswer(call: Call<What>, event: AnswerEvent): void {
    if (call === this.#delivery.of) this.#delivery.pass(event);
    else this.#contest?.take(call, event);
  }

  onCallEnd(call: Call<What>): void {
    this.#guarded(() => this.#onEnded(call));
  }

  onCallGone(): void {
    this.#guarded(this.#finish);
  }

  onLate(contest: Contest<What>): void {
    if (this.#beginsNothing) {
      contest.joined(undefined);
      return;
    }
    upon(
      this.#turns.next(),
      (candidate) => {
        if (candidate !== undefined && !contest.isOver && !this.#beginsNothing) {
          this.#join(candidate, contest);
          return;
        }
        if (candidate !== undefined) this.#turns.giveBack(candidate);
        if (!contest.isOver) contest.joined(undefined);
      },
      this.#broke,
    );
  }

  #join(candidate: PlannedCandidate<What>, contest: Contest<What>): void {
    const notSent = (): void => {
      this.#turns.giveBack(candidate);
      if (!contest.isOver) contest.joined(undefined);
    };
    this.#start([{ candidate, cause: 'HEDGE' }], notSent, contest);
  }

  onWon(winner: Call<What>, losers: readonly Call<What>[]): void {
    this.#contest = undefined;
    this.#delivery.begin(winner);
    for (const call of losers) this.#outcomes.lose(call);
    for (const event of winner.held.splice(0)) this.#delivery.pass(event);
    if (winner.end !== undefined) this.#onEnded(winner);
  }

  onBehind({ end }: Call<What>): void {
    if (end === undefined) return;
    const attempt = this.#outcomes.ended(end.attempt, end.warnings);
    this.#owner.onEvent({ type: 'attemptFailed', attempt, willRetry: this.#why === undefined });
  }

  onLost(last: Call<What>): void {
    this.#contest = undefined;
    this.#delivery.drop();
    this.#failed(last);
  }

  get #why() {
    return this.#deps.lifetime.why;
  }

  get #nextSteps(): NextSteps<What> {
    const { lifetime, random } = this.#deps;
    this.#steps ??= new NextSteps(this.#plan.fallback, this.#turns, lifetime, random);
    return this.#steps;
  }

  get #beginsNothing(): boolean {
    return this.#why !== undefined || this.#isUnread;
  }

  readonly #openGate = (): void => this.#gate.open();

  readonly #broke = (error: unknown): void => this.#owner.onBroke(error);

  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#owner.onBroke(error);
    }
  }

  /** Those that it begins with, as many as may be called: several in a race. */
  #gather(racers: Callee<What>[], count: number): void {
    if (racers.length >= count) {
      this.#start(racers);
      return;
    }
    const isFirst = racers.length === 0;
    upon(
      this.#turns.next(isFirst),
      (candidate) => {
        if (this.#beginsNothing) this.#conclude(this.#endedAfter());
        else if (candidate === undefined && isFirst)
          this.#conclude({ kind: 'FAILED', failure: this.#turns.allClosed() });
        else if (candidate === undefined) this.#start(racers);
        else {
          racers.push({ candidate, cause: isFirst ? 'FIRST' : 'RACE' });
          this.#gather(racers, count);
        }
      },
      this.#broke,
    );
  }

  /** Announces calls, then sends them all at once; `notSent` is called instead where nobody wants them any more by then. */
  #start(callees: readonly Callee<What>[], notSent?: () => void, late?: Contest<What>): void {
    this.#announcer.announce(callees, this.#owner, this.#gate, (announced) => {
      if (notSent !== undefined && (this.#isUnread || late?.isOver === true)) notSent();
      else this.#send(announced, late);
    });
  }

  #send(announced: readonly AnnouncedCallee<What>[], late: Contest<What> | undefined): void {
    const calls = announced.map(({ candidate, as }) => {
      this.#turns.taken(candidate);
      return new Call(candidate, as, this.#deps, this);
    });
    this.#calls.push(...calls);
    const [only] = calls;
    const lateMs = this.#lateAfterMs(calls);
    if (late !== undefined) late.joined(only);
    else {
      this.#hadOthers = calls.length > 1;
      if (only !== undefined && calls.length === 1 && lateMs === undefined) this.#delivery.begin(only);
      else this.#contest = new Contest(calls, this, this.#deps.kind);
    }
    if (lateMs !== undefined)
      (late ?? this.#contest)?.lateAfter(lateMs, this.#deps.clock, (step) => this.#guarded(step));
    for (const call of calls) call.send();
  }

  #lateAfterMs(calls: readonly Call<What>[]): number | undefined {
    const { patience, lifetime } = this.#deps;
    const plan = this.#plan;
    const hasNext = patience !== undefined && this.#turns.hasNext();
    if (plan.dispatch.kind === 'SERIAL' && !hasNext) return undefined;
    const candidates = calls.map(({ candidate }) => candidate);
    return lateAfterMs({
      plan,
      candidates,
      areFirst: this.#announcer.count === 1,
      hasNext,
      patience,
      lifetime,
    });
  }

  #onEnded(call: Call<What>): void {
    const { end } = call;
    if (end === undefined || this.#attempted !== undefined) return;
    if (call === this.#delivery.of) {
      if (end.last === undefined) this.#failed(call);
      else this.#answered(call, end);
    } else if (this.#contest?.ended(call) !== true) this.#outcomes.lost(end.attempt, end.warnings);
  }

  #answered(call: Call<What>, end: CallEnd): void {
    const check = this.#beginsNothing ? undefined : this.#delivery.failedCheck(end);
    upon(check, (found) => this.#checked(call, end, found), this.#broke);
  }

  #checked({ candidate: answered }: Call<What>, end: CallEnd, found: FailedCheck | undefined): void {
    if (this.#attempted !== undefined) return;
    if (found === undefined || this.#beginsNothing) {
      this.#succeeded(end);
      return;
    }
    this.#delivery.leave(answered);
    upon(
      this.#turns.next(true),
      (candidate) => {
        if (candidate === undefined || this.#beginsNothing) {
          if (candidate !== undefined) this.#turns.giveBack(candidate);
          this.#succeeded(end, [notPassed(found)]);
          return;
        }
        this.#delivery.drop();
        const rejected = notTaken(end.attempt, found);
        const attempt = this.#outcomes.ended(rejected, end.warnings);
        const next: NextStep<What> = { kind: 'CALL', candidate, cause: 'ESCALATION' };
        this.#follow(attempt, rejected.failure, end.warnings, next);
      },
      this.#broke,
    );
  }

  #succeeded({ attempt, warnings, last }: CallEnd, more: readonly Warning[] = []): void {
    if (last === undefined) return;
    this.#delivery.flush();
    this.#outcomes.ended(attempt, warnings);
    this.#endWith(finishedWith(last), more.length === 0 ? warnings : [...warnings, ...more]);
  }

  #failed(call: Call<What>): void {
    const { end, candidate } = call;
    if (end === undefined) return;
    const { wasSeen } = this.#delivery;
    this.#delivery.drop();
    const attempt = this.#outcomes.ended(end.attempt, end.warnings);
    const { failure } = attempt;
    if (failure === undefined) throw new Error('a call that was gone on with was cancelled');
    const step =
      wasSeen || this.#isUnread ? NO_STEP : this.#nextSteps.after(candidate, failure, this.#hadOthers);
    upon(step, (next) => this.#follow(attempt, failure, end.warnings, next), this.#broke);
  }

  #follow(
    attempt: Attempt,
    failure: LocatedFailure,
    warnings: readonly Warning[],
    next: NextStep<What>,
  ): void {
    this.#owner.onEvent({ type: 'attemptFailed', attempt, willRetry: next.kind !== 'END' });
    // A probe that waits for a slow reader would keep others out.
    const isProbe = next.kind === 'CALL' && next.candidate.availability.state() !== 'CLOSED';
    const givesWay = isProbe && this.#gate.isShut;
    if (givesWay) this.#turns.giveBack(next.candidate);
    this.#gate.pass(() => {
      if (next.kind === 'END') this.#endWith({ kind: 'FAILED', failure }, warnings);
      else this.#goOn(next, givesWay, failure, warnings);
    });
  }

  #goOn(
    step: AnotherStep<What>,
    givesWay: boolean,
    failure: LocatedFailure,
    warnings: readonly Warning[],
  ): void {
    const end = (): void => this.#endWith({ kind: 'FAILED', failure }, warnings);
    const call = (callee: Callee<What>): void => {
      if (this.#why !== undefined) this.#endWith(this.#endedAfter(failure));
      else if (this.#isUnread) end();
      else this.#start([callee], end);
    };
    const { candidate } = step;
    const steps = this.#nextSteps;
    if (step.kind === 'CALL' && !givesWay) {
      call(steps.called(candidate, step.cause));
      return;
    }
    const again = (): void => {
      this.#breakOff = undefined;
      // Who was not called yet is not asked for any more where nothing is begun.
      if (this.#why !== undefined || this.#isUnread) call({ candidate, cause: 'RETRY' });
      else upon(steps.waited(step, failure), call, this.#broke);
    };
    const waitMs = step.kind === 'CALL' ? 0 : step.waitMs;
    if (waitMs <= 0 || this.#why !== undefined) {
      again();
      return;
    }
    const cancelTimer = this.#deps.clock.after(waitMs, () => this.#guarded(again));
    this.#breakOff = () => {
      cancelTimer();
      this.#guarded(again);
    };
  }

  #endedAfter(failed?: LocatedFailure): Ending {
    return endedBy(this.#deps.lifetime, this.#plan, failed);
  }

  #endWith(ending: Ending, warnings?: readonly Warning[]): void {
    this.#outcomes.whenLosersAreOver(() => this.#conclude(ending, warnings));
  }

  #conclude(ending: Ending, warnings?: readonly Warning[]): void {
    const { queued } = this.#turns;
    const all = queued === undefined ? warnings : [...(warnings ?? []), queued];
    this.#attempted = this.#outcomes.attempted(ending, all);
    this.#turns.close();
    for (const call of this.#calls) call.cancel();
    this.#finish();
  }

  readonly #finish = (): void => {
    const attempted = this.#attempted;
    if (attempted === undefined || this.#isOver || this.#calls.some(({ isGone }) => !isGone)) return;
    this.#isOver = true;
    this.#owner.onAttempted(attempted);
  };
}
