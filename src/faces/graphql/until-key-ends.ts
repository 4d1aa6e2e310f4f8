import type { ExecutionResult } from 'graphql';
import { explainEnd } from '../../control/authentication.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { Caller } from '../../domain/caller.ts';
import { unauthenticated } from './authentication.ts';

type Next = IteratorResult<ExecutionResult, undefined>;

const DONE: Next = { done: true, value: undefined };

/** Results of a subscription until its caller's key ends: then one error, which says so, is the last. */
export const untilKeyEnds = (
  results: AsyncIterable<ExecutionResult>,
  caller: Caller,
  keys: Pick<KeyService, 'watch'>,
): AsyncIterableIterator<ExecutionResult, undefined> => {
  const source = results[Symbol.asyncIterator]();
  let waiting: PromiseWithResolvers<Next> | undefined;
  let last: ExecutionResult | undefined;
  let isOver = false;
  const over = (): Promise<IteratorResult<ExecutionResult>> | undefined => {
    isOver = true;
    unwatch();
    return source.return?.();
  };
  const unwatch = keys.watch(caller, (why) => {
    if (isOver) return;
    last = { errors: [unauthenticated(explainEnd(why))] };
    over()?.catch(() => {});
    if (waiting === undefined) return;
    waiting.resolve({ done: false, value: last });
    waiting = undefined;
    last = undefined;
  });
  const end = async (): Promise<Next> => {
    await over();
    return DONE;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (last !== undefined) {
        const value = last;
        last = undefined;
        return Promise.resolve({ done: false, value });
      }
      if (isOver) return Promise.resolve(DONE);
      const asked = Promise.withResolvers<Next>();
      waiting = asked;
      source.next().then(
        (next) => {
          if (waiting === asked) waiting = undefined;
          if (next.done === true) {
            isOver = true;
            unwatch();
          }
          asked.resolve(next.done === true ? DONE : next);
        },
        (error: unknown) => {
          if (waiting === asked) waiting = undefined;
          isOver = true;
          unwatch();
          asked.reject(error);
        },
      );
      return asked.promise;
    },
    return: end,
    throw: end,
  };
};
