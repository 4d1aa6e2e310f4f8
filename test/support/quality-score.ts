import type { QualityScore } from '../../src/domain/quality.ts';

/** The score that stands for a model at a benchmark, without who states it. */
export const scoreAtBenchmark = (
  benchmark: string,
  score: number,
  more: Partial<QualityScore> = {},
): Omit<QualityScore, 'provenance'> => ({
  benchmark,
  score,
  category: 'OTHER',
  lessIsBetter: false,
  reportedBy: 'INDEPENDENT',
  series: `test:${benchmark}`,
  represents: true,
  ...more,
});
