import { LinkedList } from '../domain/linked-list.ts';
import type { Clock } from '../ports/clock.ts';

/** The longest delay that Node's timers keep; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Delays that may share timers at once. Requests can bring delays of their own: those beyond have a timer each. */
const MOST_DELAYS = 64;

type Entry = { readonly dueMs: number; readonly callback: () => void };

/** All that waits for the same delay, in the order in which it came, which is that in which it is due. */
class Queue {
  readonly #delayMs: number;
  readonly #onEmpty: () => void;
  readonly #waiting = new LinkedList<Entry>();
  #isArmed = false;

  constructor(delayMs: number, onEmpty: () => void) {
    this.#delayMs = delayMs;
    this.#onEmpty = onEmpty;
  }

  add(callback: () => void): () => void {
    const link = this.#waiting.add({ dueMs: performance.now() + this.#delayMs, callback });
    if (!this.#isArmed) this.#arm(this.#delayMs);
    return () => void this.#waiting.remove(link);
  }

  #arm(ms: number): void {
    this.#isArmed = true;
    // Fractions lead past the quick way of setting one.
    setTimeout(this.#ring, Math.ceil(ms)).unref();
  }

  /** It may be for one that was cancelled meanwhile: then it waits for the next. */
  readonly #ring = (): void => {
    const nowMs = performance.now();
    const waiting = this.#waiting;
    try {
      while (waiting.first !== undefined && waiting.first.dueMs <= nowMs) waiting.removeFirst()?.callback();
    } finally {
      this.#isArmed = false;
      if (waiting.first === undefined) this.#onEmpty();
      else this.#arm(Math.max(1, waiting.first.dueMs - nowMs));
    }
  };
}

const afterAlone = (ms: number, callback: () => void): (() => void) => {
  let remaining = ms;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const delay = Math.min(Math.ceil(remaining), MAX_TIMER_MS);
    remaining -= delay;
    timer = setTimeout(remaining > 0 ? arm : callback, delay).unref();
  };
  arm();
  return () => clearTimeout(timer);
};

/**
 * Timers of which hardly any rings: each request sets some for its limits, and cancels them. All of one delay share one of
 * Node's, which is left armed, so that setting and cancelling is a matter of a list.
 */
export const createTimers = (): Clock['after'] => {
  const queues = new Map<number, Queue>();
  return (ms, callback) => {
    let queue = queues.get(ms);
    if (queue === undefined) {
      if (!(ms >= 1 && ms <= MAX_TIMER_MS) || queues.size >= MOST_DELAYS) return afterAlone(ms, callback);
      queue = new Queue(ms, () => void queues.delete(ms));
      queues.set(ms, queue);
    }
    return queue.add(callback);
  };
};
