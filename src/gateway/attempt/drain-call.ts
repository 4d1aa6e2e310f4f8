import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Clock } from '../../ports/clock.ts';

/** Sees a provider's iteration to its end once nobody reads it any more. */
export type Drain = {
  /** Reads on until the provider is done. */
  start(): void;
  /** From now on the provider has so long to be done; `onLate` is told if it is not. */
  bound(onLate: () => void): void;
  /** Resolves when the provider is done, or its time is over. */
  readonly over: Promise<void>;
};

type Source = {
  /** Undefined: there is no more. Never rejects. */
  pull(): Promise<ProviderEvent | undefined> | undefined;
  /** Takes what still comes. */
  absorb(event: ProviderEvent): void;
  close(): Promise<void>;
  onLeft(error: Error): void;
};

/** How long a provider may take to end once it is to. */
const END_WITHIN_MS = 2_000;
/** More would keep others from their turn where it comes without a pause. */
const MOST_EVENTS = 1_000;

export const createDrain = (clock: Clock, aborter: AbortController, source: Source): Drain => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const tellers: (() => void)[] = [];
  let started = false;
  let isOver = false;
  let cancelTimer: (() => void) | undefined;

  const end = (): void => {
    isOver = true;
    cancelTimer?.();
    resolve();
  };

  const ring = (): void => {
    if (isOver) return;
    aborter.abort();
    source.onLeft(new Error(`The call did not end within ${END_WITHIN_MS} ms of being told to.`));
    end();
    for (const tell of tellers) tell();
  };

  const bound = (onLate?: () => void): void => {
    if (isOver) return;
    if (onLate !== undefined) tellers.push(onLate);
    cancelTimer ??= clock.after(END_WITHIN_MS, ring);
  };

  const run = async (): Promise<void> => {
    for (let read = 0; read < MOST_EVENTS && !isOver; read += 1) {
      const event = await source.pull();
      if (event === undefined) return end();
      source.absorb(event);
    }
    aborter.abort();
    await source.close().catch(() => {});
    if (!isOver) end();
  };

  return {
    over,
    bound,
    start() {
      if (started) return;
      started = true;
      bound();
      void run();
    },
  };
};
