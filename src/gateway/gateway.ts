import type { Caller } from '../domain/caller.ts';
import type { CompletionEvent } from '../domain/completion-event.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import { coalesce } from './coalesce.ts';
import type { CompletionCommand } from './completion-command.ts';
import type { Ledger } from './ledger.ts';
import { type PipelineDependencies, runCompletion } from './pipeline.ts';
import { type SupervisedRun, supervise } from './supervised-run.ts';

/** The data plane as faces see it. */
export type Gateway = {
  /**
   * Runs a completion; nothing happens before its first event is asked for. Returning from the iteration
   * early, even while it waits for an event, cancels it: the upstream connection closes at once, what was
   * used is still metered and recorded, and the iteration is over, for a pending next() too. `coalesceMs`
   * joins deltas that come within so many milliseconds; absent or 0, each comes as it is.
   */
  complete(
    caller: Caller,
    command: CompletionCommand,
    coalesceMs?: number,
  ): AsyncIterableIterator<CompletionEvent>;
  /** Completions under way. */
  readonly active: number;
  /** Takes no new work, lets what is under way finish for `graceMs`, then cancels the rest and writes the ledger. */
  drain(graceMs: number): Promise<void>;
};

export type GatewayDependencies = Omit<PipelineDependencies, 'record'> & { readonly ledger: Ledger };

/** How long cancelled completions may take to end before the ledger is closed without them. */
const CANCEL_WITHIN_MS = 2_000;

async function* refuse(refusal: CompletionRefusal): AsyncGenerator<CompletionEvent, undefined> {
  yield { type: 'failed', error: { kind: 'REFUSED', refusal } };
}

export const createGateway = (dependencies: GatewayDependencies): Gateway => {
  const { ledger, clock } = dependencies;
  const running = new Set<SupervisedRun>();
  let draining = false;

  const start = (caller: Caller, command: CompletionCommand): AsyncIterator<CompletionEvent, undefined> => {
    if (draining) {
      return refuse({
        code: 'UNAVAILABLE',
        problem: 'The server is stopping and takes no new work. Send the request again.',
        retryAfterMs: 1_000,
      });
    }
    const backlog = ledger.backlog();
    if (backlog !== undefined) return refuse({ code: 'UNAVAILABLE', problem: backlog, retryAfterMs: 5_000 });

    const aborter = new AbortController();
    const pipeline = { ...dependencies, record: ledger.append };
    const run = supervise(runCompletion(pipeline, caller, command, aborter), aborter);
    running.add(run);
    void run.over.then(() => running.delete(run));
    return run.events;
  };

  /** Waits until all that runs is over, or the time is. */
  const allOver = async (withinMs: number): Promise<void> => {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancelTimer = clock.after(withinMs, resolve);
    await Promise.race([Promise.all([...running].map((run) => run.over)), late]);
    cancelTimer();
  };

  return {
    complete(caller, command, coalesceMs = 0) {
      let events: AsyncIterator<CompletionEvent, undefined> | undefined;
      let abandoned = false;
      const source: AsyncIterableIterator<CompletionEvent> = {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          if (abandoned) return { done: true, value: undefined };
          events ??= start(caller, command);
          return events.next();
        },
        async return() {
          abandoned = true;
          await events?.return?.();
          return { done: true, value: undefined };
        },
      };
      return coalesce(source, coalesceMs, clock);
    },
    get active() {
      return running.size;
    },
    async drain(graceMs) {
      draining = true;
      await allOver(graceMs);
      for (const run of running) run.cancel();
      await allOver(CANCEL_WITHIN_MS);
      await ledger.close();
    },
  };
};
