import type { Cost } from '../../domain/cost.ts';
import type { FxRate } from '../../domain/fx.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { type Currency, Decimal } from '../../domain/money.ts';
import type { Availability } from '../../domain/offering-filter.ts';
import type { Pause } from '../../domain/pause.ts';
import type { PerfStat } from '../../domain/performance.ts';
import { type QualityScore, scoreAt } from '../../domain/quality.ts';
import { type Release, releasedSince } from '../../domain/release.ts';
import type { Catalogue } from '../catalogue.ts';
import type { FilterContext } from '../filter/filter-check.ts';
import { type Conversion, conversionOf } from '../fx.ts';
import { meterKey } from '../meter.ts';
import { workOutPriceClasses } from '../price-class.ts';
import { regionToAsk } from '../request-regions.ts';
import { blendedPriceIn } from '../text-rates.ts';
import {
  type Candidate,
  type ComparedOffering,
  nearlyPerRequest,
  perRequestOf,
  Ranked,
  type Shared,
} from './compared-offering.ts';
import type { ComparisonInput, ComparisonProblem, ComparisonSorting, Grouping } from './comparison-input.ts';
import { CRITERIA, type Criterion, type Weights } from './criteria.ts';
import {
  costExclusion,
  duplicateExclusion,
  type Exclusion,
  type ExclusionReason,
  FREE_EXCLUSION,
  factsCheck,
  NOT_FREE_EXCLUSION,
  noRateExclusion,
  unpricedExclusion,
} from './exclusion.ts';
import { readOfferingColumns } from './offering-columns.ts';
import {
  prepareWorkload,
  scaleCost,
  type WorkloadPricer,
  type WorkloadTotal,
  workloadPricer,
} from './price-workload.ts';
import { chooseBenchmark } from './quality-benchmark.ts';
import { rankGroups } from './rank-groups.ts';
import { resolveComparison } from './resolve-comparison.ts';
import { groupRows } from './row-groups.ts';
import { orderRows, standingOf } from './row-order.ts';
import { columnsOf, usedWeights } from './score.ts';
import { sortRows } from './sort-rows.ts';
import type { TaskPreset } from './task-presets.ts';
import type { Workload } from './workload.ts';

/** What this server measured itself; see the gateway's statistics. */
export type OwnStats = { of(id: OfferingId): readonly PerfStat[] };

export type ExcludedOffering = { readonly offering: Offering; readonly excluded: Exclusion };

/** Ranked offerings of which the same criteria are known. */
export type ComparisonGroup = {
  /** Empty: they are comparable. */
  readonly unknownCriteria: readonly Criterion[];
  /** What ranks them, with the weight of each; the weights add up to 1. */
  readonly criteria: readonly { readonly criterion: Criterion; readonly weight: number }[];
  /**
   * SCORE: the better score first, then the cheaper, then by id. RELEASE_AND_CLASS: the task weighs quality, which is
   * unknown, so that a score would be little but the price: the age of the model in half-years, then its price class, then the newer one, then the one that more providers serve.
   */
  readonly orderedBy: 'SCORE' | 'RELEASE_AND_CLASS';
  readonly offerings: readonly ComparedOffering[];
};

