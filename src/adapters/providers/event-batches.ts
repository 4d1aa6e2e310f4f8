import type { ProviderEvent } from '../../domain/provider-event.ts';
import { CANCELLED, type Halt } from './halt.ts';

/** Events that came together. */
export type Batch = {
  readonly events: readonly ProviderEvent[];
  /** Called when the last of them, which ends the answer, is taken. */
  readonly onEnd?: (() => void) | undefined;
};

type Step = IteratorResult<ProviderEvent, void>;

/** Nothing follows such an event. */
export const isEnd = ({ type }: ProviderEvent): boolean => type === 'completed' || type === 'failed';

const NONE: Batch = { events: [] };

/**
 * The events of one call, to be iterated once. Returning from the iteration throws the halt at once, even while a `next`
 * is pending, which a generator alone would wait for. What is waiting when the halt is thrown is not given any more. The
 * halt is settled with the event that ends the answer.
 */
export const oneByOne = (batches: AsyncGenerator<Batch, void>, halt: Halt): AsyncIterable<ProviderEvent> => {
  let batch = NONE;
  let at = 0;
  const take = (): Step | undefined => {
    const event = batch.events[at];
    if (event === undefined) return undefined;
    at += 1;
    if (isEnd(event)) {
      halt.settle();
      batch.onEnd?.();
    }
    return { done: false, value: event };
  };
  const begin = (result: IteratorResult<Batch, void>): Step | Promise<Step> => {
    if (result.done === true) return result;
    batch = result.value;
    at = 0;
    return take() ?? pull();
  };
  const pull = (): Promise<Step> => batches.next().then(begin);
  const iterator: AsyncIterator<ProviderEvent, void> = {
    next() {
      const step = at > 0 && halt.failure() !== undefined ? undefined : take();
      return step === undefined ? pull() : Promise.resolve(step);
    },
    return: async () => {
      halt.stop(CANCELLED);
      await batches.return();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
};
