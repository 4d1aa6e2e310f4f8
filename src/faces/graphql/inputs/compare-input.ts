import type { ComparisonColumn, ComparisonInput } from '../../../catalogue/comparison/comparison-input.ts';
import type { SparseMeasurements } from '../../../catalogue/comparison/criteria.ts';
import { builder } from '../builder.ts';
import { present } from '../present.ts';
import { ServiceTierEnum } from '../types/enums.ts';
import { AvailabilityEnum } from '../types/filter-enums.ts';
import { GroupingEnum, TaskPresetEnum } from '../types/task.ts';
import { type ReadInput, readInput } from './input-problem.ts';
import { OfferingFilterInput, offeringFilterOf } from './offering-filter.ts';
import { COLUMN_VALUES, SortDirectionEnum } from './sort-columns.ts';

const WorkloadInput = builder.inputType('WorkloadInput', {
  description:
    "What one request uses, and how many there are. What is not given is the task's; without a task, both counts of tokens are needed unless audio or images are counted.",
  fields: (t) => ({
    inputTokens: t.int({ description: 'Input tokens of a request, cached ones included.' }),
    outputTokens: t.int({ description: 'Visible output tokens of a request.' }),
    cachedInputShare: t.float({
      description:
        "Share of the input tokens that is read from the provider's prompt cache, 0 to 1; 0 if not given.",
    }),
    reasoningTokens: t.int({ description: 'Hidden reasoning tokens of a request; 0 if not given.' }),
    imagesPerRequest: t.int({ description: 'Images that a request makes; 0 if not given.' }),
    imageQuality: t.string({ description: "Quality of these in the provider's word, e.g. `high`." }),
    imageSize: t.string({ description: 'Their size in pixels, `WIDTHxHEIGHT`.' }),
    requestsPerMonth: t.float({ description: 'Requests a month, a whole number; 1 if not given.' }),
    serviceTier: t.field({ type: ServiceTierEnum, description: 'Tier of requests; STANDARD if not given.' }),
    batchShare: t.float({
      description: 'Share of the requests that is handed in as batches, 0 to 1; 0 if not given.',
    }),
    thinking: t.boolean({
      description: 'Whether the model is let think; if not given, where there are reasoning tokens.',
    }),
    characters: t.int({ description: 'Characters that a request has read aloud; 0 if not given.' }),
    audioSeconds: t.float({
      description: 'Seconds of audio that a request makes or has written down; 0 if not given.',
    }),
  }),
});

const CriteriaWeightsInput = builder.inputType('CriteriaWeights', {
  description:
    'How much each criterion counts; only proportions matter. One that is not given does not count.',
  fields: (t) => ({
    cost: t.float({ description: 'Cost of a request; less is better.' }),
    ttft: t.float({ description: 'Median time to the first token; less is better.' }),
    throughput: t.float({ description: 'Median output tokens a second; more is better.' }),
    uptime: t.float({ description: 'Share of calls that are answered; more is better.' }),
    quality: t.float({ description: 'Score at the benchmark; more is better.' }),
  }),
});

const SparseMeasurementsEnum = builder.enumType('SparseMeasurements', {
  description:
    'What becomes of TTFT, THROUGHPUT and UPTIME where fewer than half of the ranked offerings were measured.',
  values: {
    GROUP: {
      description: 'The criterion counts; offerings that were not measured form a separate group.',
    },
    IGNORE: { description: 'The criterion does not count.' },
  } satisfies { readonly [Name in SparseMeasurements]: { readonly description: string } },
});

const ComparisonOrderInput = builder.inputType('ComparisonOrder', {
  description:
    'How rows are sorted in place of their ranks, which they keep; ties by id. Rows without a known value come last in either direction. Prices are in the currency of the comparison, quality is at its benchmark.',
  fields: (t) => ({
    field: t.field({
      type: builder.enumType('ComparisonOrderField', {
        description: 'What rows are sorted by.',
        values: {
          COST: { description: 'Cost of a request.' },
          ID: { description: "The offering's id." },
          PROVIDER: { description: "The provider's id." },
          ...COLUMN_VALUES,
        } satisfies { readonly [Column in ComparisonColumn]: object },
      }),
      required: true,
      description: 'The column.',
    }),
    direction: t.field({
      type: SortDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Ascending or descending.',
    }),
  }),
});

export const CompareOfferingsInput = builder.inputType('CompareOfferingsInput', {
  description: 'A task or a workload, which offerings to consider, and what matters. Empty: a chat.',
  fields: (t) => ({
    task: t.field({
      type: TaskPresetEnum,
      description:
        'A typical job, which sets the workload, the capabilities that are needed, the weights and the benchmark as far as they are not given. CHAT if the workload says nothing of what a request uses.',
    }),
    workload: t.field({ type: WorkloadInput, description: "What a request uses, in place of the task's." }),
    availability: t.field({
      type: AvailabilityEnum,
      description:
        'The same as `filter.availability`, which wins; CALLABLE if not given, but ANY while no provider is on besides the sandbox, and then without offerings that need more than a key, which `availabilityNote` says.',
    }),
    grouping: t.field({ type: GroupingEnum, description: 'What a row is; MODEL if not given.' }),
    filter: t.field({
      type: OfferingFilterInput,
      description:
        'Which offerings; all if not given. `retired`, `deprecated` and `free` are EXCLUDE if not given.',
    }),
    weights: t.field({
      type: CriteriaWeightsInput,
      description:
        'What matters; if not given, as the task says; without a task cost 0.5, quality 0.2, throughput 0.15, ttft 0.1 and uptime 0.05.',
    }),
    sparseMeasurements: t.field({
      type: SparseMeasurementsEnum,
      description:
        'What becomes of speeds and uptimes that few offerings have; if not given, GROUP with `weights` and IGNORE without.',
    }),
    qualityBenchmark: t.string({
      description:
        "Benchmark that quality is read from, e.g. `index`, `index-coding`, `gpqa-diamond`; if not given, that of `minQuality`, else the first of the task's that scores enough candidates; without a task `index`, or the benchmark that scores most candidates if the index knows less than half as many.",
    }),
    order: t.field({
      type: ComparisonOrderInput,
      description: 'A column to sort by; if not given, rows are ordered by rank, group by group.',
    }),
    currency: t.string({
      description: 'ISO 4217 code to compare in; USD if not given. Conversions name their rate and day.',
    }),
  }),
});

type CompareShape = typeof CompareOfferingsInput.$inferInput;

const readWeights = (given: NonNullable<CompareShape['weights']>) => {
  const { cost: COST, ttft: TTFT, throughput: THROUGHPUT, uptime: UPTIME, quality: QUALITY } = given;
  return present({ COST, TTFT, THROUGHPUT, UPTIME, QUALITY });
};

/** The graph's input in the words of the comparison, which checks the numbers. */
export const readComparison = (input: CompareShape): ReadInput<ComparisonInput> =>
  readInput(() => {
    const { task, availability, grouping, qualityBenchmark, currency, sparseMeasurements, order } = input;
    return {
      ...(input.workload != null && { workload: present(input.workload) }),
      ...(input.filter != null && { filter: offeringFilterOf(input.filter) }),
      ...(input.weights != null && { weights: readWeights(input.weights) }),
      ...(order != null && { sort: order }),
      ...present({ task, availability, grouping, qualityBenchmark, currency, sparseMeasurements }),
    };
  });
