/** What offerings are ranked by. */
export const CRITERIA = ['COST', 'TTFT', 'THROUGHPUT', 'UPTIME', 'QUALITY'] as const;
export type Criterion = (typeof CRITERIA)[number];
export type Weights = { readonly [Name in Criterion]: number };

/**
 * Cost leads, as it is the one thing that is known of every offering that is ranked. Quality comes next, then how fast an
 * answer is written, for most of the time that a person waits is spent there, then how soon it begins; uptime differs little.
 */
export const DEFAULT_WEIGHTS: Weights = {
  COST: 0.5,
  QUALITY: 0.2,
  THROUGHPUT: 0.15,
  TTFT: 0.1,
  UPTIME: 0.05,
};

/**
 * What becomes of a measured criterion (TTFT, THROUGHPUT, UPTIME) that is known of fewer than half of the offerings. GROUP: it
 * counts, and those of which it is unknown are a group of their own. IGNORE: it does not count.
 */
export const SPARSE_MEASUREMENTS = ['GROUP', 'IGNORE'] as const;
export type SparseMeasurements = (typeof SPARSE_MEASUREMENTS)[number];
