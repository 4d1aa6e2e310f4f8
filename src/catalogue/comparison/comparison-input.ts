import type { ServiceTier } from '../../domain/completion-request.ts';
import type { Capability } from '../../domain/model.ts';
import type { Currency, Decimal } from '../../domain/money.ts';
import type { Modality } from '../../domain/price.ts';

/** What one request needs, and how many there are. Counts are whole, shares 0 to 1. */
export type Workload = {
  /** All input tokens of a request, cached ones included. */
  readonly inputTokens: number;
  /** Visible output tokens of a request. */
  readonly outputTokens: number;
  /** Share of the input tokens that is read from the provider's prompt cache. Absent: 0. */
  readonly cachedInputShare?: number;
  /** Absent: 0. */
  readonly reasoningTokens?: number;
  /** Images made by a request. Absent: 0. */
  readonly imagesPerRequest?: number;
  /** The provider's word, e.g. `high`. */
  readonly imageQuality?: string;
  /** `WIDTHxHEIGHT`. */
  readonly imageSize?: string;
  /** Absent: 1. */
  readonly requestsPerMonth?: number;
  /** Absent: STANDARD. */
  readonly serviceTier?: ServiceTier;
  /** Share of the requests that is handed in as batches. Absent: 0. */
  readonly batchShare?: number;
  /** Whether the model is let think. Absent: where there are reasoning tokens. */
  readonly thinking?: boolean;
};

/** Every condition that is present must hold. What is demanded and not known of an offering does not hold. */
export type ComparisonFilter = {
  /** Part of the id, slug or name, without regard to case. */
  readonly search?: string;
  /** All of these are taken. */
  readonly modalities?: readonly Modality[];
  /** All of these are given. */
  readonly outputModalities?: readonly Modality[];
  /** All of these. */
  readonly capabilities?: readonly Capability[];
  /** Tokens. */
  readonly minContext?: number;
  /** Any of these. */
  readonly regions?: readonly string[];
  /** Ids; any of these. */
  readonly providers?: readonly string[];
  /** Slugs, offering ids or names; any of these. */
  readonly models?: readonly string[];
  readonly openWeights?: boolean;
  readonly minQuality?: { readonly benchmark: string; readonly score: number };
  readonly maxTtftMs?: number;
  readonly minOutputTps?: number;
  /** In the currency of the comparison. */
  readonly maxCostPerRequest?: Decimal;
  /** Only offerings whose provider is on. */
  readonly onlyConfigured?: boolean;
  /** true: what is free too. Absent: it is not ranked, for free offerings have limits that a workload cannot count on. */
  readonly includeFree?: boolean;
  /** true: deprecated ones too. */
  readonly includeDeprecated?: boolean;
};

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

export type ComparisonInput = {
  readonly workload: Workload;
  readonly filter?: ComparisonFilter;
  /** Those that are absent are 0; absent as a whole: `DEFAULT_WEIGHTS`. */
  readonly weights?: Partial<Weights>;
  /** Absent: GROUP with `weights`, IGNORE without. */
  readonly sparseMeasurements?: SparseMeasurements;
  /** Absent: the one that scores most of the candidates. */
  readonly qualityBenchmark?: string;
  /** Absent: USD. */
  readonly currency?: Currency;
};

/** What makes no sense in an input: `path` points into it. */
export type ComparisonProblem = { readonly path: string; readonly problem: string };

/** More tokens than any window, more requests than anybody sends: beyond them it is a slip of the hand. */
const MOST_TOKENS = 100_000_000;
const MOST_REQUESTS = 1_000_000_000_000;
const MOST_IMAGES = 10_000;
const MOST_NAMES = 200;

const COUNTS = [
  ['inputTokens', MOST_TOKENS],
  ['outputTokens', MOST_TOKENS],
  ['reasoningTokens', MOST_TOKENS],
  ['imagesPerRequest', MOST_IMAGES],
  ['requestsPerMonth', MOST_REQUESTS],
] as const;
const SHARES = ['cachedInputShare', 'batchShare'] as const;
const LISTS = ['modalities', 'outputModalities', 'capabilities', 'regions', 'providers', 'models'] as const;

/** Codes that are or were in use. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** The first thing that makes no sense, or undefined. */
export const problemOf = (input: ComparisonInput): ComparisonProblem | undefined => {
  const { workload, filter = {}, weights, currency } = input;
  const bad = (path: string, problem: string): ComparisonProblem => ({ path, problem });
  for (const [name, most] of COUNTS) {
    const value = workload[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 0 && value <= most))
      return bad(`workload.${name}`, `takes a whole number from 0 to ${most}.`);
  }
  for (const name of SHARES) {
    const value = workload[name];
    if (value !== undefined && !(value >= 0 && value <= 1))
      return bad(`workload.${name}`, 'takes a share from 0 to 1.');
  }
  const { inputTokens, outputTokens, reasoningTokens = 0, imagesPerRequest = 0 } = workload;
  if (inputTokens + outputTokens + reasoningTokens + imagesPerRequest === 0)
    return bad('workload.inputTokens', 'a request needs some tokens or images; all counts are 0.');
  if (workload.thinking === false && reasoningTokens > 0)
    return bad('workload.thinking', 'is false, but there are reasoningTokens.');
  for (const name of ['minContext', 'maxTtftMs', 'minOutputTps'] as const) {
    const value = filter[name];
    if (value !== undefined && !(value >= 0 && Number.isFinite(value)))
      return bad(`filter.${name}`, 'takes 0 or more.');
  }
  for (const name of LISTS)
    if ((filter[name]?.length ?? 0) > MOST_NAMES)
      return bad(`filter.${name}`, `takes at most ${MOST_NAMES} entries.`);
  if (filter.minQuality !== undefined && !Number.isFinite(filter.minQuality.score))
    return bad('filter.minQuality.score', 'takes a number.');
  const ceiling = filter.maxCostPerRequest;
  if (ceiling !== undefined && (!ceiling.isFinite() || ceiling.isNegative()))
    return bad('filter.maxCostPerRequest', 'takes 0 or more.');
  for (const name of CRITERIA) {
    const value = weights?.[name];
    if (value !== undefined && !(value >= 0 && value <= 1_000_000))
      return bad(`weights.${name.toLowerCase()}`, 'takes a number from 0 to 1000000.');
  }
  if (weights !== undefined && CRITERIA.every((name) => (weights[name] ?? 0) === 0))
    return bad('weights', 'at least one must be above 0.');
  if (currency !== undefined && !CURRENCIES.has(currency))
    return bad('currency', 'takes an ISO 4217 code, e.g. `USD` or `CNY`.');
  return undefined;
};
