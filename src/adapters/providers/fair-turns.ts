import type { Clock } from '../../ports/clock.ts';

/** What waits for room. */
export type Waiter = { onRoom(): void };

/**
 * Bounds the time that one turn of the event loop spends on what providers sent. Without it a server that has more to do
 * than it can works through a full buffer of each stream in each turn, which then takes seconds; and as the loop accepts one
 * connection a turn, and a new stream needs several of them to begin, those under way would keep new ones out.
 */
export type FairTurns = {
  /** Whether there is time left, and nobody waits for it. */
  hasRoom(): boolean;
  /** Tells the waiter when there is, in the order of asking: never at once. */
  whenRoom(waiter: Waiter): void;
};

/** The least of what delays of streams are seen by: a token comes every 20 ms at 50 tokens a second. */
const TURN_MS = 20;

/** Looks at the clock alone as long as there is room; a turn is told from the next one only where it takes long. */
export const createFairTurns = (clock: Clock): FairTurns => {
  let beganMs = clock.monotonicMs();
  let isOver = false;
  let waiting = 0;

  const begin = (): void => {
    isOver = false;
    beganMs = clock.monotonicMs();
  };
  const isFull = (): boolean => {
    if (!isOver && clock.monotonicMs() - beganMs >= TURN_MS) {
      isOver = true;
      // Before those that wait now.
      setImmediate(begin);
    }
    return isOver;
  };
  /** Each has an immediate of its own: what follows from one, in promises, is done before the next one looks at the clock. */
  const tryAgain = (waiter: Waiter): void => {
    if (isFull()) {
      setImmediate(tryAgain, waiter);
      return;
    }
    waiting -= 1;
    waiter.onRoom();
  };

  return {
    hasRoom: () => waiting === 0 && !isFull(),
    whenRoom(waiter) {
      waiting += 1;
      setImmediate(tryAgain, waiter);
    },
  };
};
