import type { Provenance } from './price.ts';

/**
 * TTFT_MS: milliseconds to the first token. OUTPUT_TPS: output tokens a second after it. ERROR_RATE: share of calls that
 * failed by the provider's fault, 0 to 1. UPTIME: share of time or calls in which it answered, 0 to 1.
 */
export const PERF_METRICS = ['TTFT_MS', 'OUTPUT_TPS', 'ERROR_RATE', 'UPTIME'] as const;
export type PerfMetric = (typeof PERF_METRICS)[number];

/** How an offering was measured. A source that states a single figure states it as `p50`. */
export type PerfStat = {
  readonly metric: PerfMetric;
  /** The median; for a rate, the rate. */
  readonly p50: number;
  readonly p90?: number;
  readonly p99?: number;
  /** How many calls were measured; absent where the source does not say. */
  readonly sampleSize?: number;
  /** Over how long, in seconds; absent where the source does not say. */
  readonly windowSeconds?: number;
  /** `source` is `own` for this server's own traffic and `measurement` for what it measured when it was asked to. */
  readonly provenance: Provenance;
};

/** The source of figures that this server measured with prompts of its own. */
export const MEASUREMENT_SOURCE = 'measurement';
