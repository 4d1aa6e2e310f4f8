import type { Cost } from '../../domain/cost.ts';
import type { FxRate } from '../../domain/fx.ts';
import type { ModelSlug, OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { type Currency, Decimal } from '../../domain/money.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Conversion, conversionOf } from '../fx.ts';
import { meterKey } from '../meter.ts';
import {
  type Candidate,
  type ComparedOffering,
  nearlyPerRequest,
  perRequestOf,
  Ranked,
  type Shared,
} from './compared-offering.ts';
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
  costExclusion,
  type Exclusion,
  type ExclusionReason,
  FREE_EXCLUSION,
  factsCheck,
  noRateExclusion,
  qualityExclusion,
  speedExclusion,
  unpricedExclusion,
} from './exclusion.ts';
import { measuredOf } from './measured.ts';
import { namesProblem } from './named.ts';
import { prepareWorkload, scaleCost, workloadPricer } from './price-workload.ts';
import { rankGroups } from './rank-groups.ts';
import { columnsOf, usedWeights } from './score.ts';

/** What this server measured itself; see the gateway's statistics. */
export type OwnStats = { of(id: OfferingId): readonly PerfStat[] };

export type ExcludedOffering = { readonly offering: Offering; readonly excluded: Exclusion };

/** Ranked offerings of which the same criteria are known. */
export type ComparisonGroup = {
  /** Empty: they are comparable. */
  readonly unknownCriteria: readonly Criterion[];
  /** What ranks them, with the weight of each; the weights add up to 1. */
  readonly criteria: readonly { readonly criterion: Criterion; readonly weight: number }[];
  readonly offerings: readonly ComparedOffering[];
};

