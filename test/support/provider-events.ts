import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { Provider, ProviderCall, ProviderSink, UpstreamCall } from '../../src/ports/provider.ts';

type Step = IteratorResult<ProviderEvent, undefined>;

const DONE: Step = { done: true, value: undefined };
const ONCE = { once: true } as const;

class ProviderEvents implements ProviderSink, AsyncIterator<ProviderEvent, undefined> {
  readonly #provider: Pick<Provider, 'complete'>;
  readonly #call: ProviderCall;
  readonly #signal: AbortSignal;
  #upstream: UpstreamCall | undefined;
  #reader: { resolve(step: Step): void; reject(error: unknown): void } | undefined;
  /** Only what comes once it was aborted comes without being asked for. */
  readonly #ready: ProviderEvent[] = [];
  #thrown: { readonly error: unknown } | undefined;
  #isOver = false;
  #isReturned = false;

  constructor(provider: Pick<Provider, 'complete'>, call: ProviderCall, signal: AbortSignal) {
    this.#provider = provider;
    this.#call = call;
    this.#signal = signal;
  }

  next(): Promise<Step> {
    const value = this.#isReturned ? undefined : this.#ready.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#thrown !== undefined) {
      const { error } = this.#thrown;
      this.#thrown = undefined;
      return Promise.reject(error);
    }
    if (this.#isOver || this.#isReturned) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      if (this.#upstream === undefined) this.#begin();
      else this.#upstream.resume();
    });
  }

  return(): Promise<Step> {
    this.#isReturned = true;
    this.#abort();
    this.#signal.removeEventListener('abort', this.#abort);
    return Promise.resolve(DONE);
  }

  event(value: ProviderEvent): void {
    if (value.type === 'textDelta' && value.frame !== undefined) {
      const { frame, ...delta } = value;
      this.event({ type: 'verbatim', ...frame });
      this.event(delta);
      return;
    }
    if (value.type === 'completed' || value.type === 'failed') this.#end();
    else this.#upstream?.pause();
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#ready.push(value);
    else reader.resolve({ done: false, value });
  }

  alive(): void {}

  broke(error: unknown): void {
    this.#end();
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#thrown = { error };
    else reader.reject(error);
  }

  #begin(): void {
    this.#upstream = this.#provider.complete(this.#call, this);
    if (this.#signal.aborted) this.#abort();
    else this.#signal.addEventListener('abort', this.#abort, ONCE);
  }

  readonly #abort = (): void => this.#upstream?.abort();

  #end(): void {
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/**
 * The events of one call, to be iterated once; a frame that came with its text stands before it. It is sent when the first of them is asked for, and paused between two of
 * them. Aborting the signal, or returning early, closes it upstream at once.
 */
export const providerEvents = (
  provider: Pick<Provider, 'complete'>,
  call: ProviderCall,
  signal: AbortSignal,
): AsyncIterable<ProviderEvent> => ({
  [Symbol.asyncIterator]: () => new ProviderEvents(provider, call, signal),
});
