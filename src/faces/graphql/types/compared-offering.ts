import { type Comparison, requestsCost } from '../../../catalogue/comparison/compare-offerings.ts';
import type { ComparedOffering, PricedOffering } from '../../../catalogue/comparison/compared-offering.ts';
import { type PriceFacts, priceFactsOf } from '../../../catalogue/comparison/price-facts.ts';
import type { CostNote } from '../../../catalogue/comparison/price-workload.ts';
import type { ScorePart } from '../../../catalogue/comparison/score.ts';
import type { FxRate } from '../../../domain/fx.ts';
import { builder } from '../builder.ts';
import { pageOfList } from '../page.ts';
import { OfferingRef, ProvenanceRef } from '../refs.ts';
import { totalOf } from './connections.ts';
import { ReleaseRangeRef } from './facts.ts';
import { MoneyRef, money } from './money.ts';
import { PerfStatRef } from './perf-stat.ts';
import { QualityScoreRef } from './quality-score.ts';
import { CriterionEnum, PriceClassEnum } from './task.ts';
import { CostUnion } from './usage-and-cost.ts';

const CostNoteEnum = builder.enumType('CostNote', {
  description:
    'What to know of a cost. CACHE_AS_INPUT: no rate for cached tokens is known, they are billed as plain input. NO_BATCH: no batch rates are known, that share is billed at the tier of the others. FREE: nothing is charged.',
  values: {
    CACHE_AS_INPUT: { description: 'No rate for cached tokens is known; they are billed as plain input.' },
    NO_BATCH: { description: 'No batch rates are known; that share is billed at the tier of the others.' },
    FREE: { description: 'Nothing is charged.' },
  } satisfies { readonly [Note in CostNote]: { readonly description: string } },
});

