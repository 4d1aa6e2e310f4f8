import type { Attempt } from '../../domain/attempt.ts';
import type { FailureCode } from '../../domain/failure.ts';
import { outputTokensOf } from '../../domain/usage.ts';
import { speedSampleOf } from './output-speed.ts';
import { createSparseHistogram, type SparseHistogram } from './sparse-histogram.ts';

/** How a call ended. */
export type Outcome = 'SUCCEEDED' | 'CANCELLED' | Exclude<FailureCode, 'CANCELLED'>;

/** What calls came to, in one step of time. Speeds are kept in tenths of a token a second. */
export type Tally = {
  readonly outcomes: Map<Outcome, number>;
  outputTokens: number;
  ttft: SparseHistogram | undefined;
  outputTps: SparseHistogram | undefined;
  latency: SparseHistogram | undefined;
};

export const MEASURES = ['ttft', 'outputTps', 'latency'] as const;
export type Measure = (typeof MEASURES)[number];

/** What one unit of a measure's histogram is, in milliseconds or tokens a second: `value / unit`. */
export const UNITS: { readonly [Name in Measure]: number } = { ttft: 1, outputTps: 10, latency: 1 };

/** One call. */
export type Sample = {
  readonly outcome: Outcome;
  readonly outputTokens: number;
  /** Those of calls that succeeded alone: the others end early, or late, for reasons of their own. */
  readonly measured: { readonly [Name in Measure]: number | undefined };
};

export const outcomeOf = ({ status, failure }: Attempt): Outcome => {
  if (status === 'SUCCEEDED') return 'SUCCEEDED';
  return status === 'CANCELLED' || failure === undefined ? 'CANCELLED' : failure.code;
};

const NOTHING_MEASURED = { ttft: undefined, outputTps: undefined, latency: undefined };

export const sampleOf = (attempt: Attempt): Sample => {
  const outcome = outcomeOf(attempt);
  const outputTokens =
    attempt.usage === undefined || attempt.usageEstimated === true ? 0 : outputTokensOf(attempt.usage);
  if (outcome !== 'SUCCEEDED') return { outcome, outputTokens, measured: NOTHING_MEASURED };
  const tps = speedSampleOf(attempt);
  return {
    outcome,
    outputTokens,
    measured: {
      ttft: attempt.ttftMs === undefined ? undefined : Math.max(1, attempt.ttftMs),
      outputTps: tps === undefined ? undefined : tps * UNITS.outputTps,
      latency: Math.max(1, attempt.durationMs),
    },
  };
};

export const createTally = (): Tally => ({
  outcomes: new Map(),
  outputTokens: 0,
  ttft: undefined,
  outputTps: undefined,
  latency: undefined,
});

export const addOutcome = ({ outcomes }: Tally, outcome: Outcome, count: number): void =>
  void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);

export const addSample = (tally: Tally, { outcome, outputTokens, measured }: Sample): void => {
  addOutcome(tally, outcome, 1);
  tally.outputTokens += outputTokens;
  const { ttft, outputTps, latency } = measured;
  if (ttft !== undefined) {
    tally.ttft ??= createSparseHistogram();
    tally.ttft.add(ttft);
  }
  if (outputTps !== undefined) {
    tally.outputTps ??= createSparseHistogram();
    tally.outputTps.add(outputTps);
  }
  if (latency !== undefined) {
    tally.latency ??= createSparseHistogram();
    tally.latency.add(latency);
  }
};

/** Adds what others counted. */
export const addTally = (to: Tally, from: Tally): void => {
  for (const [outcome, count] of from.outcomes) addOutcome(to, outcome, count);
  to.outputTokens += from.outputTokens;
  for (const name of MEASURES) {
    const source = from[name];
    if (source === undefined) continue;
    to[name] ??= createSparseHistogram();
    source.each(to[name].addBucket);
  }
};
