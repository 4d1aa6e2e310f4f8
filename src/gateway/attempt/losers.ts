import type { Attempt } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { Call } from './run-call.ts';

/** Calls that another one has won over, while they end. */
export type Losers = {
  /** Closes a call that is under way upstream at once. One that was answered in full lost all the same. */
  add(call: Call): void;
  /** What they leave to be told, as far as they have ended. */
  told(): readonly CompletionEvent[];
  /** Whether something is still to be told. */
  waiting(): boolean;
  /** Resolves when there is something to tell, now or later. */
  next(): Promise<void>;
};

export const createLosers = (onEnded: (attempt: Attempt) => Attempt): Losers => {
  let under = 0;
  let ready: CompletionEvent[] = [];
  /** Whoever waits for something to tell. */
  let wake: PromiseWithResolvers<void> | undefined;

  const lost = (attempt: Attempt): void => {
    ready.push({ type: 'attemptCancelled', attempt: onEnded(attempt) });
    wake?.resolve();
  };

  return {
    add(call) {
      if (call.end() !== undefined) return lost(call.asLost());
      under += 1;
      call.cancel();
      void call.ended.then(({ attempt }) => {
        under -= 1;
        lost(attempt);
      });
    },
    told() {
      const all = ready;
      ready = [];
      wake = undefined;
      return all;
    },
    waiting: () => under > 0 || ready.length > 0,
    next() {
      if (ready.length > 0) return Promise.resolve();
      wake ??= Promise.withResolvers<void>();
      return wake.promise;
    },
  };
};
