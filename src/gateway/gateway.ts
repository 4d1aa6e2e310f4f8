import type { Caller } from '../domain/caller.ts';
import type { CompletionEvent } from '../domain/completion-event.ts';
import { FAILURE_SUMMARIES, failureOf } from '../domain/failure.ts';
import { LinkedList } from '../domain/linked-list.ts';
import type { OperationKind } from '../domain/operation.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import type { RoutePolicy } from '../domain/route.ts';
import type { Log } from '../ports/log.ts';
import type { SharedState } from '../ports/shared-state.ts';
import type { CanaryStore, LedgerStore, MeasurementStore } from '../ports/store.ts';
import type { CompletionCommand } from './completion-command.ts';
import type { Ledger } from './ledger.ts';
import { type MeasureAnswer, type MeasureInput, measureOfferings } from './measure/measure-offerings.ts';
import { shareMeasurements } from './measure/share-measurements.ts';
import { createOfferingStats, type OfferingStatsBoard } from './offering-stats.ts';
import type { OperationAnswer, OperationCommand, OperationGateway } from './operation-command.ts';
import { type PlanAnswer, planCompletion } from './plan-completion.ts';
import { createRouteBudgets, type RouteBudgets } from './routing/budget/route-budgets.ts';
import { type CanaryBoard, createCanaryBoard } from './routing/canary/canary-board.ts';
import { createHealthBoard, type RunningHealthBoard } from './routing/health/health-board.ts';
import { createMirrors } from './routing/mirror/mirrors.ts';
import type { RouteBook } from './routing/policy/route-book.ts';
import { createRouter, type Router } from './routing/router.ts';
import { CompletionRun } from './runs/completion-run.ts';
import { JudgeRun } from './runs/judge-run.ts';
import { MirrorRun } from './runs/mirror-run.ts';
import { OperationRun } from './runs/operation-run.ts';
import type { Run, RunDependencies, RunPlace, RunSink, UnderWay } from './runs/run.ts';
import { RunEvents, type StartableRun } from './runs/run-events.ts';
import { type OfferingStatsWatch, watchOfferingStats } from './watch-offering-stats.ts';

/** The data plane as faces see it. */
export type Gateway = OperationGateway & {
  /** Runs a completion. It begins at once: events may come before this returns. */
  run(caller: Caller, command: CompletionCommand, sink: RunSink): Run;
  /**
   * Runs a completion; nothing happens before its first event is asked for. Returning from the iteration
   * early, even while it waits for an event, cancels it: the upstream connection closes at once, what was
   * used is still metered and recorded, and the iteration is over, for a pending next() too. With `onDisconnect` DRAIN
   * what is under way at a provider goes on to its end, within the same limits, and nothing more is begun. `coalesceMs`
   * joins deltas that come within so many milliseconds; absent or 0, each comes as it is.
   */
  complete(
    caller: Caller,
    command: CompletionCommand,
    coalesceMs?: number,
  ): AsyncIterableIterator<CompletionEvent>;
  /** Completions and other operations under way. */
  readonly active: number;
  /** How offerings did in calls that this node made in the last 30 minutes. */
  readonly stats: OfferingStatsBoard;
  /** Where a completion would be sent, and why. Asks no provider, fetches nothing and leaves no row in the ledger. */
  plan(caller: Caller, command: CompletionCommand): Promise<PlanAnswer>;
  /** Times offerings with small prompts of this server's own, within a budget. */
  measure(caller: Caller, input: MeasureInput, signal: AbortSignal): Promise<MeasureAnswer>;
  readonly router: Router;
  /** Whether offerings may be called: breakers, and limits at their providers. */
  readonly health: RunningHealthBoard;
  /** What routes spend of their budgets. */
  readonly budgets: Pick<RouteBudgets, 'statusOf' | 'ready'>;
  /** How canaries of routes do. */
  readonly canaries: Pick<CanaryBoard, 'statusOf' | 'resume'>;
  /** The same as it moves. */
  readonly watchStats: OfferingStatsWatch;
  /** Takes no new work, lets what is under way finish for `graceMs`, then cancels the rest and writes the ledger. */
  drain(graceMs: number): Promise<Drained>;
};

/** Operations that were under way: those that came to their end in time, and those that were cut off. */
export type Drained = { readonly completed: number; readonly cancelled: number };

export type GatewayDependencies = Omit<
  RunDependencies,
  'record' | 'router' | 'health' | 'random' | 'judge'
> & {
  readonly ledger: Ledger;
  /** Saved routes. */
  readonly book: RouteBook;
  /** How names of models are routed; `DEFAULT_POLICY` if not given. */
  readonly defaultPolicy?: RoutePolicy;
  /** What other nodes know of offerings and conversations. */
  readonly state: SharedState;
  readonly log: Log;
  /** What was measured, to outlive this process; absent: it does not. */
  readonly measurements?: MeasurementStore;
  /** What routes have spent before this process began; absent: it is not known. */
  readonly routeSpend?: LedgerStore['routeSpend'];
  /** What was rolled back, to outlive this process; absent: it does not. */
  readonly canaries?: CanaryStore;
  /** The longest wait that a provider may ask for and be believed; `MAX_RETRY_AFTER_MS` if not given. */
  readonly maxRetryAfterMs?: number;
  /** 0 inclusive to 1 exclusive; chance itself if not given. */
  readonly random?: () => number;
  /** For how many milliseconds this process has been at work so far; not known if not given. */
  readonly busyMs?: () => number;
};

