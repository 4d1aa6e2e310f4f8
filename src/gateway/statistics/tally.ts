import type { Attempt } from '../../domain/attempt.ts';
import { FAILURE_CODES, type FailureCode } from '../../domain/failure.ts';
import { outputTokensOf } from '../../domain/usage.ts';
import { SparseHistogram } from './histogram.ts';
import { speedSampleOf } from './output-speed.ts';

/** How a call ended. */
export type Outcome = 'SUCCEEDED' | 'CANCELLED' | Exclude<FailureCode, 'CANCELLED' | 'CHECK_FAILED'>;

export const OUTCOMES: readonly Outcome[] = [
  'SUCCEEDED',
  'CANCELLED',
  ...FAILURE_CODES.filter((code) => code !== 'CANCELLED' && code !== 'CHECK_FAILED'),
];
const PLACES: ReadonlyMap<Outcome, number> = new Map(OUTCOMES.map((outcome, place) => [outcome, place]));

const outcomeOf = ({ status, failure }: Attempt): Outcome => {
  if (status === 'SUCCEEDED') return 'SUCCEEDED';
  if (status === 'CANCELLED' || failure === undefined) return 'CANCELLED';
  // The provider has answered; that another was asked all the same is the route's own wish.
  return failure.code === 'CHECK_FAILED' ? 'SUCCEEDED' : failure.code;
};

export const MEASURES = ['ttft', 'outputTps', 'latency'] as const;
export type Measure = (typeof MEASURES)[number];

/** What one unit of a measure's histogram is, in milliseconds or tokens a second: `value / unit`. */
export const UNITS: { readonly [Name in Measure]: number } = { ttft: 1, outputTps: 10, latency: 1 };

/** How many calls ended how. Kept for each step of each window, and so in one piece. */
export class Outcomes {
  readonly #counts = new Uint32Array(OUTCOMES.length);

  count(outcome: Outcome, times: number): void {
    const place = PLACES.get(outcome) ?? 0;
    this.#counts[place] = (this.#counts[place] ?? 0) + times;
  }

  addAll(from: Outcomes): void {
    for (let place = 0; place < this.#counts.length; place += 1)
      this.#counts[place] = (this.#counts[place] ?? 0) + (from.#counts[place] ?? 0);
  }

  get(outcome: Outcome): number {
    return this.#counts[PLACES.get(outcome) ?? 0] ?? 0;
  }

  /** Of those that there were. */
  entries(): [Outcome, number][] {
    return OUTCOMES.map((outcome): [Outcome, number] => [outcome, this.get(outcome)]).filter(
      ([, times]) => times > 0,
    );
  }
}

/** What calls came to, in one step of time. Speeds are kept in tenths of a token a second. */
export class Tally {
  readonly outcomes = new Outcomes();
  outputTokens = 0;
  ttft: SparseHistogram | undefined = undefined;
  outputTps: SparseHistogram | undefined = undefined;
  latency: SparseHistogram | undefined = undefined;

  /**
   * One call, and how it ended. Of those that succeeded alone it keeps how fast they were: the others end early, or late, for
   * reasons of their own.
   */
  take(attempt: Attempt): Outcome {
    const outcome = outcomeOf(attempt);
    this.outcomes.count(outcome, 1);
    if (attempt.usage !== undefined && attempt.usageEstimated !== true)
      this.outputTokens += outputTokensOf(attempt.usage);
    if (outcome !== 'SUCCEEDED') return outcome;
    const tps = speedSampleOf(attempt);
    if (attempt.ttftMs !== undefined) this.histogram('ttft').add(Math.max(1, attempt.ttftMs));
    if (tps !== undefined) this.histogram('outputTps').add(tps * UNITS.outputTps);
    this.histogram('latency').add(Math.max(1, attempt.durationMs));
    return outcome;
  }

  histogram(measure: Measure): SparseHistogram {
    let histogram = this[measure];
    if (histogram === undefined) {
      histogram = new SparseHistogram();
      this[measure] = histogram;
    }
    return histogram;
  }

  /** Adds what others counted. */
  addAll(from: Tally): void {
    this.outcomes.addAll(from.outcomes);
    this.outputTokens += from.outputTokens;
    for (const measure of MEASURES) {
      const source = from[measure];
      if (source !== undefined) this.histogram(measure).addAll(source);
    }
  }
}

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

export const periodOf = (window: StatWindow, nowMs: number): number =>
  Math.floor(nowMs / WINDOW_STEPS[window].stepMs);

/** What calls came to over one window. Times are those of a monotonic clock. */
export class SlidingTally {
  readonly #window: StatWindow;
  #steps: readonly { readonly period: number; readonly tally: Tally }[] = [];

  constructor(window: StatWindow) {
    this.#window = window;
  }

  /** The step that is now. */
  at(nowMs: number): Tally {
    const period = periodOf(this.#window, nowMs);
    const last = this.#steps.at(-1);
    if (last?.period === period) return last.tally;
    this.#slide(period);
    const step = { period, tally: new Tally() };
    this.#steps = [...this.#steps, step];
    return step.tally;
  }

  within(nowMs: number): readonly Tally[] {
    this.#slide(periodOf(this.#window, nowMs));
    return this.#steps.map(({ tally }) => tally);
  }

  #slide(period: number): void {
    const gone = period - WINDOW_STEPS[this.#window].steps;
    const oldest = this.#steps[0];
    if (oldest !== undefined && oldest.period <= gone)
      this.#steps = this.#steps.filter((step) => step.period > gone);
  }
}
