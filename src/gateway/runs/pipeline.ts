import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Attempt } from '../../domain/attempt.ts';
import type { BegunAttempt } from '../../domain/begun-attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Failure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MediaFetcher } from '../../ports/media.ts';
import type { Provider, ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import type { LedgerSpool, SpoolMark } from '../../ports/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { type AskedCommand, type CompletionTimeouts, timeoutsOf } from '../completion-command.ts';
import { elapsedMs } from '../elapsed.ts';
import type { Calibration } from '../estimate/calibration.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import type { HealthBoard } from '../routing/health/health-board.ts';
import type { PlannedCandidate, RoutedPlan } from '../routing/route-plan.ts';
import type { Router } from '../routing/router.ts';
import { keyRefusal } from '../stages/authorise.ts';
import type { Staged } from '../stages/stage.ts';
import type { Attempted, AttemptsEvent, AttemptsOwner } from './attempted.ts';
import { Attempts, type AttemptsDependencies } from './attempts.ts';
import type { Announced } from './call-facts.ts';
import { Lifetime } from './lifetime.ts';
import { upon } from './upon.ts';

/** What runs are made with. */
export type RunDependencies = {
  /** The catalogue as it is now; read once for each run. */
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly media: MediaFetcher;
  readonly router: Router;
  readonly health: HealthBoard;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly clock: Clock;
  /** Takes the ledger's row; `mark`: of its latest attempt in the spool. Never throws, never waits. */
  readonly record: (row: OperationRecord, mark: SpoolMark | undefined) => void;
  /** Keeps what is under way, and rows, until the store has them; absent: nothing does. */
  readonly spool?: Pick<LedgerSpool, 'begun' | 'forget' | 'kept'> | undefined;
  /** Absent: nothing is traced. */
  readonly telemetry?: Telemetry;
  /** Learns how models count tokens. */
  readonly calibration?: Calibration;
  /** Takes what a provider threw, which its contract forbids; for a log. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** What a run is to its gateway. */
export type RunPlace = {
  /** Why nothing can be begun now. */
  readonly closed: () => CompletionRefusal | undefined;
  readonly onStart: () => void;
  /** It is recorded, refused or broken; called before the last event is given. */
  readonly onOver: () => void;
};

/** How the calls of a run are made. */
export type CallRules = Pick<
  AttemptsDependencies<unknown>,
  'kind' | 'limits' | 'operatorMs' | 'patience' | 'delivery' | 'conversation'
>;

/**
 * One request, from its caller's command to its ledger row: authorise, guard, resolve, load, plan, attempt, settle, record.
 * What is asked for makes up the steps that differ, see its subclasses. The row is recorded before the last event is given.
 */
export abstract class Pipeline<What, Command extends AskedCommand> implements AttemptsOwner<What> {
  protected readonly deps: RunDependencies;
  protected readonly caller: Caller;
  protected readonly command: Command;
  protected readonly lifetime: Lifetime;
  /** By which rows are found; ids begin with it. */
  protected readonly createdAt: Date;
  protected readonly catalogue: Catalogue;
  readonly #place: RunPlace;
  readonly #arrivedAt: number;
  #attempts: Attempts<What> | undefined;
  #isPaused = false;
  #isOver = false;
  #mark: SpoolMark | undefined;
  #onLeft: (() => void)[] | undefined;

  constructor(deps: RunDependencies, caller: Caller, command: Command, place: RunPlace, cancelled: Failure) {
    this.deps = deps;
    this.caller = caller;
    this.command = command;
    this.#place = place;
    this.lifetime = new Lifetime(deps.clock, cancelled, this.#onEnded);
    this.#arrivedAt = deps.clock.monotonicMs();
    this.createdAt = deps.clock.now();
    this.catalogue = deps.catalogue();
  }

  /** What is to be done; undefined: a completion. */
  protected abstract get operation(): OperationKind | undefined;
  /** It begins: from now on it is traced. */
  protected abstract beginTrace(): void;
  /** What no provider could make sense of. */
  protected abstract guard(): CompletionRefusal | undefined;
  /** Loads what is still to be fetched, and plans. */
  protected abstract plan(
    route: CompiledRoute,
    timeouts: CompletionTimeouts,
  ): Staged<RoutedPlan<What>> | Promise<Staged<RoutedPlan<What>>>;
  /** There is no plan. */
  protected abstract onUnplanned(refusal: CompletionRefusal): void;
  protected abstract onPlanned(plan: RoutedPlan<What>, timeouts: CompletionTimeouts): CallRules;
  protected abstract tellStarted(plan: RoutedPlan<What>): void;
  protected abstract tellRefused(refusal: CompletionRefusal): void;
  protected abstract tellBroke(error: unknown): void;
  /** What of an attempt is kept before it is sent. */
  protected abstract begun(
    candidate: PlannedCandidate<What>,
  ): Pick<BegunAttempt, 'id' | 'operation' | 'route' | 'metadata' | 'user' | 'usage' | 'terms'>;
  abstract send(candidate: PlannedCandidate<What>, attempt: number, sink: ProviderSink): UpstreamCall;
  abstract estimated(
    candidate: Pick<PlannedCandidate<What>, 'offering'>,
    outputTokens: number,
    unseenMs?: number,
  ): Usage | undefined;
  abstract priced(attempt: Attempt, warnings: readonly Warning[]): Attempt;
  abstract onEvent(event: AttemptsEvent): void;
  abstract onAttempted(attempted: Attempted): void;

  /** Nothing happens before; events may come before it returns. */
  start(): void {
    const closed = this.#place.closed();
    if (closed !== undefined) {
      this.refuse(closed);
      return;
    }
    this.beginTrace();
    this.#place.onStart();
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

  /**
   * Nobody waits for the answer any more: by the command's `onDisconnect` what is under way is closed at once and metered, or
   * seen to its end; where nothing was sent yet, nothing is. `onLeft` is called once the client need not wait any more: it is
   * recorded, or goes on without it. Does nothing once the last event was given.
   */
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
    const { createdAt, caller } = this;
    const over = this.#attempts?.over ?? [];
    const begun = { keyId: caller.key.id, createdAt, attempt, over, ...this.begun(candidate) };
    this.#mark = spool.begun(begun, this.#mark);
    spool.kept(go);
  }

  onBroke(error: unknown): void {
    if (this.#isOver) return;
    this.#close();
    if (this.#mark !== undefined) this.deps.spool?.forget(this.#mark);
    // What still ends upstream is told to nobody.
    this.tellBroke(error);
    this.cancel();
    this.#tellLeft();
  }

  /** Milliseconds since it arrived. */
  protected get elapsedMs(): number {
    return elapsedMs(this.deps.clock, this.#arrivedAt);
  }

  protected refuse(refusal: CompletionRefusal): void {
    this.last(() => this.tellRefused(refusal));
  }

  /** It is recorded; what is told last is told once the row outlives this process. */
  protected recorded(row: OperationRecord, tell: () => void): void {
    const { record, spool } = this.deps;
    record(row, this.#mark);
    if (spool === undefined) this.last(tell);
    else
      spool.kept(() => {
        if (!this.#isOver) this.last(tell);
      });
  }

  /** It is over; what is told last is told now. */
  protected last(tell: () => void): void {
    this.#close();
    tell();
    this.#tellLeft();
  }

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
    const compiled = this.deps.router.compile(this.command, this.operation);
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
    const rules = this.onPlanned(plan, timeouts);
    const { lifetime } = this;
    this.#attempts = new Attempts(plan, {
      clock,
      random,
      onDefect,
      lifetime,
      ...rules,
      owner: this,
    });
    this.tellStarted(plan);
    if (this.#isPaused) this.#attempts.pause();
    this.#attempts.begin();
  }

  #close(): void {
    this.#isOver = true;
    this.lifetime.close();
    this.#place.onOver();
  }

  #tellLeft(): void {
    const all = this.#onLeft;
    this.#onLeft = undefined;
    for (const tell of all ?? []) tell();
  }

  readonly #broke = (error: unknown): void => this.onBroke(error);

  readonly #onEnded = (): void => {
    this.#isPaused = false;
    this.#attempts?.onRunEnded();
  };
}
