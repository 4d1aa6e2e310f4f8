import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Attempt, RouteDecision } from '../../domain/attempt.ts';
import type { BegunAttempt } from '../../domain/begun-attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import { FAILURE_SUMMARIES, type Failure, failureOf, toldTo } from '../../domain/failure.ts';
import { asOperationId, type KeyId, type OperationId } from '../../domain/ids.ts';
import type { Link } from '../../domain/linked-list.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import type { SpoolMark } from '../../ports/store.ts';
import type { RunTrace, Telemetry } from '../../ports/telemetry.ts';
import type { TermsOf } from '../bill-attempt.ts';
import { type AskedCommand, type CompletionTimeouts, timeoutsOf } from '../completion-command.ts';
import { elapsedMs } from '../elapsed.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import type { PlannedCandidate, RoutedPlan, RunWatch } from '../routing/route-plan.ts';
import { keyRefusal } from '../stages/authorise.ts';
import { type Bill, billFor, priced, UNKNOWN_COST } from '../stages/meter.ts';
import { ledgerRowOf, recordOf } from '../stages/record.ts';
import type { Staged } from '../stages/stage.ts';
import { timeOrderedId } from '../time-ordered-id.ts';
import type { Attempted, AttemptsDependencies, AttemptsOwner } from './attempted.ts';
import { Attempts } from './attempts.ts';
import type { Announced } from './call-facts.ts';
import { Lifetime } from './lifetime.ts';
import type { Run, RunDependencies, RunPlace, RunSink, UnderWay } from './run.ts';
import { upon } from './upon.ts';

/** What a completion has for a failure whose client, or whose server, ended it; and what other operations have. */
export const CANCELLED: Failure = failureOf('CANCELLED', 'The caller ended the completion.');
const CANCELLED_OPERATION: Failure = failureOf('CANCELLED', 'The caller ended the operation.');
const BROKEN: Failure = failureOf('INTERNAL', FAILURE_SUMMARIES.INTERNAL);

/** How the calls of a run are made. */
export type CallRules = Pick<
  AttemptsDependencies<unknown>,
  'kind' | 'limits' | 'operatorMs' | 'patience' | 'delivery' | 'restarts' | 'check' | 'conversation'
>;

/**
 * One request, from its caller's command to its ledger row: authorise, guard, resolve, load, plan, attempt, settle, record.
 * What is asked for makes up the steps that differ, see its subclasses. The row is recorded before the last event is given.
 * A run that breaks, by a defect of ours, once it was planned leaves its row too, with what it had used by then.
 */
export abstract class Pipeline<What, Command extends AskedCommand> implements AttemptsOwner<What>, Run {
  protected readonly deps: RunDependencies;
  protected readonly caller: Caller;
  protected readonly command: Command;
  protected readonly lifetime: Lifetime;
  /** By which rows are found; ids begin with it. */
  protected readonly createdAt: Date;
  protected readonly catalogue: Catalogue;
  readonly #id: OperationId;
  readonly #place: RunPlace;
  readonly #arrivedAt: number;
  #sink: RunSink | undefined;
  #trace: RunTrace | undefined;
  #link: Link<UnderWay> | undefined;
  #plan: RoutedPlan<What> | undefined;
  #watch: RunWatch | undefined;
  #attempts: Attempts<What> | undefined;
  #isPaused = false;
  #isRecorded = false;
  #isOver = false;
  #mark: SpoolMark | undefined;
  #onLeft: (() => void)[] | undefined;

