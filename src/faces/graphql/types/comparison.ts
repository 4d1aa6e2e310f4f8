import {
  type Comparison,
  type ComparisonGroup,
  type ExcludedOffering,
  requestsCost,
} from '../../../catalogue/comparison/compare-offerings.ts';
import type { ComparedOffering } from '../../../catalogue/comparison/compared-offering.ts';
import type { Criterion } from '../../../catalogue/comparison/comparison-input.ts';
import type { ExclusionReason } from '../../../catalogue/comparison/exclusion.ts';
import { type PriceFacts, priceFactsOf } from '../../../catalogue/comparison/price-facts.ts';
import type { CostNote } from '../../../catalogue/comparison/price-workload.ts';
import type { ScorePart } from '../../../catalogue/comparison/score.ts';
import type { FxRate } from '../../../domain/fx.ts';
import { builder } from '../builder.ts';
import { pageOfList } from '../page.ts';
import { OfferingRef, ProvenanceRef } from '../refs.ts';
import { UnpricedReasonEnum } from './enums.ts';
import { MoneyRef, money } from './money.ts';
import { PerfStatRef } from './perf-stat.ts';
import { QualityScoreRef } from './quality-score.ts';
import { CostUnion } from './usage-and-cost.ts';

const CriterionEnum = builder.enumType('Criterion', {
  description:
    'What offerings are ranked by: COST of a request, TTFT and THROUGHPUT as medians, UPTIME, QUALITY at the benchmark.',
  values: {
    COST: { description: 'Cost of a request, in the currency of the comparison; less is better.' },
    TTFT: { description: 'Median milliseconds to the first token; less is better.' },
    THROUGHPUT: { description: 'Median output tokens a second after it; more is better.' },
    UPTIME: { description: 'Share of calls or time in which it answered, 0 to 1; more is better.' },
    QUALITY: { description: 'Score at the benchmark, in its points; more is better.' },
  } satisfies { readonly [Name in Criterion]: { readonly description: string } },
});
const ExclusionReasonEnum = builder.enumType('ExclusionReason', {
  description:
    'Why an offering is not ranked. UNKNOWN_…: it is demanded, and no source says it of the offering; others: the condition of that name does not hold.',
  values: {
    SEARCH: { description: 'Neither its id nor its name holds what was searched.' },
    PROVIDER: { description: 'Its provider is not among those asked for.' },
    MODEL: { description: 'Its model is not among those asked for.' },
    REGION: { description: 'It is served elsewhere, or nobody says where.' },
    OFF: { description: 'This server cannot call its provider.' },
    RETIRED: { description: 'It was switched off.' },
    DEPRECATED: { description: 'A source calls it deprecated.' },
    CONTEXT_TOO_SMALL: { description: 'A request does not fit, or the window is smaller than was asked.' },
    UNKNOWN_CONTEXT: { description: 'No source states its context window.' },
    OUTPUT_TOO_LONG: { description: 'It gives fewer output tokens than a request needs.' },
    MODALITY: { description: 'It is known not to take or give what is needed.' },
    UNKNOWN_MODALITY: { description: 'No source says what it takes or gives.' },
    CAPABILITY: { description: 'A source says that it lacks a capability asked for.' },
    UNKNOWN_CAPABILITY: { description: 'No source says whether it has a capability asked for.' },
    CLOSED_WEIGHTS: { description: 'Its weights cannot be downloaded.' },
    OPEN_WEIGHTS: { description: 'Its weights can be downloaded.' },
    UNKNOWN_WEIGHTS: { description: 'No source says whether its weights can be downloaded.' },
    QUALITY_BELOW: { description: 'It scores less than was asked.' },
    UNKNOWN_QUALITY: { description: 'No source states its score at the benchmark.' },
    TTFT_ABOVE: { description: 'Its median time to the first token is longer than was asked.' },
    UNKNOWN_TTFT: { description: 'Nobody measured its time to the first token.' },
    THROUGHPUT_BELOW: { description: 'Its median output a second is less than was asked.' },
    UNKNOWN_THROUGHPUT: { description: 'Nobody measured its output a second.' },
    FREE: { description: 'It is free, with limits that a workload cannot count on; `includeFree` ranks it.' },
    PLAN: { description: 'It is covered by a subscription; no single request has a price.' },
    COMMITMENT: { description: 'Only capacity that is bought ahead has a price.' },
    UNPRICED: { description: 'No total is known; `unpriced` says why.' },
    NO_FX_RATE: { description: 'No exchange rate leads to the currency of the comparison.' },
    COST_ABOVE: { description: 'A request costs more than was asked.' },
  } satisfies { readonly [Reason in ExclusionReason]: { readonly description: string } },
});
const CostNoteEnum = builder.enumType('CostNote', {
  description:
    'What to know of a cost. CACHE_AS_INPUT: no rate for cached tokens is known, they are billed as plain input. NO_BATCH: no batch rates are known, that share is billed at the tier of the others. FREE: nothing is charged.',
  values: {
    CACHE_AS_INPUT: { description: 'No rate for cached tokens is known; they are billed as plain input.' },
    NO_BATCH: { description: 'No batch rates are known; that share is billed at the tier of the others.' },
    FREE: { description: 'Nothing is charged.' },
  } satisfies { readonly [Note in CostNote]: { readonly description: string } },
});

