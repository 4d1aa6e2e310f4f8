import type { FailureCode } from '../../domain/failure.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import { type Percentiles, percentilesOf } from './histogram.ts';
import { type Measure, type Outcome, type StatWindow, type Tally, UNITS, WINDOW_STEPS } from './tally.ts';

/** How an offering did in own traffic over one window, on all nodes. */
export type OfferingWindow = {
  readonly window: StatWindow;
  readonly seconds: number;
  /** All that ended. */
  readonly calls: number;
  readonly succeeded: number;
  readonly failedBy: ReadonlyMap<FailureCode, number>;
  /** By the caller, or because another attempt won. */
  readonly cancelled: number;
  /** Failed by the provider's fault, of those that were answered or failed so; absent where there were none. */
  readonly errorRate?: number;
  /** 1 less the same share without rate limits: a provider that limits is up. */
  readonly uptime?: number;
  /** Calls that were answered or failed by the provider's fault: what the shares rest on. */
  readonly judged: number;
  /** Over the window, or since the first call if that is less. */
  readonly requestsPerMinute: number;
  readonly outputTokensPerMinute: number;
  /** Of calls that succeeded, in milliseconds. */
  readonly ttft?: Percentiles;
  /** Tokens a second after the first token: the higher percentiles are the faster calls. */
  readonly outputTps?: Percentiles;
  /** Of calls that succeeded, from sending to the end, in milliseconds. */
  readonly latency?: Percentiles;
};

/** Failures that are the provider's. The others come of the request, the account, or the caller. */
const FAULTS: ReadonlySet<Outcome> = new Set([
  'OVERLOADED',
  'SERVER_ERROR',
  'TIMEOUT',
  'TRUNCATED',
  'RATE_LIMITED',
] satisfies Outcome[]);

/** One call a second ago is not sixty a minute. */
const LEAST_MINUTES = 1;

/** `coveredMs`: how much of the window there was anything to count in. */
export const offeringWindowOf = (
  window: StatWindow,
  tallies: readonly Tally[],
  coveredMs: number,
): OfferingWindow => {
  const { stepMs, steps } = WINDOW_STEPS[window];
  const failedBy = new Map<FailureCode, number>();
  let [calls, succeeded, cancelled, faults, outputTokens] = [0, 0, 0, 0, 0];
  for (const tally of tallies) {
    outputTokens += tally.outputTokens;
    for (const [outcome, count] of tally.outcomes.entries()) {
      calls += count;
      if (outcome === 'SUCCEEDED') succeeded += count;
      else if (outcome === 'CANCELLED') cancelled += count;
      else {
        failedBy.set(outcome, (failedBy.get(outcome) ?? 0) + count);
        if (FAULTS.has(outcome)) faults += count;
      }
    }
  }
  const judged = succeeded + faults;
  const minutes = Math.max(LEAST_MINUTES, coveredMs / 60_000);
  const measured = (measure: Measure): Percentiles | undefined =>
    percentilesOf(
      tallies.map((tally) => tally[measure]),
      UNITS[measure],
    );
  return {
    window,
    seconds: (stepMs * steps) / 1_000,
    calls,
    succeeded,
    failedBy,
    cancelled,
    judged,
    ...(judged > 0 && {
      errorRate: faults / judged,
      uptime: 1 - (faults - (failedBy.get('RATE_LIMITED') ?? 0)) / judged,
    }),
    requestsPerMinute: calls / minutes,
    outputTokensPerMinute: outputTokens / minutes,
    ...omitUndefined({
      ttft: measured('ttft'),
      outputTps: measured('outputTps'),
      latency: measured('latency'),
    }),
  };
};