export type Comparison = {
  /** Group by group, the comparable ones first; best first within each. */
  readonly ranked: readonly ComparedOffering[];
  /** The groups of `ranked` in its order: what is unknown of different rows is never compared. */
  readonly groups: readonly ComparisonGroup[];
  /** By id. */
  readonly excluded: readonly ExcludedOffering[];
  /** How many for each reason that there was, most first. */
  readonly exclusions: readonly { readonly reason: ExclusionReason; readonly count: number }[];
  /** Criteria that count, with the weight that each was given after those of which nothing is known were left out. */
  readonly criteriaUsed: readonly { readonly criterion: Criterion; readonly weight: number }[];
  /** Those that have a weight and do not count: nothing is known of any ranked offering, or of too few (`SparseMeasurements`). */
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
  const served = new Map<ModelSlug, number>();
  for (const { modelSlug } of offerings) served.set(modelSlug, (served.get(modelSlug) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [slug, times] of served)
    for (const benchmark of new Set(qualityOf(slug).map((score) => score.benchmark)))
      counts.set(benchmark, (counts.get(benchmark) ?? 0) + times);
  const [first] = [...counts].toSorted(([one, few], [other, many]) => many - few || (one < other ? -1 : 1));
  return first?.[0];
};

/** Offerings that are looked at between two pauses; a first bill of one takes some 0.1 ms. */
export const SLICE = 100;

/**
 * Ranks every offering for a workload, or says why it is not ranked. Pure and in memory: facts are looked at before prices are
 * worked out, and prices are those of `at`. The weights only order; money is exact. Yields after each slice of the work,
 * so that whoever runs it can pause.
 */
export function* comparing(
  catalogue: Catalogue,
  own: OwnStats,
  input: ComparisonInput,
  at: Date,
): Generator<void, ComparisonResult> {
  const problem = problemOf(input) ?? namesProblem(catalogue, input.filter);
  if (problem !== undefined) return { kind: 'INVALID', problem };
  const { filter = {}, workload, currency = 'USD' } = input;
  const weights: Partial<Weights> = input.weights ?? DEFAULT_WEIGHTS;
  const { offerings } = catalogue;

  /** By the place of the offering in the catalogue. */
  const reasons: (Exclusion | undefined)[] = [];
  const check = factsCheck(catalogue, input, at);
  const passed: Offering[] = [];
  for (const offering of offerings) {
    const reason = check(offering);
    reasons.push(reason);
    if (reason === undefined) passed.push(offering);
    if (reasons.length % SLICE === 0) yield;
  }

  const known = new Map<ModelSlug, readonly QualityScore[]>();
  const qualityOf = (slug: ModelSlug): readonly QualityScore[] => {
    let found = known.get(slug);
    if (found === undefined) {
      found = catalogue.qualityOf(slug);
      known.set(slug, found);
    }
    return found;
  };
  const benchmark =
    input.qualityBenchmark ?? filter.minQuality?.benchmark ?? commonBenchmark(passed, qualityOf);
  yield;

  const conversions = new Map<Currency, Conversion | undefined>();
  const conversionFrom = (from: Currency): Conversion | undefined => {
    if (!conversions.has(from)) conversions.set(from, conversionOf(from, currency, catalogue.fx));
    return conversions.get(from);
  };
  const price = workloadPricer(prepareWorkload(workload), at);

  const consider = (offering: Offering): Candidate | Exclusion => {
    const measured = measuredOf(own.of(offering.id), catalogue.performanceOf(offering.id));
    const slow = speedExclusion(filter, measured);
    if (slow !== undefined) return slow;
    const scores = qualityOf(offering.modelSlug);
    const poor = qualityExclusion(filter, scoreAt(scores, filter.minQuality?.benchmark)?.score);
    if (poor !== undefined) return poor;
    const priced = price(offering, catalogue.pricesOf(offering.id));
    const { cost, notes } = priced;
    if (cost.kind === 'UNPRICED') return unpricedExclusion(cost.reason, cost.missing.map(meterKey));
    const isFree = cost.kind === 'FREE' || cost.nearly === 0;
    if (isFree && filter.includeFree !== true) return FREE_EXCLUSION;
    const converted = isFree ? undefined : conversionFrom(cost.currency);
    if (!isFree && converted === undefined) return noRateExclusion(cost.currency, currency);
    const conversion = converted === undefined || converted.rates.length === 0 ? undefined : converted;
    const { maxCostPerRequest } = filter;
    if (maxCostPerRequest !== undefined) {
      const perRequest = perRequestOf({ priced, ...(conversion !== undefined && { conversion }) });
      if (perRequest.gt(maxCostPerRequest)) return costExclusion(perRequest, currency);
    }
    const quality = scoreAt(scores, benchmark);
    return {
      offering,
      priced,
      notes,
      ...(conversion !== undefined && { conversion }),
      measured,
      ...(quality !== undefined && { quality }),
    };
  };

  const candidates: Candidate[] = [];
  for (const [place, offering] of offerings.entries()) {
    if (reasons[place] !== undefined) continue;
    const found = consider(offering);
    if ('reason' in found) reasons[place] = found;
    else candidates.push(found);
    if (place % SLICE === 0) yield;
  }
  yield;

  const columns = columnsOf(candidates.length);
  const factors = new Map(
    [...conversionsUsed(candidates)].map((conversion) => [conversion, conversion.factor.toNumber()]),
  );
  candidates.forEach((candidate, row) => {
    const { measured, quality, conversion } = candidate;
    const factor = conversion === undefined ? 1 : (factors.get(conversion) ?? 1);
    columns.COST[row] = nearlyPerRequest(candidate, factor);
    columns.TTFT[row] = measured.ttft?.p50 ?? Number.NaN;
    columns.THROUGHPUT[row] = measured.outputTps?.p50 ?? Number.NaN;
    columns.UPTIME[row] = measured.uptime?.p50 ?? Number.NaN;
    columns.QUALITY[row] = quality?.score ?? Number.NaN;
  });
  const sparse = input.sparseMeasurements ?? (input.weights === undefined ? 'IGNORE' : 'GROUP');
  const used = usedWeights(weights, columns, sparse);
  yield;
  const ranks = yield* rankGroups(columns, used, candidates.length, { lessIsBetter: false });
  const requestsPerMonth = workload.requestsPerMonth ?? 1;
  const shared: Shared = { prices: catalogue.pricesOf, requestsPerMonth };
  const groups: ComparisonGroup[] = [];
  for (const group of ranks) {
    const order = group.rows
      .flatMap((row, place) => {
        const candidate = candidates[row];
        return candidate === undefined ? [] : [{ candidate, row, place, score: group.scores[place] ?? 0 }];
      })
      .sort(
        (one, other) =>
          other.score - one.score ||
          perRequestOf(one.candidate).comparedTo(perRequestOf(other.candidate)) ||
          (one.candidate.offering.id < other.candidate.offering.id ? -1 : 1),
      );
    groups.push({
      unknownCriteria: group.unknown,
      criteria: group.judges.map(({ criterion, weight }) => ({ criterion, weight })),
      offerings: order.map(({ candidate, row, place, score }, index) => {
        const paretoOptimal = group.optimal[place] === 1;
        return new Ranked(candidate, { rank: index + 1, score, paretoOptimal, group }, shared, row);
      }),
    });
    yield;
  }

  const counts = new Map<ExclusionReason, number>();
  const excluded: ExcludedOffering[] = [];
  for (const [place, offering] of offerings.entries()) {
    const reason = reasons[place];
    if (reason === undefined) continue;
    excluded.push({ offering, excluded: reason });
    counts.set(reason.reason, (counts.get(reason.reason) ?? 0) + 1);
  }
  return {
    kind: 'OK',
    comparison: {
      ranked: groups.flatMap(({ offerings: rows }) => rows),
      groups,
      excluded,
      exclusions: [...counts]
        .map(([reason, count]) => ({ reason, count }))
        .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1)),
      criteriaUsed: CRITERIA.flatMap((criterion) => {
        const weight = used[criterion];
        return weight === undefined ? [] : [{ criterion, weight }];
      }),
      criteriaUnknown: CRITERIA.filter((name) => (weights[name] ?? 0) > 0 && used[name] === undefined),
      ...(benchmark !== undefined && { benchmark }),
      currency,
      fxRates: [...new Set([...conversionsUsed(candidates)].flatMap(({ rates }) => rates))],
      requestsPerMonth,
      asOf: at,
    },
  };
}

const conversionsUsed = (candidates: readonly Candidate[]): ReadonlySet<Conversion> => {
  const used = new Set<Conversion>();
  for (const { conversion } of candidates) if (conversion !== undefined) used.add(conversion);
  return used;
};

/** `comparing` without pauses. */
export const compareOfferings = (
  catalogue: Catalogue,
  own: OwnStats,
  input: ComparisonInput,
  at: Date,
): ComparisonResult => {
  const run = comparing(catalogue, own, input, at);
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
};

/** `comparing` with a `pause` after each slice, so that others are served meanwhile. A pause that throws ends it. */
export const compareOfferingsInSlices = async (
  catalogue: Catalogue,
  own: OwnStats,
  input: ComparisonInput,
  at: Date,
  pause: () => Promise<void>,
): Promise<ComparisonResult> => {
  const run = comparing(catalogue, own, input, at);
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
    await pause();
  }
};
