import type { CompletionEvent } from '../../domain/completion-event.ts';

/**
 * What a generator yields to have another source read to its end before it is asked again: its own turn for each event
 * would cost more than all else that is done for one.
 */
export type HandOver = {
  readonly type: 'handOver';
  readonly source: AsyncIterator<CompletionEvent, unknown>;
};

export const handOver = (source: AsyncIterator<CompletionEvent, unknown>): HandOver => ({
  type: 'handOver',
  source,
});

type Events<Result> = AsyncGenerator<CompletionEvent | HandOver, Result, void>;

/** A class, as one is made for each completion: objects whose members have computed names are slow to make. */
class HandedOver<Result> implements AsyncIterableIterator<CompletionEvent, Result, void> {
  readonly #generator: Events<Result>;
  #source: HandOver['source'] | undefined;

  constructor(generator: Events<Result>) {
    this.#generator = generator;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<CompletionEvent, Result>> {
    return this.#source === undefined
      ? this.#generator.next().then(this.#told)
      : this.#source.next().then(this.#read, this.#broke);
  }

  async return(value: Result | PromiseLike<Result>): Promise<IteratorResult<CompletionEvent, Result>> {
    const left = this.#source;
    this.#source = undefined;
    await left?.return?.();
    return this.#generator.return(value).then(this.#told);
  }

  readonly #told = (
    result: IteratorResult<CompletionEvent | HandOver, Result>,
  ): IteratorResult<CompletionEvent, Result> | Promise<IteratorResult<CompletionEvent, Result>> => {
    if (result.done === true) return result;
    const { value } = result;
    if (value.type !== 'handOver') return { done: false, value };
    this.#source = value.source;
    return value.source.next().then(this.#read, this.#broke);
  };

  readonly #read = (
    result: IteratorResult<CompletionEvent, unknown>,
  ): IteratorResult<CompletionEvent, Result> | Promise<IteratorResult<CompletionEvent, Result>> => {
    if (result.done !== true) return result;
    this.#source = undefined;
    return this.#generator.next().then(this.#told);
  };

  readonly #broke = (error: unknown): Promise<IteratorResult<CompletionEvent, Result>> => {
    this.#source = undefined;
    return this.#generator.throw(error).then(this.#told);
  };
}

/**
 * The events of a generator and of the sources that it hands over to, in order. What a source throws is thrown into the
 * generator. Returning early returns the source that is read, then the generator.
 */
export const withHandOvers = <Result>(
  generator: Events<Result>,
): AsyncIterableIterator<CompletionEvent, Result, void> => new HandedOver(generator);