  constructor(deps: RunDependencies, place: RunPlace, caller: Caller, command: Command, sink: RunSink) {
    this.deps = deps;
    this.caller = caller;
    this.command = command;
    this.#sink = sink;
    this.#place = place;
    const isCompletion = this.operation === undefined;
    this.#id = asOperationId(`${isCompletion ? 'cmp' : 'op'}_${timeOrderedId()}`);
    const cancelled = isCompletion ? CANCELLED : CANCELLED_OPERATION;
    this.lifetime = new Lifetime(deps.clock, cancelled, this.#onEnded);
    this.#arrivedAt = deps.clock.monotonicMs();
    this.createdAt = deps.clock.now();
    this.catalogue = deps.catalogue();
  }

  /** What is to be done, by the command alone; undefined: a completion. */
  protected get operation(): OperationKind | undefined {
    return undefined;
  }

  /** What is kept with it for its caller. */
  protected abstract get tags(): Pick<OperationRecord, 'metadata' | 'user'>;
  protected abstract traced(telemetry: Telemetry): RunTrace;
  /** What no provider could make sense of. */
  protected abstract guard(): CompletionRefusal | undefined;
  /** Loads what is still to be fetched, and plans. */
  protected abstract plan(
    route: CompiledRoute,
    timeouts: CompletionTimeouts,
  ): Staged<RoutedPlan<What>> | Promise<Staged<RoutedPlan<What>>>;
  /** There is no plan. */
  protected abstract onUnplanned(refusal: CompletionRefusal): void;
  protected abstract rulesOf(plan: RoutedPlan<What>, timeouts: CompletionTimeouts): CallRules;
  /** What an attempt is likely to use, roughly, and on which terms it is asked: told before it is sent. */
  protected abstract foreseen(candidate: PlannedCandidate<What>): Pick<BegunAttempt, 'usage' | 'terms'>;
  /** On which terms offerings were asked; the warnings are of what was asked and not done. */
  protected abstract termsOf(warnings: readonly Warning[]): TermsOf;
  protected abstract call(
    candidate: PlannedCandidate<What>,
    attempt: number,
    sink: ProviderSink,
    trace: RunTrace | undefined,
  ): UpstreamCall;
  abstract estimated(
    candidate: Pick<PlannedCandidate<What>, 'offering'>,
    outputTokens: number,
    unseenMs?: number,
  ): Usage | undefined;

  /** Nothing happens before; events may come before it returns. */
  start(): void {
    const closed = this.#place.closed();
    if (closed !== undefined) {
      this.refuse(closed);
      return;
    }
    const { telemetry } = this.deps;
    this.#trace = telemetry && this.traced(telemetry);
    this.#link = this.#place.begun(this);
    try {
      this.#resolve();
    } catch (error) {
      this.onBroke(error);
    }
  }

  pause(): void {
    this.#isPaused = true;
    this.#attempts?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#attempts?.resume();
  }

  leave(onLeft?: () => void): void {
    this.#sink = undefined;
    this.abandon(onLeft);
  }

  /** The same, but that the sink is told what comes of it. */
  abandon(onLeft?: () => void): void {
    const drains = this.command.onDisconnect === 'DRAIN' && this.lifetime.why === undefined;
    if (this.#isOver) onLeft?.();
    else if (drains && this.#attempts?.hasAsked) {
      this.#attempts.leave();
      onLeft?.();
    } else {
      if (onLeft !== undefined) {
        this.#onLeft ??= [];
        this.#onLeft.push(onLeft);
      }
      this.cancel();
    }
  }

  /** Ends it, as its caller's wish unless it is said why; what was used is still metered and recorded. */
  cancel(why: Failure = this.lifetime.cancelled): void {
    this.lifetime.end(why);
  }

  keep(candidate: PlannedCandidate<What>, attempt: Announced, go: () => void): void {
    const { spool } = this.deps;
    if (spool === undefined) {
      go();
      return;
    }
    const { createdAt, payer: keyId, operation = 'COMPLETION', tags } = this;
    const { metadata, user } = tags;
    const { usage, terms } = this.foreseen(candidate);
    const begun: BegunAttempt = {
      keyId,
      createdAt,
      attempt,
      over: this.#attempts?.over ?? [],
      id: this.#id,
      operation,
      route: this.planned.decision,
      metadata,
      user,
      usage,
      terms,
    };
    this.#mark = spool.begun(begun, this.#mark);
    spool.kept(go);
  }

  send(candidate: PlannedCandidate<What>, attempt: number, sink: ProviderSink): UpstreamCall {
    return this.call(candidate, attempt, sink, this.#trace);
  }

  priced(attempt: Attempt, warnings: readonly Warning[]): Attempt {
    const { failure } = attempt;
    const told =
      failure === undefined
        ? attempt
        : { ...attempt, failure: toldTo(failure, this.caller.key.role === 'ADMIN') };
    return priced(told, this.catalogue, this.termsOf(warnings));
  }

  onEvent(event: CompletionEvent): void {
    this.#watch?.event?.(event);
    this.#trace?.tell(event);
    this.#sink?.event(event);
  }

  onAttempted(attempted: Attempted): void {
    if (!this.#isOver) this.finish(attempted, this.planned);
  }

  onBroke(error: unknown): void {
    if (this.#isOver) return;
    const [sink, trace] = [this.#sink, this.#trace];
    // What still ends upstream is told to nobody.
    this.#close();
    this.#sink = undefined;
    this.#trace = undefined;
    try {
      this.cancel(BROKEN);
      this.#recordBroken();
    } catch {
      // What broke it breaks this as well: it is answered all the same, and the spool has what was begun.
    } finally {
      this.#unwatch(undefined);
      trace?.broke();
      sink?.broke(error);
      this.#tellLeft();
    }
  }

  protected get planned(): RoutedPlan<What> {
    if (this.#plan === undefined) throw new Error('what is attempted was planned');
    return this.#plan;
  }

  /** Whose row it is. */
  protected get payer(): KeyId {
    return this.caller.key.id;
  }

  /** By which rows and their runs are known. */
  protected get id(): OperationId {
    return this.#id;
  }

  /** What the name that is asked for stands for. */
  protected compiled(): Staged<CompiledRoute> {
    return this.deps.router.compile(this.command, this.operation);
  }

  /** Who follows it from now on. */
  protected watched(plan: RoutedPlan<What>): RunWatch | undefined {
    return plan.watch?.();
  }

  /** Its plan is carried out. */
  protected finish(attempted: Attempted, { decision }: RoutedPlan<What>): void {
    this.settle(decision, attempted);
  }

  protected refuse(refusal: CompletionRefusal): void {
    this.#last({ type: 'failed', error: { kind: 'REFUSED', refusal } });
  }

  /** It is known how it ended: makes its bill and its row, and tells the end once the row outlives this process. */
  protected settle(route: RouteDecision, { attempts, warnings, ending }: Attempted): void {
    const { spool } = this.deps;
    const record = this.#recordOf(route, this.#bill(attempts, warnings), warnings, ending);
    this.learn(record);
    const last: CompletionEvent =
      ending.kind === 'FINISHED'
        ? { type: 'finished', record }
        : { type: 'failed', error: { kind: 'UPSTREAM', failure: ending.failure }, record };
    this.#record(record);
    if (spool === undefined) this.#last(last);
    else
      spool.kept(() => {
        if (!this.#isOver) this.#last(last);
      });
  }

  /** It is settled; what others make of that. */
  protected learn(_record: OperationRecord): void {}

  /** Goes on with what has come, unless the run is over meanwhile. */
  protected upon<Value>(value: Value | Promise<Value>, go: (value: Value) => void): void {
    upon(
      value,
      (arrived) => {
        if (!this.#isOver) go(arrived);
      },
      this.#broke,
    );
  }

  #resolve(): void {
    const refusal = keyRefusal(this.caller, this.createdAt) ?? this.guard();
    if (refusal !== undefined) {
      this.refuse(refusal);
      return;
    }
    const compiled = this.compiled();
    if (compiled.kind === 'REFUSED') {
      this.refuse(compiled.refusal);
      return;
    }
    const timeouts = timeoutsOf(this.command, compiled.value.policy.fallback.timeouts);
    this.upon(this.plan(compiled.value, timeouts), (planned) => {
      if (planned.kind === 'REFUSED') this.onUnplanned(planned.refusal);
      else this.#begin(planned.value, timeouts);
    });
  }

  #begin(plan: RoutedPlan<What>, timeouts: CompletionTimeouts): void {
    const { clock, random, onDefect } = this.deps;
    const { lifetime, createdAt } = this;
    this.#plan = plan;
    this.#watch = this.watched(plan);
    this.#attempts = new Attempts(plan, {
      clock,
      random,
      onDefect,
      lifetime,
      ...this.rulesOf(plan, timeouts),
      owner: this,
    });
    if (this.operation === undefined)
      this.onEvent({ type: 'started', id: this.#id, createdAt, route: plan.decision });
    if (this.#isPaused) this.#attempts.pause();
    this.#attempts.begin();
  }

  #bill(attempts: readonly Attempt[], warnings: readonly Warning[]): Bill {
    const totalMs = elapsedMs(this.deps.clock, this.#arrivedAt);
    return billFor(attempts, this.catalogue, totalMs, this.termsOf(warnings), this.operation);
  }

  #recordOf(
    route: RouteDecision,
    bill: Bill,
    warnings: readonly Warning[],
    ending: Attempted['ending'],
  ): OperationRecord {
    const { payer: keyId, createdAt, operation = 'COMPLETION', tags } = this;
    return recordOf({ id: this.#id, operation, keyId, createdAt, route, bill, warnings, ending, tags });
  }

  #record(record: OperationRecord): void {
    this.#isRecorded = true;
    this.deps.record(ledgerRowOf(record), this.#mark);
    this.#unwatch(record);
  }

  /** As far as what broke lets it be told; before it was planned nothing was asked of anybody, and there is nothing to record. */
  #recordBroken(): void {
    const plan = this.#plan;
    if (plan === undefined || this.#isRecorded) return;
    const attempts = this.#attempts?.soFar() ?? [];
    const [{ offering }] = plan.candidates;
    const { offeringId, providerId } = attempts.at(-1) ?? { offeringId: offering.id, ...offering };
    let bill: Bill;
    try {
      bill = this.#bill(attempts, []);
    } catch {
      bill = {
        attempts,
        cost: UNKNOWN_COST,
        timings: { totalMs: elapsedMs(this.deps.clock, this.#arrivedAt) },
      };
    }
    this.#record(
      this.#recordOf(plan.decision, bill, [], {
        kind: 'FAILED',
        failure: { ...BROKEN, offeringId, providerId },
      }),
    );
  }

  /** It is over; what is told last is told now. */
  #last(event: CompletionEvent): void {
    this.#close();
    this.onEvent(event);
    this.#tellLeft();
  }

  #close(): void {
    this.#isOver = true;
    this.lifetime.close();
    if (this.#link !== undefined) this.#place.over(this.#link);
  }

  #unwatch(record: OperationRecord | undefined): void {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.over(record);
  }

  #tellLeft(): void {
    const all = this.#onLeft;
    this.#onLeft = undefined;
    for (const tell of all ?? []) tell();
  }

  readonly #broke = (error: unknown): void => this.onBroke(error);

  /** Its lifetime was ended. */
  protected onRunEnded(): void {
    this.#isPaused = false;
    this.#attempts?.onRunEnded();
  }

  readonly #onEnded = (): void => this.onRunEnded();
}
