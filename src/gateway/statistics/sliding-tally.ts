import { createTally, type Tally } from './tally.ts';

/** Times over which calls are counted. */
export const STAT_WINDOWS = ['ONE_MINUTE', 'FIVE_MINUTES', 'THIRTY_MINUTES', 'ONE_DAY'] as const;
export type StatWindow = (typeof STAT_WINDOWS)[number];

/** A window slides in steps: it covers the current step, as far as that has come, and those before it. */
export const WINDOW_STEPS: {
  readonly [Window in StatWindow]: { readonly stepMs: number; readonly steps: number };
} = {
  ONE_MINUTE: { stepMs: 10_000, steps: 6 },
  FIVE_MINUTES: { stepMs: 60_000, steps: 5 },
  THIRTY_MINUTES: { stepMs: 300_000, steps: 6 },
  ONE_DAY: { stepMs: 7_200_000, steps: 12 },
};

type Step = { readonly period: number; readonly tally: Tally };

/** What calls came to over one window. Times are those of a monotonic clock. */
export type SlidingTally = {
  /** The step that is now. */
  at(nowMs: number): Tally;
  within(nowMs: number): readonly Tally[];
};

export const periodOf = (window: StatWindow, nowMs: number): number =>
  Math.floor(nowMs / WINDOW_STEPS[window].stepMs);

export const createSlidingTally = (window: StatWindow): SlidingTally => {
  const { steps: most } = WINDOW_STEPS[window];
  let steps: readonly Step[] = [];
  const slide = (period: number): void => {
    const oldest = steps[0];
    if (oldest !== undefined && oldest.period <= period - most)
      steps = steps.filter((step) => step.period > period - most);
  };
  return {
    at(nowMs) {
      const period = periodOf(window, nowMs);
      const last = steps.at(-1);
      if (last?.period === period) return last.tally;
      slide(period);
      const step = { period, tally: createTally() };
      steps = [...steps, step];
      return step.tally;
    },
    within(nowMs) {
      slide(periodOf(window, nowMs));
      return steps.map(({ tally }) => tally);
    },
  };
};