const RateUsedRef = builder.objectRef<FxRate>('ExchangeRateUsed').implement({
  description: 'A stated exchange rate that a conversion used.',
  fields: (t) => ({
    base: t.exposeString('base', { description: 'ISO 4217 code: one unit of it …' }),
    quote: t.exposeString('quote', { description: '… is worth `rate` of this one.' }),
    rate: t.expose('rate', { type: 'Decimal', description: 'As its source states it.' }),
    date: t.exposeString('date', { description: 'Day for which it is stated, `YYYY-MM-DD`.' }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Who states it.' }),
  }),
});

const ScorePartRef = builder.objectRef<ScorePart>('ScorePart').implement({
  description: 'What one criterion gives to a score: `weight` times `normalised`.',
  fields: (t) => ({
    criterion: t.expose('criterion', { type: CriterionEnum, description: 'The criterion.' }),
    value: t.float({
      nullable: true,
      description:
        'Money in the currency of the comparison, rounded; milliseconds; tokens a second; a share; points. Null where unknown.',
      resolve: ({ value }) => value,
    }),
    known: t.boolean({
      description:
        'Whether it is known of this offering. One that is unknown is no part of the score, and its weight goes to the others.',
      resolve: ({ value }) => value !== undefined,
    }),
    normalised: t.float({
      nullable: true,
      description:
        '1 for the best of its group to 0 for the worst; by ratio for cost, ttft and throughput, by difference for the others. Null where unknown.',
      resolve: ({ normalised }) => normalised,
    }),
    weight: t.exposeFloat('weight', {
      description: 'Its share of the weights of all criteria that are known, 0 to 1; 0 where unknown.',
    }),
  }),
});

const PriceDisagreementRef = builder
  .objectRef<NonNullable<PriceFacts['disagreement']>>('ComparedPriceDisagreement')
  .implement({
    description: 'Sources that are believed say different things of a rate that was used; the widest one.',
    fields: (t) => ({
      priceId: t.exposeID('priceId', { description: 'The price row.' }),
      lowest: t.field({
        type: MoneyRef,
        description: "Of all sources, for the row's `per` units and in its currency.",
        resolve: ({ disagreement, currency }) => money(disagreement.lowest, currency),
      }),
      highest: t.field({
        type: MoneyRef,
        description: "Of all sources, for the row's `per` units and in its currency.",
        resolve: ({ disagreement, currency }) => money(disagreement.highest, currency),
      }),
      sources: t.stringList({
        description: 'Those that say something else than the row.',
        resolve: ({ disagreement }) => [...disagreement.sources],
      }),
    }),
  });

/** A row with what it is to be read against. */
type ComparedView = { readonly row: ComparedOffering; readonly comparison: Comparison };

const ComparedOfferingRef = builder.objectRef<ComparedView>('ComparedOffering').implement({
  description: 'An offering with its place for the workload.',
  fields: (t) => ({
    offering: t.field({ type: OfferingRef, description: 'Which.', resolve: ({ row }) => row.offering }),
    rank: t.int({
      description:
        'Place in its group, from 1: the better score first, then the cheaper, then by id. Those that are not `comparable` have ranks of their own.',
      resolve: ({ row }) => row.rank,
    }),
    score: t.float({
      description: '0 to 1: the sum of its parts. It compares offerings of one group alone.',
      resolve: ({ row }) => row.score,
    }),
    comparable: t.boolean({
      description:
        'Whether every criterion that counts is known of it. Those that are not comparable follow in groups of their own, each ordered by what is known: they neither beat nor lose to the others.',
      resolve: ({ row }) => row.comparable,
    }),
    unknownCriteria: t.field({
      type: [CriterionEnum],
      description: 'Criteria that count and are unknown of it; empty where it is comparable.',
      resolve: ({ row }) => [...row.unknownCriteria],
    }),
    parts: t.field({
      type: [ScorePartRef],
      description: 'What the score is made of.',
      resolve: ({ row }) => [...row.parts],
    }),
    costPerRequest: t.field({
      type: CostUnion,
      description:
        'One request as the provider bills it, in its own currency; with batches, the average of both kinds.',
      resolve: ({ row }) => row.cost,
    }),
    costPerMonth: t.field({
      type: CostUnion,
      description: "All requests of a month, in the provider's own currency.",
      resolve: ({ row, comparison }) => requestsCost(row, comparison),
    }),
    perRequest: t.field({
      type: MoneyRef,
      description: 'Cost of a request in the currency of the comparison; 0 only where nothing is charged.',
      resolve: ({ row, comparison }) => money(row.perRequest, comparison.currency),
    }),
    perMonth: t.field({
      type: MoneyRef,
      description: 'Cost of a month in the currency of the comparison.',
      resolve: ({ row, comparison }) => money(row.perMonth, comparison.currency),
    }),
    fxRates: t.field({
      type: [RateUsedRef],
      description: 'Rates that `perRequest` was converted by; empty where nothing was converted.',
      resolve: ({ row }) => [...(row.conversion?.rates ?? [])],
    }),
    notes: t.field({
      type: [CostNoteEnum],
      description: 'What to know of the cost.',
      resolve: ({ row }) => [...row.notes],
    }),
    ttft: t.field({
      type: PerfStatRef,
      nullable: true,
      description:
        "Milliseconds to the first token: this server's own traffic from 20 calls on, else what others measured; null where nobody did.",
      resolve: ({ row }) => row.measured.ttft,
    }),
    outputTps: t.field({
      type: PerfStatRef,
      nullable: true,
      description: 'Output tokens a second after the first token; sources as for `ttft`.',
      resolve: ({ row }) => row.measured.outputTps,
    }),
    uptime: t.field({
      type: PerfStatRef,
      nullable: true,
      description: 'Share of calls or time in which it answered, 0 to 1; sources as for `ttft`.',
      resolve: ({ row }) => row.measured.uptime,
    }),
    quality: t.field({
      type: QualityScoreRef,
      nullable: true,
      description: 'Score at the benchmark of the comparison; null where no source states one.',
      resolve: ({ row }) => row.quality,
    }),
    priceAgeSeconds: t.float({
      nullable: true,
      description:
        'Seconds since the oldest rate used was last seen or checked; null where nothing is charged.',
      resolve: ({ row, comparison }, _args, { catalogue }) =>
        priceFactsOf(catalogue.current(), row, comparison.asOf).ageSeconds,
    }),
    priceDisagreement: t.field({
      type: PriceDisagreementRef,
      nullable: true,
      description: 'Where sources disagree on a rate that was used; null where they agree.',
      resolve: ({ row, comparison }, _args, { catalogue }) =>
        priceFactsOf(catalogue.current(), row, comparison.asOf).disagreement,
    }),
    paretoOptimal: t.boolean({
      description:
        'Whether no other offering of its group is at least as good at every criterion that is known of them and better at one. Unknown beats nothing and is beaten by nothing.',
      resolve: ({ row }) => row.paretoOptimal,
    }),
  }),
});

const ExcludedOfferingRef = builder.objectRef<ExcludedOffering>('ExcludedOffering').implement({
  description: 'An offering that is not ranked, and why.',
  fields: (t) => ({
    offering: t.field({ type: OfferingRef, description: 'Which.', resolve: ({ offering }) => offering }),
    reason: t.field({
      type: ExclusionReasonEnum,
      description: 'The first reason that was found.',
      resolve: ({ excluded }) => excluded.reason,
    }),
    detail: t.string({
      description: 'What was found and what was asked.',
      resolve: ({ excluded }) => excluded.detail,
    }),
    unpriced: t.field({
      type: UnpricedReasonEnum,
      nullable: true,
      description: 'Why there is no total, where that is the reason.',
      resolve: ({ excluded }) => excluded.unpriced,
    }),
  }),
});

const ExclusionCountRef = builder.objectRef<Comparison['exclusions'][number]>('ExclusionCount').implement({
  description: 'How many offerings are not ranked for one reason.',
  fields: (t) => ({
    reason: t.expose('reason', { type: ExclusionReasonEnum, description: 'The reason.' }),
    count: t.exposeInt('count', { description: 'Offerings.' }),
  }),
});

const CriterionUsedRef = builder.objectRef<Comparison['criteriaUsed'][number]>('CriterionUsed').implement({
  description: 'A criterion that counted.',
  fields: (t) => ({
    criterion: t.expose('criterion', { type: CriterionEnum, description: 'Which.' }),
    weight: t.exposeFloat('weight', { description: 'Its share of all weights that counted, 0 to 1.' }),
  }),
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
    count: t.int({ description: 'Offerings in it.', resolve: ({ offerings }) => offerings.length }),
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
      },
      { name: 'ComparedOfferingEdge', description: 'A ranked offering with its cursor.' },
    ),
    excluded: t.connection(
      {
        type: ExcludedOfferingRef,
        description: 'Those that are not ranked, by id.',
        resolve: (comparison, args) => pageOfList(comparison.excluded, args, (row) => row.offering.id),
      },
      { name: 'ExcludedOfferingConnection', description: 'A page of offerings that are not ranked.' },
      { name: 'ExcludedOfferingEdge', description: 'An offering that is not ranked with its cursor.' },
    ),
    groups: t.field({
      type: [ComparisonGroupRef],
      description: 'The groups of `offerings` in its order; one where the same is known of all of them.',
      resolve: ({ groups }) => [...groups],
    }),
    totalCount: t.int({ description: 'Offerings that are ranked.', resolve: ({ ranked }) => ranked.length }),
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
      description: 'Benchmark that quality was read from; null where no candidate has a score.',
      resolve: ({ benchmark }) => benchmark,
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
