import type { Currency } from '../../domain/money.ts';
import type { Availability, OfferingFilter } from '../../domain/offering-filter.ts';
import { type FilterProblem, isCurrency } from '../filter/filter-problem.ts';
import { OFFERING_COLUMNS, type SortDirection } from '../sort-values.ts';
import { CRITERIA, type SparseMeasurements, type Weights } from './criteria.ts';
import type { TaskPreset } from './task-presets.ts';
import type { Workload } from './workload.ts';

/** MODEL: one row for each model, its best offering, with the others folded into it. NONE: one row for each offering. */
export const GROUPINGS = ['MODEL', 'NONE'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** COST: of a request. The others as of offerings; prices in the currency of the comparison, quality at its benchmark. */
export const COMPARISON_COLUMNS = ['COST', ...OFFERING_COLUMNS] as const;
export type ComparisonColumn = (typeof COMPARISON_COLUMNS)[number];
export type ComparisonSorting = { readonly field: ComparisonColumn; readonly direction: SortDirection };

export type ComparisonInput = {
  /** Sets all that is absent below. Absent: CHAT, if the workload says nothing of what a request uses. */
  readonly task?: TaskPreset;
  /** What is absent is the task's. */
  readonly workload?: Partial<Workload>;
  /** Capabilities and modalities that are absent are the task's. */
  readonly filter?: OfferingFilter;
  /** Those that are absent are 0; absent as a whole: the task's, without a task `DEFAULT_WEIGHTS`. */
  readonly weights?: Partial<Weights>;
  /** Absent: GROUP with `weights`, IGNORE without. */
  readonly sparseMeasurements?: SparseMeasurements;
  /** Absent: the first of the task's that scores any candidate, without a task the one that scores most of them. */
  readonly qualityBenchmark?: string;
  /** The same as `filter.availability`, which wins. Absent: CALLABLE, but ANY while no provider is on besides the sandbox. */
  readonly availability?: Availability;
  /** Absent: MODEL. */
  readonly grouping?: Grouping;
  /** Absent: by rank, group by group. */
  readonly sort?: ComparisonSorting;
  /** Absent: USD. */
  readonly currency?: Currency;
};

/** What makes no sense in an input: `path` points into it. */
export type ComparisonProblem = FilterProblem;

/** More tokens than any window, more requests than anybody sends: beyond them it is a slip of the hand. */
const MOST_TOKENS = 100_000_000;
const MOST_REQUESTS = 1_000_000_000_000;
const MOST_IMAGES = 10_000;
const MAX_SECONDS = 1_000_000;

const COUNTS = [
  ['inputTokens', MOST_TOKENS],
  ['outputTokens', MOST_TOKENS],
  ['reasoningTokens', MOST_TOKENS],
  ['imagesPerRequest', MOST_IMAGES],
  ['characters', MOST_TOKENS],
  ['requestsPerMonth', MOST_REQUESTS],
] as const;
const SHARES = ['cachedInputShare', 'batchShare'] as const;

/** The first thing that makes no sense, or undefined. */
export const problemOf = (
  { weights, currency }: ComparisonInput,
  workload: Workload,
): ComparisonProblem | undefined => {
  const bad = (path: string, problem: string): ComparisonProblem => ({ path, problem });
  for (const [name, most] of COUNTS) {
    const value = workload[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 0 && value <= most))
      return bad(`workload.${name}`, `takes a whole number from 0 to ${most}.`);
  }
  const { audioSeconds } = workload;
  if (audioSeconds !== undefined && !(audioSeconds >= 0 && audioSeconds <= MAX_SECONDS))
    return bad('workload.audioSeconds', `takes a number from 0 to ${MAX_SECONDS}.`);
  for (const name of SHARES) {
    const value = workload[name];
    if (value !== undefined && !(value >= 0 && value <= 1))
      return bad(`workload.${name}`, 'takes a share from 0 to 1.');
  }
  const { reasoningTokens = 0 } = workload;
  if (COUNTS.every(([name]) => (workload[name] ?? 0) === 0) && (workload.audioSeconds ?? 0) === 0)
    return bad(
      'workload.inputTokens',
      'a request needs some tokens, images, characters or seconds; all counts are 0.',
    );
  if (workload.thinking === false && reasoningTokens > 0)
    return bad('workload.thinking', 'is false, but there are reasoningTokens.');
  for (const name of CRITERIA) {
    const value = weights?.[name];
    if (value !== undefined && !(value >= 0 && value <= 1_000_000))
      return bad(`weights.${name.toLowerCase()}`, 'takes a number from 0 to 1000000.');
  }
  if (weights !== undefined && CRITERIA.every((name) => (weights[name] ?? 0) === 0))
    return bad('weights', 'at least one must be above 0.');
  if (currency !== undefined && !isCurrency(currency))
    return bad('currency', 'takes an ISO 4217 code, e.g. `USD` or `CNY`.');
  return undefined;
};