/** Of a run that nobody waits for; its sink is told where it cannot begin. */
const started = <Begun extends CompletionRun>(run: Begun): Begun => {
  try {
    run.start();
  } catch (error) {
    run.onBroke(error);
  }
  return run;
};

/** How long cancelled work may take to end before the ledger is closed without them. */
const CANCEL_WITHIN_MS = 2_000;

const STOPPED = failureOf('STOPPED', FAILURE_SUMMARIES.STOPPED, { retryAfterMs: 1_000 });

export const createGateway = (dependencies: GatewayDependencies): Gateway => {
  const { ledger, clock, catalogue, random = Math.random } = dependencies;
  const stats = createOfferingStats(catalogue, clock);
  const measurements = shareMeasurements({
    ...dependencies,
    board: stats.measurements,
    ...(dependencies.measurements !== undefined && { store: dependencies.measurements }),
  });
  const health = createHealthBoard({ ...dependencies, stats, random });
  const { routeSpend } = dependencies;
  const budgets = createRouteBudgets({ ...dependencies, spend: routeSpend && { routeSpend } });
  const canaries = createCanaryBoard(dependencies);
  const router = createRouter({
    ...dependencies,
    health,
    random,
    measured: stats.of,
    speedOf: stats.speedOf,
    budgets,
    canaries,
  });
  const mirrors = createMirrors({
    book: dependencies.book,
    random,
    run: (order) => started(new MirrorRun(runs, place, order)),
  });
  const runs: RunDependencies = {
    ...dependencies,
    mirrors,
    judge: (order) => started(new JudgeRun(runs, place, order)),
    router,
    health,
    random,
    record(row, mark) {
      ledger.append(row, mark);
      // Counts of tokens take a few milliseconds, and are many: they would hide how fast answers are.
      if (row.operation !== 'TOKEN_COUNT') for (const attempt of row.attempts) stats.record(attempt);
    },
  };
  const underWay = new LinkedList<UnderWay>();
  /** Told once nothing is under way. */
  let onAllOver: (() => void)[] = [];
  let draining = false;

  /** Why nothing can be begun now. */
  const closed = (): CompletionRefusal | undefined => {
    if (draining) {
      return {
        code: 'UNAVAILABLE',
        problem: 'The server is stopping and takes no new work. Send the request again.',
        retryAfterMs: 1_000,
      };
    }
    const backlog = ledger.backlog();
    return backlog === undefined ? undefined : { code: 'UNAVAILABLE', problem: backlog, retryAfterMs: 5_000 };
  };

  const place: RunPlace = {
    closed,
    begun: (run) => underWay.add(run),
    over(link) {
      if (!underWay.remove(link) || underWay.size > 0) return;
      const told = onAllOver;
      onAllOver = [];
      for (const tell of told) tell();
    },
  };

  /** Waits until all that runs is over, or the time is. */
  const allOver = async (withinMs: number): Promise<void> => {
    if (underWay.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancelTimer = clock.after(withinMs, resolve);
    onAllOver.push(resolve);
    await promise;
    cancelTimer();
  };

  const prepare = (caller: Caller, command: CompletionCommand, sink: RunSink): StartableRun =>
    new CompletionRun(runs, place, caller, command, sink);

  const run = (caller: Caller, command: CompletionCommand, sink: RunSink): Run => {
    const begun = prepare(caller, command, sink);
    begun.start();
    return begun;
  };

  const complete = (caller: Caller, command: CompletionCommand, coalesceMs = 0) =>
    new RunEvents((sink) => prepare(caller, command, sink), coalesceMs, clock);

  return {
    complete,
    run,
    async perform<Kind extends OperationKind>(
      caller: Caller,
      command: OperationCommand<Kind>,
      signal: AbortSignal,
    ): Promise<OperationAnswer<Kind>> {
      const { promise, resolve, reject: broke } = Promise.withResolvers<OperationAnswer<Kind>>();
      const begun: OperationRun<Kind> = new OperationRun<Kind>(runs, place, caller, command, {
        event(event) {
          const answer = begun.answerOf(event);
          if (answer !== undefined) resolve(answer);
        },
        broke,
      });
      const leave = (): void => begun.abandon();
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      begun.start();
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    measure: (caller, input, signal) =>
      measureOfferings(
        { ...dependencies, complete, board: measurements, measured: stats.of },
        caller,
        input,
        signal,
      ),
    plan: (caller, command) => planCompletion(runs, caller, command),
    router,
    health,
    budgets,
    canaries,
    stats,
    watchStats: watchOfferingStats(catalogue, stats, clock),
    get active() {
      return underWay.size;
    },
    async drain(graceMs) {
      draining = true;
      mirrors.close();
      const begun = underWay.size;
      await allOver(graceMs);
      const cancelled = underWay.size;
      for (const each of [...underWay]) each.cancel(STOPPED);
      await allOver(CANCEL_WITHIN_MS);
      await Promise.all([health.close(), measurements.close(), budgets.close(), canaries.close()]);
      await ledger.close();
      return { completed: begun - cancelled, cancelled };
    },
  };
};