export const RateUsedRef = builder.objectRef<FxRate>('ExchangeRateUsed').implement({
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
        'Money in the currency of the comparison, rounded; milliseconds; tokens a second; a share; points. Null if unknown.',
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
        '1 for the best of its group to 0 for the worst; by ratio for cost, ttft and throughput, by difference for the others. Null if unknown.',
      resolve: ({ normalised }) => normalised,
    }),
    weight: t.exposeFloat('weight', {
      description: 'Its share of the weights of all criteria that are known, 0 to 1; 0 if unknown.',
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

type FoldedView = { readonly row: PricedOffering; readonly comparison: Comparison };

const FoldedOfferingRef = builder.objectRef<FoldedView>('FoldedOffering').implement({
  description: 'Another offering of a ranked model, with what the workload costs there.',
  fields: (t) => ({
    offering: t.field({
      type: OfferingRef,
      description: 'The offering.',
      resolve: ({ row }) => row.offering,
    }),
    perRequest: t.field({
      type: MoneyRef,
      description: 'Cost of a request in the currency of the comparison; 0 only if nothing is charged.',
      resolve: ({ row, comparison }) => money(row.perRequest, comparison.currency),
    }),
    perMonth: t.field({
      type: MoneyRef,
      description: 'Cost of a month in the currency of the comparison.',
      resolve: ({ row, comparison }) => money(row.perMonth, comparison.currency),
    }),
    costPerRequest: t.field({
      type: CostUnion,
      description: 'One request as the provider bills it, in its own currency.',
      resolve: ({ row }) => row.cost,
    }),
    blendedPrice: t.field({
      type: MoneyRef,
      nullable: true,
      description: 'As of a ranked offering.',
      resolve: ({ row, comparison }) => row.blendedPrice && money(row.blendedPrice, comparison.currency),
    }),
    notes: t.field({
      type: [CostNoteEnum],
      description: 'What to know of the cost.',
      resolve: ({ row }) => [...row.notes],
    }),
    ttft: t.field({
      type: PerfStatRef,
      nullable: true,
      description: 'Milliseconds to the first token, as of a ranked offering.',
      resolve: ({ row }) => row.measured.ttft,
    }),
    outputTps: t.field({
      type: PerfStatRef,
      nullable: true,
      description: 'Output tokens a second after the first token, as of a ranked offering.',
      resolve: ({ row }) => row.measured.outputTps,
    }),
  }),
});

/** A row with what it is to be read against. */
type ComparedView = { readonly row: ComparedOffering; readonly comparison: Comparison };

export const ComparedOfferingRef = builder.objectRef<ComparedView>('ComparedOffering').implement({
  description: 'An offering with its place for the workload.',
  fields: (t) => ({
    offering: t.field({
      type: OfferingRef,
      description: 'The offering.',
      resolve: ({ row }) => row.offering,
    }),
    rank: t.int({
      description:
        'Place in its group, from 1: the better score first, then the cheaper, then by id. Rows that are not `comparable` are ranked separately.',
      resolve: ({ row }) => row.rank,
    }),
    score: t.float({
      description: '0 to 1: the sum of its parts. It compares offerings of one group alone.',
      resolve: ({ row }) => row.score,
    }),
    comparable: t.boolean({
      description:
        'Whether every criterion that counts is known of it. Those that are not comparable follow in separate groups, each ordered by what is known: they are not ranked against the others.',
      resolve: ({ row }) => row.comparable,
    }),
    unknownCriteria: t.field({
      type: [CriterionEnum],
      description: 'Criteria that count and are unknown of it; empty if it is comparable.',
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
      description: 'Cost of a request in the currency of the comparison; 0 only if nothing is charged.',
      resolve: ({ row, comparison }) => money(row.perRequest, comparison.currency),
    }),
    perMonth: t.field({
      type: MoneyRef,
      description: 'Cost of a month in the currency of the comparison.',
      resolve: ({ row, comparison }) => money(row.perMonth, comparison.currency),
    }),
    fxRates: t.field({
      type: [RateUsedRef],
      description: 'Rates that `perRequest` was converted by; empty if nothing was converted.',
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
        "Milliseconds to the first token: this server's own traffic from 20 calls on, else what others measured; null if nobody measured it.",
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
      description: 'Score at the benchmark of the comparison; null if no source states one.',
      resolve: ({ row }) => row.quality,
    }),
    priceAgeSeconds: t.float({
      nullable: true,
      description: 'Seconds since the oldest rate used was last seen or checked; null if nothing is charged.',
      resolve: ({ row, comparison }, _args, { catalogue }) =>
        priceFactsOf(catalogue.current(), row, comparison.asOf).ageSeconds,
    }),
    priceDisagreement: t.field({
      type: PriceDisagreementRef,
      nullable: true,
      description: 'Where sources disagree on a rate that was used; null if they agree.',
      resolve: ({ row, comparison }, _args, { catalogue }) =>
        priceFactsOf(catalogue.current(), row, comparison.asOf).disagreement,
    }),
    paretoOptimal: t.boolean({
      description:
        'Whether no other offering of its group is at least as good at every criterion that is known of them and better at one. Unknown beats nothing and is beaten by nothing.',
      resolve: ({ row }) => row.paretoOptimal,
    }),
    blendedPrice: t.field({
      type: MoneyRef,
      nullable: true,
      description:
        '1,000,000 plain text tokens, three in for each one out, as a short prompt in the STANDARD tier pays them, in the currency of the comparison; null if a rate is missing or nothing is charged.',
      resolve: ({ row, comparison }) => row.blendedPrice && money(row.blendedPrice, comparison.currency),
    }),
    priceClass: t.field({
      type: PriceClassEnum,
      nullable: true,
      description: "Where its model stands among its lab's by price; null if no price of it is known.",
      resolve: ({ row }) => row.priceClass,
    }),
    releaseDate: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its model was released; null if no source says so, see `releaseRange`.',
      resolve: ({ row }) => row.release.releaseDate,
    }),
    releaseRange: t.field({
      type: ReleaseRangeRef,
      nullable: true,
      description: 'Between which days its model came out, where no source states the day.',
      resolve: ({ row }) => row.release.releaseRange,
    }),
    others: t.connection(
      {
        type: FoldedOfferingRef,
        description:
          'Other offerings of the same model that pass the filter, the next best first; empty with `grouping: NONE`.',
        resolve: ({ row, comparison }, args) => {
          const page = pageOfList(row.others, args, ({ offering }) => offering.id);
          return {
            ...page,
            edges: page.edges.map(({ cursor, node }) => ({ cursor, node: { row: node, comparison } })),
          };
        },
      },
      {
        name: 'FoldedOfferingConnection',
        description: 'A page of other offerings of the same model.',
        fields: (t) => ({ totalCount: t.int(totalOf('other offerings of the model')) }),
      },
      { name: 'FoldedOfferingEdge', description: 'Another offering of the same model with its cursor.' },
    ),
  }),
});
