import type { Caller } from '../domain/caller.ts';
import type { CompletionEvent } from '../domain/completion-event.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import { coalesce } from './coalesce.ts';
import type { CompletionCommand } from './completion-command.ts';
import type { Ledger } from './ledger.ts';
import { type PipelineDependencies, runCompletion } from './pipeline.ts';

/** The data plane as faces see it. */
export type Gateway = {
  /**
   * Runs a completion. Returning from the iteration early, even while it waits for an event, cancels it:
   * the upstream connection closes at once, and what was used is still metered and recorded. `coalesceMs`
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

async function* refuse(refusal: CompletionRefusal): AsyncGenerator<CompletionEvent, void> {
  yield { type: 'failed', error: { kind: 'REFUSED', refusal } };
}

export const createGateway = (dependencies: GatewayDependencies): Gateway => {
  const { ledger, clock } = dependencies;
  const running = new Set<AbortController>();
  let draining = false;
  let onIdle: (() => void) | undefined;

  const ended = (aborter: AbortController): void => {
    running.delete(aborter);
    if (running.size === 0) onIdle?.();
  };

  const start = (caller: Caller, command: CompletionCommand): AsyncIterableIterator<CompletionEvent> => {
    const aborter = new AbortController();
    const pipeline = { ...dependencies, record: ledger.append };
    const events = runCompletion(pipeline, caller, command, aborter);
    running.add(aborter);
    const step = async (): Promise<IteratorResult<CompletionEvent, undefined>> => {
      try {
        const result = await events.next();
        if (!result.done) return result;
      } catch (error) {
        ended(aborter);
        throw error;
      }
      ended(aborter);
      return { done: true, value: undefined };
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: step,
      // A generator's own return() waits behind a pending next(); aborting first ends that wait, and running
      // the pipeline to its end is what meters and records the cancelled completion.
      async return() {
        aborter.abort();
        while (!(await step()).done);
        return { done: true, value: undefined };
      },
    };
  };

  return {
    complete(caller, command, coalesceMs = 0) {
      if (draining) {
        return refuse({
          code: 'UNAVAILABLE',
          problem: 'The server is stopping and takes no new work. Send the request again.',
          retryAfterMs: 1_000,
        });
      }
      const backlog = ledger.backlog();
      if (backlog !== undefined)
        return refuse({ code: 'UNAVAILABLE', problem: backlog, retryAfterMs: 5_000 });
      return coalesce(start(caller, command), coalesceMs, clock);
    },
    get active() {
      return running.size;
    },
    async drain(graceMs) {
      draining = true;
      if (running.size > 0) {
        const idle = new Promise<void>((resolve) => {
          onIdle = resolve;
        });
        let cancelDeadline = (): void => {};
        const deadline = new Promise<void>((resolve) => {
          cancelDeadline = clock.after(graceMs, resolve);
        });
        await Promise.race([idle, deadline]);
        cancelDeadline();
        for (const aborter of running) aborter.abort();
        await Promise.race([idle, new Promise<void>((resolve) => clock.after(2_000, resolve))]);
      }
      await ledger.close();
    },
  };
};
