import type { Currency } from '../../domain/money.ts';
import type { Availability, OfferingFilter } from '../../domain/offering-filter.ts';
import type { Catalogue } from '../catalogue.ts';
import { filterProblem, isCurrency } from '../filter/filter-problem.ts';
import { rateProblem } from '../filter/rate-problem.ts';
import { conversionOf } from '../fx.ts';
import { unknownBenchmark } from '../quality/unknown-benchmark.ts';
import {
  type ComparisonInput,
  type ComparisonProblem,
  type Grouping,
  problemOf,
} from './comparison-input.ts';
import { DEFAULT_WEIGHTS, type Weights } from './criteria.ts';
import { TASKS, type TaskOperation, type TaskPreset } from './task-presets.ts';
import type { Workload } from './workload.ts';

/** What is compared once a task and the defaults have filled in what was not given. */
export type ResolvedComparison = {
  readonly task?: TaskPreset;
  /** What every ranked offering does. Absent: whatever has a price for the workload. */
  readonly operation?: TaskOperation;
  readonly workload: Workload;
  readonly filter: OfferingFilter;
  readonly weights: Partial<Weights>;
  /** Named by the caller: this one, whether or not it scores any candidate. */
  readonly benchmark?: string;
  /** Of the task, in order: the first that scores enough candidates is used, else what most of them have in common. */
  readonly benchmarks: readonly string[];
  readonly currency: Currency;
  readonly availability: Availability;
  /** Whether offerings are left out that need more than a key; only while the availability is ANY because nothing is on. */
  readonly needsOnlyKey: boolean;
  /** Why the availability is not the usual one. */
  readonly availabilityNote?: string;
  readonly grouping: Grouping;
};

export type Resolution =
  | { readonly kind: 'OK'; readonly resolved: ResolvedComparison }
  | { readonly kind: 'INVALID'; readonly problem: ComparisonProblem };

/** What a workload can say of the work itself, besides how often and in which tier it is done. */
const AMOUNTS = [
  'inputTokens',
  'outputTokens',
  'imagesPerRequest',
  'characters',
  'audioSeconds',
] as const satisfies readonly (keyof Workload)[];

const taskOf = ({ task, workload = {} }: ComparisonInput): TaskPreset | undefined =>
  task ?? (AMOUNTS.every((name) => workload[name] === undefined) ? 'CHAT' : undefined);

/** Tokens of one direction without the other are a slip: the other is 0 only if that is said. */
const missingTokens = (workload: Partial<Workload>): ComparisonProblem | undefined => {
  const { inputTokens, outputTokens } = workload;
  if ((inputTokens === undefined) === (outputTokens === undefined)) return undefined;
  const path = inputTokens === undefined ? 'workload.inputTokens' : 'workload.outputTokens';
  return { path, problem: 'is needed as well; 0 if there are none, or name a task, which sets it.' };
};

const NOTHING_CALLABLE =
  'No provider is configured yet, so this compares every offering that needs only an API key. Set a provider key to compare what this server can call; availability ANY (in the terminal: --all) compares everything.';

const availabilityFor = (
  catalogue: Catalogue,
  asked: Availability | undefined,
): Pick<ResolvedComparison, 'availability' | 'availabilityNote' | 'needsOnlyKey'> => {
  if (asked !== undefined) return { availability: asked, needsOnlyKey: false };
  const isCallable = catalogue.providers.some(
    ({ kind, status }) => status.kind === 'ON' && kind !== 'SANDBOX',
  );
  return isCallable
    ? { availability: 'CALLABLE', needsOnlyKey: false }
    : { availability: 'ANY', availabilityNote: NOTHING_CALLABLE, needsOnlyKey: true };
};

const DEFAULT_CURRENCY: Currency = 'USD';

const NO_WORK: Workload = { inputTokens: 0, outputTokens: 0 };

/** A benchmark that is named and that no model has a score at; undefined if there is none such. */
const benchmarkProblem = (
  catalogue: Catalogue,
  { qualityBenchmark, filter }: ComparisonInput,
): ComparisonProblem | undefined => {
  const named = [
    { path: 'qualityBenchmark', name: qualityBenchmark },
    { path: 'filter.minQuality.benchmark', name: filter?.minQuality?.benchmark },
  ];
  for (const { path, name } of named) {
    const problem = name === undefined ? undefined : unknownBenchmark(catalogue, name);
    if (problem !== undefined) return { path, problem };
  }
  return undefined;
};

/** Amounts that nothing known converts: of the comparison, then of the ceiling on its cost. */
const currencyProblem = (
  catalogue: Catalogue,
  { currency, filter }: ComparisonInput,
): ComparisonProblem | undefined => {
  const problem = currency === undefined ? undefined : rateProblem(catalogue, currency);
  if (currency !== undefined && problem !== undefined)
    return { path: 'currency', problem, needsRate: currency };
  const ceiling = filter?.maxCostPerRequest?.currency;
  const to = currency ?? DEFAULT_CURRENCY;
  if (ceiling === undefined || !isCurrency(ceiling)) return undefined;
  return conversionOf(ceiling, to, catalogue.fx) === undefined
    ? {
        path: 'filter.maxCostPerRequest.currency',
        problem:
          rateProblem(catalogue, ceiling) ?? `is ${ceiling}, from which no exchange rate leads to ${to}.`,
        needsRate: ceiling,
      }
    : undefined;
};

/** Fills in what was not given; what was given goes before the task's, field by field. */
export const resolveComparison = (catalogue: Catalogue, input: ComparisonInput): Resolution => {
  const name = taskOf(input);
  const task = name === undefined ? undefined : TASKS[name];
  const { workload: given = {}, filter: asked = {} } = input;
  const workload: Workload = { ...(task?.workload ?? NO_WORK), ...given };
  const incomplete = task === undefined ? missingTokens(given) : undefined;
  const problem =
    incomplete ??
    problemOf(input, workload) ??
    currencyProblem(catalogue, input) ??
    filterProblem(catalogue, asked) ??
    benchmarkProblem(catalogue, input);
  if (problem !== undefined) return { kind: 'INVALID', problem };
  const operation = task?.operation ?? (workload.outputTokens > 0 ? 'COMPLETION' : undefined);
  const filter: OfferingFilter = {
    ...(task !== undefined && task.capabilities.length > 0 && { capabilities: task.capabilities }),
    ...(task !== undefined && task.modalities.length > 0 && { inputModalities: task.modalities }),
    ...asked,
  };
  const benchmark = input.qualityBenchmark ?? filter.minQuality?.benchmark;
  return {
    kind: 'OK',
    resolved: {
      ...(name !== undefined && { task: name }),
      ...(operation !== undefined && { operation }),
      workload,
      filter,
      weights: input.weights ?? task?.weights ?? DEFAULT_WEIGHTS,
      ...(benchmark !== undefined && { benchmark }),
      benchmarks: task?.benchmarks ?? [],
      currency: input.currency ?? DEFAULT_CURRENCY,
      ...availabilityFor(catalogue, asked.availability ?? input.availability),
      grouping: input.grouping ?? 'MODEL',
    },
  };
};
