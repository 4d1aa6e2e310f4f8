import type { Clock } from '../../src/ports/clock.ts';

/** Virtual time: it jumps from one event to the next. Starts at 2026-11-01. */
export type EventQueue = Clock & {
  /** Time stands still until this is settled. */
  hold(work: Promise<unknown>): void;
  /** What waits for something that happens while time passes: until this is settled, others are let in after each event. */
  attend(work: Promise<unknown>): void;
  /** Runs what falls due up to then, in order of time, then of being set. */
  run(untilMs: number): Promise<void>;
};

type Event = { readonly at: number; readonly order: number; callback: (() => void) | undefined };

const START = Date.UTC(2026, 10, 1);
/** So often others are let in that wait for a promise, e.g. what nodes tell each other. */
const EVENTS_BETWEEN_TURNS = 256;

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

export const createEventQueue = (): EventQueue => {
  /** A binary heap: no event is before its parent, which is at half of its place. */
  const heap: Event[] = [];
  let elapsed = 0;
  let order = 0;
  let held: Promise<unknown>[] = [];
  let attended = 0;

  const push = (event: Event): void => {
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = event;
  };

  const pop = (): Event | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      const right = heap[below + 1];
      if (right !== undefined && child !== undefined && isBefore(right, child)) {
        below += 1;
        child = right;
      }
      if (child === undefined || !isBefore(child, last)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
    return first;
  };

  return {
    now: () => new Date(START + elapsed),
    monotonicMs: () => elapsed,
    after(ms, callback) {
      order += 1;
      const event: Event = { at: elapsed + Math.max(0, ms), order, callback };
      push(event);
      return () => {
        event.callback = undefined;
      };
    },
    hold(work) {
      held.push(work);
    },
    attend(work) {
      attended += 1;
      const settled = (): void => {
        attended -= 1;
      };
      work.then(settled, settled);
    },
    async run(untilMs) {
      for (let ran = 0; ; ran += 1) {
        while (held.length > 0) {
          const waiting = held;
          held = [];
          await Promise.all(waiting);
        }
        if (attended > 0) await new Promise((resolve) => setImmediate(resolve));
        else if (ran % EVENTS_BETWEEN_TURNS === 0) await Promise.resolve();
        const next = heap[0];
        if (next === undefined || next.at > untilMs) break;
        pop();
        elapsed = next.at;
        next.callback?.();
      }
      elapsed = Math.max(elapsed, untilMs);
    },
  };
};
