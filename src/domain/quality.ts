import type { Provenance } from './price.ts';

/** What a benchmark tests. GENERAL: several of these at once. VOICE: spoken conversations. OTHER: unknown here. */
export const QUALITY_CATEGORIES = [
  'GENERAL',
  'REASONING',
  'MATH',
  'CODING',
  'AGENTIC',
  'TOOL_CALLING',
  'FACTUALITY',
  'INSTRUCTION_FOLLOWING',
  'LONG_CONTEXT',
  'VISION',
  'PREFERENCE',
  'EMBEDDING',
  'SPEECH_RECOGNITION',
  'VOICE',
  'OTHER',
] as const;
export type QualityCategory = (typeof QUALITY_CATEGORIES)[number];

/** Who ran the benchmark: the lab that made the model, or somebody else. */
export const QUALITY_REPORTERS = ['LAB', 'INDEPENDENT'] as const;
export type QualityReporter = (typeof QUALITY_REPORTERS)[number];

/** What an index is made of: how far to trust it. */
export type IndexEvidence = {
  /** Benchmarks with a score of the model. */
  readonly benchmarks: number;
  /** Publishers of these. */
  readonly sources: number;
  /** Standard error in points: the fewer and the noisier the benchmarks, the larger. */
  readonly error: number;
  /** Days of the oldest and the newest score, `YYYY-MM-DD`. */
  readonly oldest?: string;
  readonly newest?: string;
};

/** How well a model did at one benchmark, as its source publishes it, or an index over several. */
export type QualityScore = {
  /** In lower case with dashes, e.g. `aider-polyglot`, `gpqa-diamond`; `index` and `index-…` are ours. */
  readonly benchmark: string;
  /** Release of the benchmark or of its tasks, e.g. `v4`. */
  readonly version?: string;
  /** How it was run, in the source's words: reasoning effort, mode, scaffold, e.g. `high`, `FC`. */
  readonly setting?: string;
  readonly category: QualityCategory;
  /** What is counted, e.g. `accuracy`, `word error rate`. */
  readonly metric?: string;
  /** Unit of the score, e.g. `%`, `points`. */
  readonly unit?: string;
  readonly lessIsBetter: boolean;
  readonly score: number;
  /** What a perfect score is, where there is such; 100 for percentages. */
  readonly maximum?: number;
  /** What one run of the whole benchmark cost, in US dollars. */
  readonly costUsd?: number;
  /** Day of the run, else of the list that states it: `YYYY-MM-DD`, or `YYYY-MM` if only the month is stated. */
  readonly date?: string;
  readonly reportedBy: QualityReporter;
  /** Name that the source gives the model, often of one dated snapshot. */
  readonly testedModel?: string;
  /** Scores are comparable where this is the same: one source, benchmark, version and way of running it; see represent.ts. */
  readonly series: string;
  /** Whether this score stands for the model wherever models are compared at the benchmark; at most one does. */
  readonly represents: boolean;
  /** Of an index alone. */
  readonly evidence?: IndexEvidence;
  readonly provenance: Provenance;
};

/** The score that stands for a model at a benchmark; undefined if no comparable one is known. */
export const scoreAt = (scores: readonly QualityScore[], benchmark: string): QualityScore | undefined =>
  scores.find((score) => score.represents && score.benchmark === benchmark);

/** Whether a score is at least as good as a floor; where less is better, the floor is a ceiling. */
export const reaches = ({ score, lessIsBetter }: QualityScore, floor: number): boolean =>
  lessIsBetter ? score <= floor : score >= floor;
