import type { CompletionEvent } from '../domain/completion-event.ts';

/** One completion under way. */
export type SupervisedRun = {
  /** What its consumer reads. */
  readonly events: AsyncIterableIterator<CompletionEvent, undefined>;
  /** Resolves when its row is recorded, or when it broke. */
  readonly over: Promise<void>;
  cancel(): void;
};

/** Who reads a completion that goes on without them. */
export type Audience = {
  /** Nobody reads it any more: what is under way is seen to its end, and nothing is begun. */
  hasLeft: boolean;
};

type Step = IteratorResult<CompletionEvent, undefined>;

const DONE: Step = { done: true, value: undefined };

const isLast = (event: CompletionEvent): boolean => event.type === 'finished' || event.type === 'failed';

/**
 * Lets a consumer read a pipeline and leave it. A generator's own return() waits behind a pending next(), and
 * a generator whose consumer reads no further stands still; so once `aborter` fires, whoever fires it, the
 * pipeline is run to its end, which is what meters and records it. What it still yields then is kept for a
 * consumer that reads on. After return() there is nothing more to read, a pending next() included. With an `audience`
 * return() does not abort what is under way at a provider: it is run to its end, and what it yields is thrown away.
 */
export const supervise = (
  pipeline: AsyncIterator<CompletionEvent, void, void>,
  aborter: AbortController,
  audience?: Audience,
): SupervisedRun => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const unread: CompletionEvent[] = [];
  let runningOut: Promise<void> | undefined;
  let returned = false;
  let isRunOut = false;
  /** An attempt has been announced; the pipeline sends it once it is asked for more. */
  let isAnnounced = false;
  let isUnderWay = false;
  let leave: (() => void) | undefined;

  /** What the consumer waits for: the pipeline is asked one thing at a time. */
  let pending: Promise<Step> | undefined;

  const read = (result: IteratorResult<CompletionEvent, void>): Step => {
    if (result.done === true) {
      isRunOut = true;
      end();
      return DONE;
    }
    if (isLast(result.value)) end();
    else if (result.value.type === 'attemptStarted') isAnnounced = true;
    return result;
  };
  const broke = (error: unknown): never => {
    pending = undefined;
    end();
    throw error;
  };
  const readByConsumer = (result: IteratorResult<CompletionEvent, void>): Step => {
    pending = undefined;
    const step = read(result);
    return returned ? DONE : step;
  };

  const pull = (): Promise<Step> => pipeline.next().then(read, broke);
  const runOut = async (): Promise<void> => {
    // If it breaks there, its consumer is told.
    await pending?.catch(() => {});
    for (let result = await pull(); !result.done; result = await pull())
      if (!returned) unread.push(result.value);
  };
  const next = (): Promise<Step> => {
    if (returned) return Promise.resolve(DONE);
    if (runningOut !== undefined) return nextUnread(runningOut);
    if (pending !== undefined) return pending.then(next, next);
    isUnderWay = isAnnounced;
    pending = pipeline.next().then(readByConsumer, broke);
    return audience === undefined ? pending : untilLeft(pending);
  };
  /** What goes on without its consumer must not keep it waiting. */
  const untilLeft = (step: Promise<Step>): Promise<Step> =>
    new Promise((resolve, reject) => {
      leave = () => resolve(DONE);
      step.then(resolve, reject);
    });
  const nextUnread = async (over: Promise<void>): Promise<Step> => {
    await over;
    const value = unread.shift();
    return value === undefined ? DONE : { done: false, value };
  };

  const runOutOnce = (): void => {
    if (runningOut !== undefined) return;
    runningOut = runOut();
    // For the consumer, if there still is one; else it has nowhere to go.
    runningOut.catch(() => {});
  };
  aborter.signal.addEventListener('abort', runOutOnce, { once: true });

  return {
    over,
    cancel: () => aborter.abort(),
    events: {
      [Symbol.asyncIterator]() {
        return this;
      },
      next,
      async return() {
        returned = true;
        unread.length = 0;
        // Transports return from what is over, too: then there is nothing to abort.
        if (audience !== undefined && isUnderWay && !isRunOut && !aborter.signal.aborted) {
          audience.hasLeft = true;
          runOutOnce();
          leave?.();
          return DONE;
        }
        if (!isRunOut) aborter.abort();
        await runningOut;
        return DONE;
      },
    },
  };
};
