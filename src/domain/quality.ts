import type { Provenance } from './price.ts';

/** How well a model did at one benchmark, as its source publishes it. More is better. */
export type QualityScore = {
  /** In lower case with dashes, e.g. `aider-polyglot`, `swe-bench-pro`. */
  readonly benchmark: string;
  readonly score: number;
  /** What a perfect score is, where there is such; 100 for percentages. */
  readonly maximum?: number;
  /** How it was run, where a model has several: `high`, `diff`, … */
  readonly variant?: string;
  /** What one run of the whole benchmark cost, in US dollars. */
  readonly costUsd?: number;
  readonly provenance: Provenance;
};