export type Comparison = {
  /** Group by group, the comparable ones first; best first within each. With `sort`, by that column alone. */
  readonly ranked: readonly ComparedOffering[];
  readonly sort?: ComparisonSorting;
  /** The groups of `ranked`, in its order unless it is sorted: what is unknown of different rows is never compared. */
  readonly groups: readonly ComparisonGroup[];
  /** By id. */
  readonly excluded: readonly ExcludedOffering[];
  /** How many for each reason that there was, most first. */
  readonly exclusions: readonly { readonly reason: ExclusionReason; readonly count: number }[];
  /** Absent where the workload alone says what is compared. */
  readonly task?: TaskPreset;
  /** Of one request, with what the task sets. */
  readonly workload: Workload;
  /** As given, else the task's, else the usual ones. */
  readonly weights: Partial<Weights>;
  readonly availability: Availability;
  /** Why the availability is not the usual one. */
  readonly availabilityNote?: string;
  readonly grouping: Grouping;
  /** Criteria that count, with the weight that each was given after those of which nothing is known were left out. */
  readonly criteriaUsed: readonly { readonly criterion: Criterion; readonly weight: number }[];
  /** Those that have a weight and do not count: nothing is known of any ranked offering, or of too few (`SparseMeasurements`). */
  readonly criteriaUnknown: readonly Criterion[];
  /** The one that was named, else absent if no candidate has a comparable score. */
  readonly benchmark?: string;
  /** What the task prefers, where another is used because too few candidates have a score at it. */
  readonly preferredBenchmark?: string;
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
  const resolution = resolveComparison(catalogue, input);
  if (resolution.kind === 'INVALID') return resolution;
  const { resolved } = resolution;
  const { task, filter, workload, currency, weights, grouping, availability, availabilityNote } = resolved;
  const { offerings } = catalogue;

  /** By the place of the offering in the catalogue. */
  const reasons: (Exclusion | undefined)[] = [];
  const check = factsCheck({ catalogue, at, measured: (id) => own.of(id) }, resolved);
  const passed: number[] = [];
  for (const offering of offerings) {
    const reason = check(offering);
    if (reason === undefined) passed.push(reasons.length);
    reasons.push(reason);
    if (reasons.length % SLICE === 0) yield;
  }
  const facts = yield* readOfferingColumns(catalogue);
  yield;

  // No benchmark measures speech synthesis: a score that such a model has is of its namesake that recognizes speech.
  const benchmark =
    resolved.benchmark ??
    (resolved.operation === 'SPEECH' ? undefined : chooseBenchmark(resolved.benchmarks, passed, facts));
  const preferred = resolved.benchmark ?? resolved.benchmarks[0];
  yield;

  type Rated = { readonly conversion: Conversion; readonly factor: number };
  const conversions = new Map<Currency, Rated | undefined>();
  const conversionFrom = (from: Currency): Rated | undefined => {
    if (!conversions.has(from)) {
      const conversion = conversionOf(from, currency, catalogue.fx);
      conversions.set(from, conversion && { conversion, factor: conversion.factor.toNumber() });
    }
    return conversions.get(from);
  };
  const prepared = prepareWorkload(workload);
  const price = workloadPricer(catalogue, prepared, at);
  const regional = new Map<string, WorkloadPricer>();
  /** `region`: what requests have to ask for so that they are served where the filter says. */
  const priceIn = (region: string | undefined, place: number): WorkloadTotal => {
    if (region === undefined) return price(place);
    let inRegion = regional.get(region);
    if (inRegion === undefined) {
      inRegion = workloadPricer(catalogue, prepared, at, region);
      regional.set(region, inRegion);
    }
    return inRegion(place);
  };

  const { maxCostPerRequest, free = 'EXCLUDE' } = filter;
  const toCeiling =
    maxCostPerRequest && conversionOf(maxCostPerRequest.currency, currency, catalogue.fx)?.factor;
  const ceiling = toCeiling && maxCostPerRequest?.amount.times(toCeiling);
  /** By number of the model; null: it has none. */
  const qualities: (QualityScore | null | undefined)[] = facts.models.values.map(() => undefined);
  const qualityAt = (model: number): QualityScore | undefined => {
    if (benchmark === undefined) return undefined;
    const known = qualities[model];
    if (known !== undefined) return known ?? undefined;
    const found = scoreAt(facts.scores(model), benchmark);
    qualities[model] = found ?? null;
    return found;
  };
  const consider = (offering: Offering, place: number): Candidate | Exclusion => {
    const priced = priceIn(regionToAsk(catalogue, offering, filter.regions), place);
    const { cost, notes } = priced;
    if (cost.kind === 'UNPRICED') return unpricedExclusion(cost.reason, cost.missing.map(meterKey));
    const isFree = cost.kind === 'FREE' || cost.nearly === 0;
    if (isFree && free === 'EXCLUDE') return FREE_EXCLUSION;
    if (!isFree && free === 'ONLY') return NOT_FREE_EXCLUSION;
    const converted = isFree ? undefined : conversionFrom(cost.currency);
    if (!isFree && converted === undefined) return noRateExclusion(cost.currency, currency);
    const isConverted = converted !== undefined && converted.conversion.rates.length > 0;
    const conversion = isConverted ? converted.conversion : undefined;
    if (maxCostPerRequest !== undefined) {
      if (ceiling === undefined) return noRateExclusion(maxCostPerRequest.currency, currency);
      const perRequest = perRequestOf({ priced, conversion });
      if (perRequest.gt(ceiling)) return costExclusion(perRequest, currency);
    }
    return {
      offering,
      place,
      priced,
      nearly: nearlyPerRequest(cost, isConverted ? converted.factor : 1),
      notes,
      conversion,
      measured: facts.measured(place, own.of(offering.id)),
      quality: qualityAt(facts.models.numbers[place] ?? 0),
    };
  };

  const candidates: Candidate[] = [];
  let considered = 0;
  for (const place of passed) {
    const offering = offerings[place];
    if (offering === undefined) continue;
    const found = consider(offering, place);
    if ('reason' in found) reasons[place] = found;
    else candidates.push(found);
    considered += 1;
    if (considered % SLICE === 0) yield;
  }
  yield;

  const rows = groupRows(catalogue, candidates, resolved, (twin, kept) => {
    reasons[twin.place] = duplicateExclusion(kept.offering);
  });
  yield;

  const columns = columnsOf(rows.length);
  rows.forEach(({ best }, row) => {
    const { measured, quality } = best;
    columns.COST[row] = best.nearly;
    columns.TTFT[row] = measured.ttft?.p50 ?? Number.NaN;
    columns.THROUGHPUT[row] = measured.outputTps?.p50 ?? Number.NaN;
    columns.UPTIME[row] = measured.uptime?.p50 ?? Number.NaN;
    columns.QUALITY[row] = quality?.score ?? Number.NaN;
  });
  const sparse = input.sparseMeasurements ?? (input.weights === undefined ? 'IGNORE' : 'GROUP');
  const used = usedWeights(weights, columns, sparse);
  yield;
  const ranks = yield* rankGroups(columns, used, rows.length, {
    lessIsBetter: candidates.some(({ quality }) => quality?.lessIsBetter === true),
  });
  const requestsPerMonth = workload.requestsPerMonth ?? 1;
  const release = (offering: Offering): Release => {
    const model = catalogue.model(offering.modelSlug);
    return model?.releaseDate === undefined && offering.releaseDate !== undefined
      ? offering
      : (model ?? offering);
  };
  const classes = yield* workOutPriceClasses(catalogue, at);
  const shared: Shared = {
    prices: catalogue.pricesOf,
    requestsPerMonth,
    blendedPrice: blendedPriceIn(catalogue, currency, at),
    release,
    classes,
  };
  const weighsQuality = task !== undefined && (weights.QUALITY ?? 0) > 0;
  const groups: ComparisonGroup[] = [];
  for (const group of ranks) {
    const isUnjudged = weighsQuality && group.judges.every(({ criterion }) => criterion !== 'QUALITY');
    const order = orderRows(rows, group, (offering) => {
      if (!isUnjudged) return undefined;
      const { modelSlug } = offering;
      const served = catalogue.offeringsOf(modelSlug).length;
      return standingOf(modelSlug, releasedSince(release(offering)), served, classes, at);
    });
    groups.push({
      unknownCriteria: group.unknown,
      criteria: group.judges.map(({ criterion, weight }) => ({ criterion, weight })),
      orderedBy: isUnjudged ? 'RELEASE_AND_CLASS' : 'SCORE',
      offerings: order.map(({ row, score, isOptimal, entry }, index) => {
        const place = { rank: index + 1, score, paretoOptimal: isOptimal, group, row };
        return new Ranked(entry, place, shared);
      }),
    });
    yield;
  }

  const byRank = groups.flatMap(({ offerings: ranked }) => ranked);
  const context: FilterContext = { catalogue, at, measured: (id) => own.of(id) };
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
      ranked: input.sort === undefined ? byRank : sortRows(byRank, input.sort, currency, context),
      ...(input.sort !== undefined && { sort: input.sort }),
      groups,
      excluded,
      exclusions: [...counts]
        .map(([reason, count]) => ({ reason, count }))
        .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1)),
      ...(task !== undefined && { task }),
      workload,
      weights,
      availability,
      ...(availabilityNote !== undefined && { availabilityNote }),
      grouping,
      criteriaUsed: CRITERIA.flatMap((criterion) => {
        const weight = used[criterion];
        return weight === undefined ? [] : [{ criterion, weight }];
      }),
      criteriaUnknown: CRITERIA.filter((name) => (weights[name] ?? 0) > 0 && used[name] === undefined),
      ...(benchmark !== undefined && { benchmark }),
      ...(preferred !== undefined && benchmark !== undefined && preferred !== benchmark
        ? { preferredBenchmark: preferred }
        : {}),
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

/** `comparing` with a `pause` after each slice, so that others are served meanwhile. A pause that rejects ends it. */
export const compareOfferingsInSlices = async (
  catalogue: Catalogue,
  own: OwnStats,
  input: ComparisonInput,
  at: Date,
  pause: Pause,
): Promise<ComparisonResult> => {
  const run = comparing(catalogue, own, input, at);
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
    const paused = pause();
    if (paused !== undefined) await paused;
  }
};
