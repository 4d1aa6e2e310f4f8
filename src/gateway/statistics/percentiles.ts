import { BUCKETS, middleOf, type SparseHistogram } from './sparse-histogram.ts';

/** Of measured values; each percentile is exact to two digits. */
export type Percentiles = {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly sampleSize: number;
};

/** Used by one call at a time. */
const sums = new Uint32Array(BUCKETS);

/** Of all of them together, divided by `unit`; undefined where they hold nothing. */
export const percentilesOf = (
  histograms: readonly (SparseHistogram | undefined)[],
  unit = 1,
): Percentiles | undefined => {
  sums.fill(0);
  let sampleSize = 0;
  for (const histogram of histograms) {
    if (histogram === undefined) continue;
    sampleSize += histogram.count();
    histogram.each((bucket, count) => {
      sums[bucket] = (sums[bucket] ?? 0) + count;
    });
  }
  if (sampleSize === 0) return undefined;
  let bucket = -1;
  let below = 0;
  /** Asked in rising order. */
  const at = (percentile: number): number => {
    const rank = Math.max(1, Math.ceil((sampleSize * percentile) / 100));
    while (below < rank) {
      bucket += 1;
      below += sums[bucket] ?? 0;
    }
    return middleOf(bucket) / unit;
  };
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99), sampleSize };
};
