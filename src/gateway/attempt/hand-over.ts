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

/**
 * The events of a generator and of the sources that it hands over to, in order. What a source throws is thrown into the
 * generator. Returning early returns the source that is read, then the generator.
 */
export const withHandOvers = <Result>(
  generator: AsyncGenerator<CompletionEvent | HandOver, Result, void>,
): AsyncIterableIterator<CompletionEvent, Result, void> => {
  type Step = IteratorResult<CompletionEvent, Result>;
  let source: HandOver['source'] | undefined;

  const told = (result: IteratorResult<CompletionEvent | HandOver, Result>): Step | Promise<Step> => {
    if (result.done === true) return result;
    const { value } = result;
    if (value.type !== 'handOver') return { done: false, value };
    source = value.source;
    return source.next().then(read, broke);
  };
  const read = (result: IteratorResult<CompletionEvent, unknown>): Step | Promise<Step> => {
    if (result.done !== true) return result;
    source = undefined;
    return generator.next().then(told);
  };
  const broke = (error: unknown): Promise<Step> => {
    source = undefined;
    return generator.throw(error).then(told);
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => (source === undefined ? generator.next().then(told) : source.next().then(read, broke)),
    async return(value: Result | PromiseLike<Result>) {
      const left = source;
      source = undefined;
      await left?.return?.();
      return generator.return(value).then(told);
    },
  };
};
