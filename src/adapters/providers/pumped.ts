import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Provider, ProviderCall, ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import { CANCELLED } from './halt.ts';

/** The events of one call, to be iterated once; aborting the signal ends them soon. */
type Iterate = (call: ProviderCall, signal: AbortSignal) => AsyncIterable<ProviderEvent>;

/**
 * Pushes the events of an iteration, which is asked for one at a time and not while the call is paused. An aborted one is
 * read to its end, whether it is paused or not.
 */
class Pump implements UpstreamCall {
  readonly #id: ProviderId;
  readonly #sink: ProviderSink;
  readonly #aborter = new AbortController();
  #iterator: AsyncIterator<ProviderEvent> | undefined;
  #isPaused = false;
  #isAsking = true;
  #isOver = false;
  /** It came after `pause`. */
  #held: IteratorResult<ProviderEvent> | undefined;

  constructor(id: ProviderId, iterate: Iterate, call: ProviderCall, sink: ProviderSink) {
    this.#id = id;
    this.#sink = sink;
    queueMicrotask(() => {
      try {
        this.#iterator = iterate(call, this.#aborter.signal)[Symbol.asyncIterator]();
        this.#isAsking = false;
        this.#ask();
      } catch (error) {
        this.#broke(error);
      }
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#ask();
  }

  abort(): void {
    if (this.#isOver || this.#aborter.signal.aborted) return;
    this.#held = undefined;
    this.#aborter.abort();
    this.#ask();
  }

  #isHeldBack(): boolean {
    return this.#isPaused && !this.#aborter.signal.aborted;
  }

  #ask(): void {
    if (this.#isAsking || this.#isOver || this.#isHeldBack()) return;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) {
      this.#give(held);
      return;
    }
    this.#isAsking = true;
    this.#iterator?.next().then(this.#told, this.#broke);
  }

  readonly #told = (step: IteratorResult<ProviderEvent>): void => {
    this.#isAsking = false;
    if (this.#isHeldBack()) this.#held = step;
    else this.#give(step);
  };

  readonly #broke = (error: unknown): void => {
    this.#isOver = true;
    this.#sink.broke(error);
  };

  #give(step: IteratorResult<ProviderEvent>): void {
    const event: ProviderEvent =
      step.done === true ? { type: 'failed', failure: this.#unsaid() } : step.value;
    this.#isOver = event.type === 'completed' || event.type === 'failed';
    this.#sink.event(event);
    if (!this.#isOver) this.#ask();
    else if (step.done !== true) this.#iterator?.return?.().catch(() => {});
  }

  /** It ended without saying how. */
  #unsaid(): Failure {
    return this.#aborter.signal.aborted
      ? CANCELLED
      : failureOf('TRUNCATED', `${this.#id} ended its answer without saying so.`);
  }
}

/** A provider's `complete` over what iterates. What follows its last event is not read. */
export const pumped =
  (id: ProviderId, iterate: Iterate): Provider['complete'] =>
  (call, sink) =>
    new Pump(id, iterate, call, sink);
