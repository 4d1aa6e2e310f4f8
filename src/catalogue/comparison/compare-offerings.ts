import type { Cost } from '../../domain/cost.ts';
import type { FxRate } from '../../domain/fx.ts';
import type { ModelSlug, OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { type Currency, Decimal, ZERO } from '../../domain/money.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Conversion, conversionOf } from '../fx.ts';
import { meterKey } from '../meter.ts';
import {
  type ComparisonInput,
  type ComparisonProblem,
  CRITERIA,
  type Criterion,
  DEFAULT_WEIGHTS,
  problemOf,
  type Weights,
} from './comparison-input.ts';
import {
  type Exclusion,
  type ExclusionReason,
  factsCheck,
  qualityExclusion,
  speedExclusion,
  unpricedExclusion,
} from './exclusion.ts';
import { type Measured, measuredOf } from './measured.ts';
import { type CostNote, prepareWorkload, priceWorkload, scaleCost } from './price-workload.ts';
import { paretoFront, type ScorePart, scoreOf, scoreParts, usedWeights, type Values } from './score.ts';

/** What this server measured itself; see the gateway's statistics. */
export type OwnStats = { of(id: OfferingId): readonly PerfStat[] };

export type ComparedOffering = {
  readonly offering: Offering;
  /** From 1; the better score first, then the cheaper, then by id. */
  readonly rank: number;
  /** 0 to 1: the sum of each part's weight times its normalised value. */
  readonly score: number;
  readonly parts: readonly ScorePart[];
  /** One request, on average, as the provider bills it. */
  readonly cost: Cost;
  readonly notes: readonly CostNote[];
  /** The same in the currency of the comparison. */
  readonly perRequest: Decimal;
  readonly perMonth: Decimal;
  /** Absent where the provider bills in the currency of the comparison, or nothing. */
  readonly conversion?: Conversion;
  readonly measured: Measured;
  /** At the benchmark of the comparison. */
  readonly quality?: QualityScore;
  /** Whether no other ranked offering is at least as good at every criterion used and better at one. */
  readonly paretoOptimal: boolean;
};

export type ExcludedOffering = { readonly offering: Offering; readonly excluded: Exclusion };

export type Comparison = {
  /** Best first. */
  readonly ranked: readonly ComparedOffering[];
  /** By id. */
  readonly excluded: readonly ExcludedOffering[];
  /** How many for each reason that there was, most first. */
  readonly exclusions: readonly { readonly reason: ExclusionReason; readonly count: number }[];
  /** Criteria that count, with the weight that each was given after those of which nothing is known were left out. */
  readonly criteriaUsed: readonly { readonly criterion: Criterion; readonly weight: number }[];
  /** Those that have a weight, and of which nothing is known of any ranked offering. */
  readonly criteriaUnknown: readonly Criterion[];
  /** Absent where no candidate has a score. */
  readonly benchmark?: string;
  readonly currency: Currency;
  /** Every stated rate that was used. */
  readonly fxRates: readonly FxRate[];
  readonly requestsPerMonth: number;
  readonly asOf: Date;
};

export type ComparisonResult =
  | { readonly kind: 'OK'; readonly comparison: Comparison }
  | { readonly kind: 'INVALID'; readonly problem: ComparisonProblem };

/** All requests of a month, as the provider bills them. */
export const requestsCost = (
  { cost }: Pick<ComparedOffering, 'cost'>,
  { requestsPerMonth }: Pick<Comparison, 'requestsPerMonth'>,
): Cost => scaleCost(cost, new Decimal(requestsPerMonth));

/** The best score of a model at a benchmark: a catalogue lists the best first. */
const scoreAt = (scores: readonly QualityScore[], benchmark: string | undefined): QualityScore | undefined =>
  benchmark === undefined ? undefined : scores.find((score) => score.benchmark === benchmark);

/** The benchmark that scores most of the offerings; of several, the first by name. */
const commonBenchmark = (
  offerings: readonly Offering[],
  qualityOf: (slug: ModelSlug) => readonly QualityScore[],
): string | undefined => {
  const counts = new Map<string, number>();
  for (const { modelSlug } of offerings)
    for (const benchmark of new Set(qualityOf(modelSlug).map((score) => score.benchmark)))
      counts.set(benchmark, (counts.get(benchmark) ?? 0) + 1);
  const [first] = [...counts].toSorted(([one, few], [other, many]) => many - few || (one < other ? -1 : 1));
  return first?.[0];
};

type Candidate = Omit<ComparedOffering, 'rank' | 'score' | 'parts' | 'paretoOptimal' | 'perMonth'> & {
  readonly values: Values;
};

/**
 * Ranks every offering for a workload, or says why it is not ranked. Pure and in memory: facts are looked at before prices are
 * worked out, and prices are those of `at`. The weights only order; money is exact.
 */
export const compareOfferings = (
  catalogue: Catalogue,
  own: OwnStats,
  input: ComparisonInput,
  at: Date,
): ComparisonResult => {
  const problem = problemOf(input);
  if (problem !== undefined) return { kind: 'INVALID', problem };
  const { filter = {}, workload, currency = 'USD' } = input;
  const weights: Partial<Weights> = input.weights ?? DEFAULT_WEIGHTS;
  const prepared = prepareWorkload(workload);
  const excluded: ExcludedOffering[] = [];

  const check = factsCheck(catalogue, input, at);
  const passed: Offering[] = [];
  for (const offering of catalogue.offerings) {
    const reason = check(offering);
    if (reason === undefined) passed.push(offering);
    else excluded.push({ offering, excluded: reason });
  }

  const known = new Map<ModelSlug, readonly QualityScore[]>();
  const qualityOf = (slug: ModelSlug): readonly QualityScore[] => {
    const found = known.get(slug) ?? catalogue.qualityOf(slug);
    known.set(slug, found);
    return found;
  };
  const benchmark =
    input.qualityBenchmark ?? filter.minQuality?.benchmark ?? commonBenchmark(passed, qualityOf);

  const conversions = new Map<Currency, Conversion | undefined>();
  const conversionFrom = (from: Currency): Conversion | undefined => {
    if (!conversions.has(from)) conversions.set(from, conversionOf(from, currency, catalogue.fx));
    return conversions.get(from);
  };

  const consider = (offering: Offering): Candidate | Exclusion => {
    const measured = measuredOf(own.of(offering.id), catalogue.performanceOf(offering.id));
    const slow = speedExclusion(filter, measured);
    if (slow !== undefined) return slow;
    const scores = qualityOf(offering.modelSlug);
    const poor = qualityExclusion(filter, scoreAt(scores, filter.minQuality?.benchmark)?.score);
    if (poor !== undefined) return poor;
    const { cost, notes } = priceWorkload(offering, catalogue.pricesOf(offering.id), prepared, at);
    if (cost.kind === 'UNPRICED') return unpricedExclusion(cost.reason, cost.missing.map(meterKey));
    const conversion = cost.kind === 'PRICED' ? conversionFrom(cost.currency) : undefined;
    if (cost.kind === 'PRICED' && conversion === undefined) {
      const detail = `It is billed in ${cost.currency}, and no rate leads to ${currency}. Turn a source of exchange rates on, state one in the configuration, or compare in ${cost.currency}.`;
      return { reason: 'NO_FX_RATE', detail, unpriced: 'NO_FX_RATE' };
    }
    const isSame = conversion === undefined || conversion.rates.length === 0;
    const total = cost.kind === 'PRICED' ? cost.total : ZERO;
    const perRequest = isSame ? total : total.times(conversion.factor);
    const { maxCostPerRequest } = filter;
    if (maxCostPerRequest !== undefined && perRequest.gt(maxCostPerRequest)) {
      const detail = `A request costs ${perRequest.toSignificantDigits(6)} ${currency}.`;
      return { reason: 'COST_ABOVE', detail };
    }
    const quality = scoreAt(scores, benchmark);
    return {
      offering,
      cost,
      notes,
      perRequest,
      ...(!isSame && { conversion }),
      measured,
      ...(quality !== undefined && { quality }),
      values: {
        COST: perRequest.toNumber(),
        TTFT: measured.ttft?.p50,
        THROUGHPUT: measured.outputTps?.p50,
        UPTIME: measured.uptime?.p50,
        QUALITY: quality?.score,
      },
    };
  };

  const candidates: Candidate[] = [];
  for (const offering of passed) {
    const found = consider(offering);
    if ('reason' in found) excluded.push({ offering, excluded: found });
    else candidates.push(found);
  }

  const values = candidates.map((candidate) => candidate.values);
  const used = usedWeights(weights, values);
  const criteria = CRITERIA.filter((name) => used[name] !== undefined);
  const parts = scoreParts(values, used);
  const optimal = paretoFront(values, criteria);
  const requestsPerMonth = workload.requestsPerMonth ?? 1;
  const ranked = candidates
    .map(({ values: _values, ...candidate }, index) => {
      const own = parts[index] ?? [];
      return { ...candidate, parts: own, score: scoreOf(own), paretoOptimal: optimal[index] ?? false };
    })
    .sort(
      (one, other) =>
        other.score - one.score ||
        one.perRequest.comparedTo(other.perRequest) ||
        (one.offering.id < other.offering.id ? -1 : 1),
    )
    .map((row, index) => ({
      ...row,
      rank: index + 1,
      perMonth: row.perRequest.times(requestsPerMonth),
    }));

  const counts = Map.groupBy(excluded, (each) => each.excluded.reason);
  return {
    kind: 'OK',
    comparison: {
      ranked,
      excluded: excluded.sort((one, other) => (one.offering.id < other.offering.id ? -1 : 1)),
      exclusions: [...counts]
        .map(([reason, rows]) => ({ reason, count: rows.length }))
        .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1)),
      criteriaUsed: criteria.map((criterion) => ({ criterion, weight: used[criterion] ?? 0 })),
      criteriaUnknown: CRITERIA.filter((name) => (weights[name] ?? 0) > 0 && used[name] === undefined),
      ...(benchmark !== undefined && { benchmark }),
      currency,
      fxRates: [...new Set(ranked.flatMap(({ conversion }) => conversion?.rates ?? []))],
      requestsPerMonth,
      asOf: at,
    },
  };
};
