import type { Comparison, ComparisonGroup } from '../../../catalogue/comparison/compare-offerings.ts';
import { builder } from '../builder.ts';
import { pageOfList } from '../page.ts';
import { ComparedOfferingRef, RateUsedRef } from './compared-offering.ts';
import { totalOf } from './connections.ts';
import { ExcludedOfferingRef, ExclusionCountRef } from './exclusion.ts';
import { AvailabilityEnum } from './filter-enums.ts';
import { CriterionEnum, CriterionUsedRef, GroupingEnum, TaskPresetEnum, WorkloadRef } from './task.ts';

const RowOrderEnum = builder.enumType('GroupOrdering', {
  description: 'What puts the rows of a group into order.',
  values: {
    SCORE: { description: 'The better score first, then the cheaper, then by id.' },
    RELEASE_AND_CLASS: {
      description:
        'The task weighs quality, which is unknown, so that a score would be little but the price: the age of the model in full half-years, then its price class, flagships first, then the newer one, then the one that more providers serve.',
    },
  } satisfies { readonly [Name in ComparisonGroup['orderedBy']]: { readonly description: string } },
});

const ComparisonGroupRef = builder.objectRef<ComparisonGroup>('ComparisonGroup').implement({
  description:
    'Ranked offerings of which the same criteria are known. Those of different groups are not compared with each other.',
  fields: (t) => ({
    comparable: t.boolean({
      description: 'Whether every criterion that counts is known of them.',
      resolve: ({ unknownCriteria }) => unknownCriteria.length === 0,
    }),
    unknownCriteria: t.field({
      type: [CriterionEnum],
      description: 'Criteria that count and are unknown of them.',
      resolve: ({ unknownCriteria }) => [...unknownCriteria],
    }),
    criteria: t.field({
      type: [CriterionUsedRef],
      description: 'What orders them, with the share of each in their scores.',
      resolve: ({ criteria }) => [...criteria],
    }),
    orderedBy: t.field({
      type: RowOrderEnum,
      description: 'What puts them into order.',
      resolve: ({ orderedBy }) => orderedBy,
    }),
    count: t.int({ description: 'Rows in it.', resolve: ({ offerings }) => offerings.length }),
  }),
});

export const ComparisonRef = builder.objectRef<Comparison>('Comparison').implement({
  description: 'Offerings ranked for a workload, and those that are not with the reason.',
  fields: (t) => ({
    offerings: t.connection(
      {
        type: ComparedOfferingRef,
        description:
          'Those that are ranked, group by group in the order of `groups`: the comparable ones first, best first; then those of which something that counts is unknown.',
        args: {
          comparable: t.arg.boolean({
            description: 'true: the comparable ones alone; false: the others alone; all if not given.',
          }),
        },
        resolve: (comparison, { comparable, ...args }) => {
          const rows = comparison.ranked.filter((row) => comparable == null || row.comparable === comparable);
          const page = pageOfList(rows, args, (row) => row.offering.id);
          return {
            ...page,
            edges: page.edges.map(({ cursor, node }) => ({ cursor, node: { row: node, comparison } })),
          };
        },
      },
      {
        name: 'ComparedOfferingConnection',
        description: 'A page of ranked offerings.',
        fields: (t) => ({ totalCount: t.int(totalOf('ranked offerings')) }),
      },
      { name: 'ComparedOfferingEdge', description: 'A ranked offering with its cursor.' },
    ),
    excluded: t.connection(
      {
        type: ExcludedOfferingRef,
        description: 'Those that are not ranked, by id.',
        resolve: (comparison, args) => pageOfList(comparison.excluded, args, (row) => row.offering.id),
      },
      {
        name: 'ExcludedOfferingConnection',
        description: 'A page of offerings that are not ranked.',
        fields: (t) => ({ totalCount: t.int(totalOf('offerings that are not ranked')) }),
      },
      { name: 'ExcludedOfferingEdge', description: 'An offering that is not ranked with its cursor.' },
    ),
    groups: t.field({
      type: [ComparisonGroupRef],
      description: 'The groups of `offerings` in its order; one where the same is known of all of them.',
      resolve: ({ groups }) => [...groups],
    }),
    task: t.field({
      type: TaskPresetEnum,
      nullable: true,
      description: 'The task that was compared for; null if the workload alone says it.',
      resolve: ({ task }) => task,
    }),
    workload: t.field({
      type: WorkloadRef,
      description: 'What one request uses, with what the task sets.',
      resolve: ({ workload }) => workload,
    }),
    availability: t.expose('availability', {
      type: AvailabilityEnum,
      description: 'Which offerings were compared.',
    }),
    availabilityNote: t.string({
      nullable: true,
      description: 'Why it is not CALLABLE though nothing else was asked for; null otherwise.',
      resolve: ({ availabilityNote }) => availabilityNote,
    }),
    grouping: t.expose('grouping', { type: GroupingEnum, description: 'What a row is.' }),
    totalCount: t.int({ description: 'Rows that are ranked.', resolve: ({ ranked }) => ranked.length }),
    excludedCount: t.int({
      description: 'Offerings that are not.',
      resolve: ({ excluded }) => excluded.length,
    }),
    exclusions: t.field({
      type: [ExclusionCountRef],
      description: 'How many for each reason, most first.',
      resolve: ({ exclusions }) => [...exclusions],
    }),
    criteriaUsed: t.field({
      type: [CriterionUsedRef],
      description: 'What counted: weights of criteria of which nothing is known are spread over these.',
      resolve: ({ criteriaUsed }) => [...criteriaUsed],
    }),
    criteriaUnknown: t.field({
      type: [CriterionEnum],
      description:
        'What has a weight and does not count: unknown of every ranked offering, or measured of fewer than half with `sparseMeasurements: IGNORE`.',
      resolve: ({ criteriaUnknown }) => [...criteriaUnknown],
    }),
    benchmark: t.string({
      nullable: true,
      description:
        'Benchmark that quality was read from: the one that was named, else null if no candidate has a comparable score.',
      resolve: ({ benchmark }) => benchmark,
    }),
    preferredBenchmark: t.string({
      nullable: true,
      description:
        'What the task prefers, e.g. `index-coding`, where all rows are compared by `benchmark` instead, as too few candidates have a score at it; null if `benchmark` is what the task prefers.',
      resolve: ({ preferredBenchmark }) => preferredBenchmark,
    }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code that was compared in.' }),
    fxRates: t.field({
      type: [RateUsedRef],
      description: 'Every exchange rate that was used.',
      resolve: ({ fxRates }) => [...fxRates],
    }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Moment whose prices were used.' }),
  }),
});
