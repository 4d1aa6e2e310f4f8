import { type Failure, failureOf } from '../../domain/failure.ts';

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
export const createHalt = (callerSignal: AbortSignal): Halt => new CallHalt(callerSignal);

const ONCE = { once: true } as const;

class CallHalt implements Halt {
  readonly #callerSignal: AbortSignal;
  readonly #onAbort = (): void => this.stop(CANCELLED);
  /** Whether the caller's signal may still throw the halt. */
  #isBound = false;
  #controller: AbortController | undefined;
  #stopped: (() => void) | undefined;
  #failure: Failure | undefined;
  #isSettled = false;

  constructor(callerSignal: AbortSignal) {
    this.#callerSignal = callerSignal;
    if (callerSignal.aborted) this.stop(CANCELLED);
    else {
      this.#isBound = true;
      callerSignal.addEventListener('abort', this.#onAbort, ONCE);
    }
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#failure) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  onStop(callback: () => void): void {
    this.#stopped = callback;
    if (this.#failure) callback();
  }

  failure(): Failure | undefined {
    return this.#failure;
  }

  stop(failure: Failure): void {
    if (this.#isSettled || this.#failure) return;
    this.#failure = failure;
    this.#letGo();
    this.#stopped?.();
    this.#controller?.abort();
  }

  settle(): void {
    this.#isSettled = true;
    this.#letGo();
  }

  #letGo(): void {
    if (!this.#isBound) return;
    this.#isBound = false;
    this.#callerSignal.removeEventListener('abort', this.#onAbort);
  }
}
