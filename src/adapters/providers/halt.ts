import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';

/** The one switch that ends a call before its provider does, and the reason for which it was thrown. */
export type Halt = {
  /** Aborted by `stop`. Made when it is first asked for. */
  readonly signal: AbortSignal;
  /** Has `stop` call it; at once where that has been. There is one: what is given later takes its place. */
  onStop(callback: () => void): void;
  /** Why the call was stopped; undefined as long as it was not. */
  failure(): Failure | undefined;
  /** The first reason counts; later ones, and any after `settle`, do nothing. */
  stop(failure: Failure): void;
  /** The answer is complete: nothing is left to stop. */
  settle(): void;
};

export const CANCELLED: Failure = failureOf('CANCELLED', 'The call was cancelled.');

/** A halt that the caller's signal throws too. Must end in `stop` or `settle`, to let go of the signal. */
export const createHalt = (callerSignal: AbortSignal): Halt => {
  let controller: AbortController | undefined;
  let stopped: (() => void) | undefined;
  let failure: Failure | undefined;
  let isSettled = false;
  const onAbort = (): void => stop(CANCELLED);
  const stop = (reason: Failure): void => {
    if (isSettled || failure) return;
    failure = reason;
    callerSignal.removeEventListener('abort', onAbort);
    stopped?.();
    controller?.abort();
  };
  if (callerSignal.aborted) onAbort();
  else callerSignal.addEventListener('abort', onAbort, { once: true });
  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (failure) controller.abort();
      }
      return controller.signal;
    },
    onStop(callback) {
      stopped = callback;
      if (failure) callback();
    },
    failure: () => failure,
    stop,
    settle() {
      isSettled = true;
      callerSignal.removeEventListener('abort', onAbort);
    },
  };
};

/**
 * The events of one call, to be iterated once. Returning from the iteration throws the halt at once, even
 * while a `next` is pending, which a generator alone would wait for.
 */
export const haltable = (
  events: AsyncGenerator<ProviderEvent, void>,
  halt: Halt,
): AsyncIterable<ProviderEvent> => {
  const iterator: AsyncIterator<ProviderEvent, void> = {
    next: () => events.next(),
    return: () => {
      halt.stop(CANCELLED);
      return events.return();
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
};
