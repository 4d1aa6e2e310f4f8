import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { asCompletionId, type CompletionId, type ProviderId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/operation-record.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { inputTokensOf } from '../../domain/usage.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MediaFetcher } from '../../ports/media.ts';
import type { Provider } from '../../ports/provider.ts';
import type { CompletionTrace } from '../../ports/telemetry.ts';
import { type CompletionCommand, timeoutsOf } from '../completion-command.ts';
import { elapsedMs } from '../elapsed.ts';
import type { Calibration } from '../estimate/calibration.ts';
import type { HealthBoard } from '../routing/health/health-board.ts';
import type { RoutedPlan } from '../routing/route-plan.ts';
import type { Router } from '../routing/router.ts';
import { authorise } from '../stages/authorise.ts';
import { type Guarded, guardInput, refusalFor } from '../stages/guard-input.ts';
import { loadMedia } from '../stages/load-media.ts';
import { meter, pricedBy } from '../stages/meter.ts';
import { ledgerRowOf, recordOf } from '../stages/record.ts';
import { settleAddresses } from '../stages/settle-addresses.ts';
import type { Staged } from '../stages/stage.ts';
import { timeOrderedId } from '../time-ordered-id.ts';
import { type Attempted, Attempts, type AttemptsListener } from './attempts.ts';
import { CANCELLED, Lifetime } from './lifetime.ts';

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
  /** Takes the ledger's row. Never throws, never waits. */
  readonly record: (row: LedgerRow) => void;
  /** Learns how models count tokens. */
  readonly calibration?: Calibration;
  /** Takes what a provider threw, which its contract forbids; for a log. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** Takes what happens in a completion, in the turn in which it happens. */
export type RunSink = {
  /** In order; the last is exactly one `finished` or `failed`. Never throws. */
  event(event: CompletionEvent): void;
  /** In place of the last event: a defect of ours. Never throws. */
  broke(error: unknown): void;
};

/** A completion under way. */
export type Run = {
  /** The sink gets no more than what is told already, and providers are read no further, until `resume`. */
  pause(): void;
  resume(): void;
  /**
   * The client has left: the sink gets nothing more. By the command's `onDisconnect` what is under way is closed at once
   * and metered, or seen to its end; where nothing was sent yet, nothing is. `onLeft` is called once the client need not
   * wait any more: it is recorded, or goes on without it. Does nothing once the last event was given.
   */
  leave(onLeft?: () => void): void;
};

/** What a run is to its gateway. */
export type RunPlace = {
  /** Why nothing can be begun now. */
  readonly closed: () => CompletionRefusal | undefined;
  /** Absent: it is not traced. */
  readonly trace: (() => CompletionTrace) | undefined;
  readonly onStart: () => void;
  /** It is recorded, refused or broken; called before the last event is given. */
  readonly onOver: () => void;
};

/**
 * One completion, from the caller's request to its ledger row: resolve, authorise, guard, load, plan, attempt, settle,
 * record. The row is recorded before the last event is given.
 */
export class CompletionRun implements Run, AttemptsListener {
  readonly #deps: RunDependencies;
  readonly #caller: Caller;
  readonly #command: CompletionCommand;
  readonly #place: RunPlace;
  readonly #lifetime: Lifetime;
  readonly #arrivedAt: number;
  readonly #createdAt: Date;
  /** Begins with the time of `createdAt`, by which rows are found. */
  readonly #id: CompletionId;
  readonly #catalogue: Catalogue;
  #trace: CompletionTrace | undefined;
  #sink: RunSink | undefined;
  #plan: RoutedPlan | undefined;
  #attempts: Attempts | undefined;
  #isPaused = false;
  #isOver = false;
  #onLeft: (() => void)[] | undefined;

  constructor(
    deps: RunDependencies,
    caller: Caller,
    command: CompletionCommand,
    sink: RunSink,
    place: RunPlace,
  ) {
    this.#deps = deps;
    this.#caller = caller;
    this.#command = command;
    this.#sink = sink;
    this.#place = place;
    this.#lifetime = new Lifetime(deps.clock, this.#onEnded);
    this.#arrivedAt = deps.clock.monotonicMs();
    this.#createdAt = deps.clock.now();
    this.#id = asCompletionId(`cmp_${timeOrderedId()}`);
    this.#catalogue = deps.catalogue();
  }

  /** Nothing happens before; events may come before it returns. */
  start(): void {
    const closed = this.#place.closed();
    if (closed !== undefined) {
      this.#refuse(closed);
      return;
    }
    this.#trace = this.#place.trace?.();
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

  leave(onLeft?: () => void): void {
    this.#sink = undefined;
    if (this.#isOver) {
      onLeft?.();
      return;
    }
    if (
      this.#command.onDisconnect === 'DRAIN' &&
      this.#lifetime.why === undefined &&
      this.#attempts?.hasAsked
    ) {
      this.#attempts.leave();
      onLeft?.();
      return;
    }
    if (onLeft !== undefined) {
      this.#onLeft ??= [];
      this.#onLeft.push(onLeft);
    }
    this.cancel();
  }

  /** Ends it as its caller's wish; what was used is still metered and recorded. */
  cancel(): void {
    this.#lifetime.end(CANCELLED);
  }

  onEvent(event: CompletionEvent): void {
    this.#trace?.tell(event);
    this.#sink?.event(event);
  }

  onAttempted(attempted: Attempted): void {
    const { clock, router, calibration, record: append } = this.#deps;
    this.#lifetime.close();
    const plan = this.#plan;
    if (plan === undefined) throw new Error('what is attempted was planned');
    const { decision, candidates } = plan;
    const { request } = this.#command;
    const metered = meter(attempted, plan, this.#catalogue, elapsedMs(clock, this.#arrivedAt));
    const record: CompletionRecord = recordOf(metered, {
      id: this.#id,
      caller: this.#caller,
      createdAt: this.#createdAt,
      route: decision,
      tags: request,
    });
    append({ ...ledgerRowOf(record), operation: 'COMPLETION' });
    router.learn(plan, record);
    const { ending, usage, attempts } = metered;
    if (ending.kind === 'FINISHED' && usage !== undefined && attempts.length === 1)
      calibration?.observe(decision.modelSlug, candidates[0].request, inputTokensOf(usage));
    this.#last(
      ending.kind === 'FINISHED'
        ? { type: 'finished', record }
        : { type: 'failed', error: { kind: 'UPSTREAM', failure: ending.failure }, record },
    );
  }

  onBroke(error: unknown): void {
    if (this.#isOver) return;
    const sink = this.#sink;
    this.#trace?.broke();
    // What still ends upstream is told to nobody.
    this.#sink = undefined;
    this.#trace = undefined;
    this.#close();
    this.#lifetime.end(CANCELLED);
    sink?.broke(error);
    this.#tellLeft();
  }

  #resolve(): void {
    const { router, media, clock, onDefect } = this.#deps;
    const authorised = authorise(this.#caller, this.#command, this.#createdAt);
    if (authorised.kind === 'REFUSED') {
      this.#refuse(authorised.refusal);
      return;
    }
    const guarded = guardInput(authorised.value);
    if (guarded.kind === 'REFUSED') {
      this.#refuse(guarded.refusal);
      return;
    }
    const compiled = router.compile(this.#command);
    if (compiled.kind === 'REFUSED') {
      this.#refuse(compiled.refusal);
      return;
    }
    const route = compiled.value;
    const { command } = guarded.value;
    const timeouts = timeoutsOf(command, route.policy.fallback.timeouts);
    const settled = { ...guarded.value, command: settleAddresses(command, route.candidates, onDefect) };
    const loading = loadMedia(settled, { fetcher: media, clock }, timeouts.totalMs, this.#lifetime);
    this.#await(loading, (loaded) => {
      if (loaded.kind === 'REFUSED') {
        this.#refuse(loaded.refusal);
        return;
      }
      const { request } = loaded.value;
      const ask = { command, caller: this.#caller, request, at: this.#createdAt };
      this.#await(router.plan(route, ask), (planned) => this.#begin(planned, guarded.value, timeouts));
    });
  }

  #begin(
    planned: Staged<RoutedPlan>,
    { untranslatable }: Guarded,
    timeouts: ReturnType<typeof timeoutsOf>,
  ): void {
    if (planned.kind === 'REFUSED') {
      this.#refuse(refusalFor(planned.refusal, untranslatable));
      return;
    }
    const plan = planned.value;
    const deps = this.#deps;
    const { totalMs } = timeouts;
    this.#plan = plan;
    this.#attempts = new Attempts(
      plan,
      {
        clock: deps.clock,
        random: deps.random,
        onDefect: deps.onDefect,
        lifetime: this.#lifetime,
        delivery: this.#command.delivery,
        stream: this.#command.streamUpstream,
        timeouts,
        priced: pricedBy(plan, this.#catalogue),
        traceOf: this.#trace?.parentOf,
      },
      this,
    );
    this.#lifetime.limit(
      totalMs,
      `The completion took longer than its limit of ${totalMs} ms (timeouts.totalMs).`,
    );
    this.onEvent({ type: 'started', id: this.#id, createdAt: this.#createdAt, route: plan.decision });
    if (this.#isPaused) this.#attempts.pause();
    this.#attempts.begin();
  }

  #await<Value>(value: Value | Promise<Value>, go: (value: Value) => void): void {
    if (!(value instanceof Promise)) {
      go(value);
      return;
    }
    value
      .then((arrived) => {
        if (!this.#isOver) go(arrived);
      })
      .catch((error: unknown) => this.onBroke(error));
  }

  #refuse(refusal: CompletionRefusal): void {
    this.#last({ type: 'failed', error: { kind: 'REFUSED', refusal } });
  }

  #last(event: CompletionEvent): void {
    this.#close();
    this.onEvent(event);
    this.#tellLeft();
  }

  #close(): void {
    this.#isOver = true;
    this.#lifetime.close();
    this.#place.onOver();
  }

  #tellLeft(): void {
    const all = this.#onLeft;
    this.#onLeft = undefined;
    for (const tell of all ?? []) tell();
  }

  readonly #onEnded = (): void => {
    this.#isPaused = false;
    this.#attempts?.onRunEnded();
  };
}
