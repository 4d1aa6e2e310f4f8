import type { Grouping } from '../../../catalogue/comparison/comparison-input.ts';
import { CRITERIA, type Criterion, type Weights } from '../../../catalogue/comparison/criteria.ts';
import { TASKS, type TaskPreset } from '../../../catalogue/comparison/task-presets.ts';
import type { Workload } from '../../../catalogue/comparison/workload.ts';
import type { PriceClass } from '../../../catalogue/price-class.ts';
import { builder } from '../builder.ts';
import { CapabilityEnum } from './catalogue-enums.ts';
import { ModalityEnum, ServiceTierEnum } from './enums.ts';

const presetValue = (name: TaskPreset) => ({ description: TASKS[name].explanation });

export const TaskPresetEnum = builder.enumType('TaskPreset', {
  description:
    'A typical job: a workload, what a model must be able to do, and what makes one better than another. The query `taskPresets` lists what each sets.',
  values: {
    CHAT: presetValue('CHAT'),
    RAG: presetValue('RAG'),
    AGENT: presetValue('AGENT'),
    CODING: presetValue('CODING'),
    EXTRACTION: presetValue('EXTRACTION'),
    LONG_DOCUMENT: presetValue('LONG_DOCUMENT'),
    BATCH: presetValue('BATCH'),
    VISION: presetValue('VISION'),
    EMBEDDING: presetValue('EMBEDDING'),
    SPEECH: presetValue('SPEECH'),
    TRANSCRIPTION: presetValue('TRANSCRIPTION'),
  } satisfies { readonly [Name in TaskPreset]: { readonly description: string } },
});

export const GroupingEnum = builder.enumType('ComparisonGrouping', {
  description: 'What a row of a comparison is.',
  values: {
    MODEL: {
      description:
        'A model at its best offering, with its others under `others`. The best is the cheapest for the workload; at the same price the lab itself goes before clouds, hosts and resellers. With `availability: ANY`, offerings that need no more than a key go before resellers, and those before offerings without a known endpoint.',
    },
    NONE: { description: 'An offering.' },
  } satisfies { readonly [Name in Grouping]: { readonly description: string } },
});

export const PriceClassEnum = builder.enumType('PriceClass', {
  description:
    "Where a model stands among its lab's own by blended price. Different prices count once each: those of models that write text, are not retired and are at most two years old (all, if fewer than four prices are left). Labs with fewer than four different prices are held to the quartiles of all labs.",
  values: {
    FLAGSHIP: { description: 'At or above the upper quartile.' },
    MID: { description: 'Between the quartiles.' },
    SMALL: { description: 'Below the lower quartile.' },
  } satisfies { readonly [Name in PriceClass]: { readonly description: string } },
});

export const CriterionEnum = builder.enumType('Criterion', {
  description:
    'What offerings are ranked by: COST of a request, TTFT and THROUGHPUT as medians, UPTIME, QUALITY at the benchmark.',
  values: {
    COST: { description: 'Cost of a request, in the currency of the comparison; less is better.' },
    TTFT: { description: 'Median milliseconds to the first token; less is better.' },
    THROUGHPUT: { description: 'Median output tokens a second after it; more is better.' },
    UPTIME: { description: 'Share of calls or time in which it answered, 0 to 1; more is better.' },
    QUALITY: {
      description:
        'Score at the benchmark, in its unit; more is better unless the score says `lessIsBetter`.',
    },
  } satisfies { readonly [Name in Criterion]: { readonly description: string } },
});

type WeightOf = { readonly criterion: Criterion; readonly weight: number };

export const CriterionUsedRef = builder.objectRef<WeightOf>('CriterionUsed').implement({
  description: 'A criterion and how much it counts.',
  fields: (t) => ({
    criterion: t.expose('criterion', { type: CriterionEnum, description: 'The criterion.' }),
    weight: t.exposeFloat('weight', { description: 'Its share of all weights that count, 0 to 1.' }),
  }),
});

/** Those that count, as shares of their sum. */
const sharesOf = (weights: Weights): readonly WeightOf[] => {
  const sum = CRITERIA.reduce((total, name) => total + weights[name], 0);
  return CRITERIA.flatMap((criterion) =>
    weights[criterion] > 0 ? [{ criterion, weight: weights[criterion] / sum }] : [],
  );
};

export const WorkloadRef = builder.objectRef<Workload>('Workload').implement({
  description: 'What one request uses, and how many there are.',
  fields: (t) => ({
    inputTokens: t.exposeInt('inputTokens', { description: 'All input tokens of a request.' }),
    outputTokens: t.exposeInt('outputTokens', { description: 'Visible output tokens of a request.' }),
    cachedInputShare: t.float({
      description: 'Share of the input tokens that is read from the prompt cache, 0 to 1.',
      resolve: ({ cachedInputShare }) => cachedInputShare ?? 0,
    }),
    reasoningTokens: t.int({
      description: 'Hidden reasoning tokens of a request.',
      resolve: ({ reasoningTokens }) => reasoningTokens ?? 0,
    }),
    imagesPerRequest: t.int({
      description: 'Images that a request makes.',
      resolve: ({ imagesPerRequest }) => imagesPerRequest ?? 0,
    }),
    characters: t.int({
      description: 'Characters that a request has read aloud.',
      resolve: ({ characters }) => characters ?? 0,
    }),
    audioSeconds: t.float({
      description: 'Seconds of audio that a request makes or has written down.',
      resolve: ({ audioSeconds }) => audioSeconds ?? 0,
    }),
    batchShare: t.float({
      description: 'Share of the requests that is handed in as batches, 0 to 1.',
      resolve: ({ batchShare }) => batchShare ?? 0,
    }),
    serviceTier: t.field({
      type: ServiceTierEnum,
      description: 'Tier of the requests that are not in batches.',
      resolve: ({ serviceTier }) => serviceTier ?? 'STANDARD',
    }),
    requestsPerMonth: t.float({
      description: 'Requests a month.',
      resolve: ({ requestsPerMonth }) => requestsPerMonth ?? 1,
    }),
  }),
});

export const TaskRef = builder.objectRef<TaskPreset>('Task').implement({
  description: 'What a task preset sets.',
  fields: (t) => ({
    preset: t.field({ type: TaskPresetEnum, description: 'Its name.', resolve: (name) => name }),
    title: t.string({ description: 'For a heading, in English.', resolve: (name) => TASKS[name].title }),
    explanation: t.string({
      description: 'Why the figures are what they are, in one English sentence.',
      resolve: (name) => TASKS[name].explanation,
    }),
    workload: t.field({
      type: WorkloadRef,
      description: 'What one request uses.',
      resolve: (name) => TASKS[name].workload,
    }),
    capabilities: t.field({
      type: [CapabilityEnum],
      description: 'What a model must be able to do.',
      resolve: (name) => [...TASKS[name].capabilities],
    }),
    modalities: t.field({
      type: [ModalityEnum],
      description: 'What it must accept as input besides text.',
      resolve: (name) => [...TASKS[name].modalities],
    }),
    weights: t.field({
      type: [CriterionUsedRef],
      description: 'What counts, and how much.',
      resolve: (name) => [...sharesOf(TASKS[name].weights)],
    }),
    benchmarks: t.stringList({
      description: 'Benchmarks that quality is read from: the first that scores any candidate.',
      resolve: (name) => [...TASKS[name].benchmarks],
    }),
  }),
});
