import type { Clock } from '../../src/ports/clock.ts';

/** A clock that a test moves. Starts at 2026-01-01. */
export type FakeClock = Clock & {
  /** Moves time on and runs what falls due on the way, in order. */
  advance(ms: number): void;
  /** The wall clock alone is set so much later; earlier where it is negative. */
  jump(ms: number): void;
  /** How many callbacks wait for their time. */
  pending(): number;
};

type Timer = { readonly at: number; readonly callback: () => void };

const START = Date.UTC(2026, 0, 1);

/** `passing: 'instantly'` moves time by itself, to each callback as soon as it is set: for paced output. */
export const createFakeClock = (options: { readonly passing?: 'by hand' | 'instantly' } = {}): FakeClock => {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let jumped = 0;

  const run = (timer: Timer): void => {
    if (!timers.delete(timer)) return;
    elapsed = Math.max(elapsed, timer.at);
    timer.callback();
  };

  return {
    now: () => new Date(START + jumped + elapsed),
    monotonicMs: () => elapsed,
    after(ms, callback) {
      const timer: Timer = { at: elapsed + ms, callback };
      timers.add(timer);
      if (options.passing === 'instantly') setImmediate(run, timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        run(due);
      }
      elapsed = end;
    },
    jump(ms) {
      jumped += ms;
    },
    pending: () => timers.size,
  };
};
