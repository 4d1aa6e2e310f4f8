import { setImmediate } from 'node:timers/promises';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { writesText } from '../../catalogue/cheapest-models.ts';
import type { Offering } from '../../domain/model.ts';
import type { Decimal } from '../../domain/money.ts';
import type { PerfMetric } from '../../domain/performance.ts';
import type { OfferingStats } from '../offering-stats.ts';
import type { EstimatedCost } from './estimated-cost.ts';
import { type Fitness, fitnessOf, type Needs } from './needs.ts';

/** What would be different. NOT_VERIFIED: no source says whether it can do all that the request needs. */
export const DIFFERENCE_CODES = [
  'OTHER_MODEL',
  'NOT_CONFIGURED',
  'SMALLER_CONTEXT',
  'LARGER_CONTEXT',
  'LOWER_QUALITY',
  'HIGHER_QUALITY',
  'NOT_VERIFIED',
  'UNCERTAIN_IDENTITY',
] as const;
export type DifferenceCode = (typeof DIFFERENCE_CODES)[number];
export type Difference = { readonly code: DifferenceCode; readonly message: string };

export const ALTERNATIVE_GAINS = ['CHEAPER', 'FASTER', 'BOTH'] as const;
export type AlternativeGain = (typeof ALTERNATIVE_GAINS)[number];

/** Another offering that would be cheaper or faster. */
export type Alternative = {
  readonly offering: Offering;
  readonly p50: EstimatedCost;
  readonly p90: EstimatedCost;
  readonly gain: AlternativeGain;
  /** Its p50 cost for one unit of the first offering's; absent where either is not known or the first's is 0. */
  readonly costRatio?: number;
  /** Its median less the first offering's; absent where either is not known. */
  readonly ttftMsDelta?: number;
  readonly outputTpsDelta?: number;
  readonly differences: readonly Difference[];
};

export type Base = { readonly offering: Offering; readonly p50: EstimatedCost };

type Facts = {
  readonly catalogue: Catalogue;
  readonly stats: OfferingStats | undefined;
  readonly needs: Needs;
  readonly costOf: (offering: Offering, length: 'p50' | 'p90') => EstimatedCost;
};

/** This server's own measurement first, then others'. */
const measured = ({ catalogue, stats }: Facts, offering: Offering, metric: PerfMetric): number | undefined =>
  [...(stats?.of(offering.id) ?? []), ...catalogue.performanceOf(offering.id)].find(
    (each) => each.metric === metric,
  )?.p50;

const delta = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one - other;

/** The score of both at one benchmark as a share of the first offering's; undefined where they share none. */
const qualityRatio = (catalogue: Catalogue, offering: Offering, base: Offering) => {
  const own = catalogue.qualityOf(offering.modelSlug);
  for (const score of catalogue.qualityOf(base.modelSlug)) {
    const same = own.find(({ benchmark }) => benchmark === score.benchmark);
    if (same !== undefined && score.score > 0)
      return {
        ratio: same.score / score.score,
        benchmark: score.benchmark,
        own: same.score,
        base: score.score,
      };
  }
  return undefined;
};

const differencesOf = (
  { catalogue }: Facts,
  offering: Offering,
  base: Offering,
  fitness: Fitness,
): readonly Difference[] => {
  const differences: Difference[] = [];
  const add = (code: DifferenceCode, message: string): void => void differences.push({ code, message });
  if (offering.modelSlug !== base.modelSlug) {
    add('OTHER_MODEL', `It is ${offering.modelSlug}, not ${base.modelSlug}.`);
    const quality = qualityRatio(catalogue, offering, base);
    if (quality !== undefined && quality.ratio !== 1)
      add(
        quality.ratio < 1 ? 'LOWER_QUALITY' : 'HIGHER_QUALITY',
        `It scores ${quality.own} at ${quality.benchmark}, where ${base.modelSlug} scores ${quality.base}.`,
      );
  }
  const status = catalogue.provider(offering.providerId)?.status;
  if (status?.kind === 'OFF') add('NOT_CONFIGURED', `${offering.providerId} is off: ${status.reason}`);
  const [own, other] = [offering.limits.contextWindow, base.limits.contextWindow];
  if (own !== undefined && other !== undefined && own !== other)
    add(
      own < other ? 'SMALLER_CONTEXT' : 'LARGER_CONTEXT',
      `Its context window is ${own} tokens instead of ${other}.`,
    );
  if (fitness.kind === 'UNKNOWN')
    add('NOT_VERIFIED', `No source says so much of it: ${fitness.of.join(', ')}.`);
  if (offering.join === 'HEURISTIC')
    add('UNCERTAIN_IDENTITY', `That it serves ${offering.modelSlug} is concluded from its name.`);
  return differences;
};

const gainOf = (isCheaper: boolean, isFaster: boolean): AlternativeGain | undefined => {
  if (isCheaper) return isFaster ? 'BOTH' : 'CHEAPER';
  return isFaster ? 'FASTER' : undefined;
};

/** After so many offerings others are let in. */
const SLICE = 200;

/** A model that is as good to nine tenths, where both were tested alike, is near; so is one of the same lab. */
const NEAR_QUALITY = 0.9;
const nearness = ({ catalogue }: Facts, offering: Offering, base: Offering): number => {
  if (offering.modelSlug === base.modelSlug) return 0;
  const ratio = qualityRatio(catalogue, offering, base)?.ratio;
  if (ratio !== undefined) return ratio >= NEAR_QUALITY ? 1 : 4;
  return catalogue.model(offering.modelSlug)?.lab === catalogue.model(base.modelSlug)?.lab ? 2 : 3;
};

type Ranked = Omit<Alternative, 'p90' | 'differences'> & {
  readonly fitness: Fitness;
  readonly near: number;
  readonly isOn: boolean;
  readonly total: Decimal | undefined;
};

/** Near ones first, among these those that can be called at once, then by cost. */
const byMerit = (one: Ranked, other: Ranked): number =>
  one.near - other.near ||
  Number(other.isOn) - Number(one.isOn) ||
  (one.total === undefined || other.total === undefined
    ? Number(one.total === undefined) - Number(other.total === undefined)
    : one.total.comparedTo(other.total)) ||
  (one.offering.id < other.offering.id ? -1 : 1);

/**
 * The best that are cheaper or faster than the first offering and can do what is needed, as far as is known: other
 * offerings of the same model first but not more than three fifths of all, then other models, each once.
 */
export const alternativesTo = async (
  base: Base,
  facts: Facts,
  most: number,
): Promise<readonly Alternative[]> => {
  if (most === 0) return [];
  const baseTtft = measured(facts, base.offering, 'TTFT_MS');
  const baseTps = measured(facts, base.offering, 'OUTPUT_TPS');
  const found: Ranked[] = [];
  for (const [index, offering] of facts.catalogue.offerings.entries()) {
    if (index % SLICE === 0) await setImmediate();
    if (offering.id === base.offering.id || offering.deprecated) continue;
    if (!writesText(offering)) continue;
    const fitness = fitnessOf(offering, facts.needs);
    if (fitness.kind === 'NO') continue;
    const p50 = facts.costOf(offering, 'p50');
    const { total } = p50;
    const ttftMsDelta = delta(measured(facts, offering, 'TTFT_MS'), baseTtft);
    const outputTpsDelta = delta(measured(facts, offering, 'OUTPUT_TPS'), baseTps);
    const isCheaper = total !== undefined && base.p50.total !== undefined && total.lt(base.p50.total);
    const isFaster = (ttftMsDelta ?? 0) < 0 && (outputTpsDelta ?? 0) >= 0;
    const gain = gainOf(isCheaper, isFaster);
    if (gain === undefined) continue;
    const costRatio =
      total === undefined || base.p50.total === undefined || base.p50.total.isZero()
        ? undefined
        : total.dividedBy(base.p50.total).toSignificantDigits(4).toNumber();
    found.push({
      offering,
      p50,
      gain,
      ...(costRatio !== undefined && { costRatio }),
      ...(ttftMsDelta !== undefined && { ttftMsDelta }),
      ...(outputTpsDelta !== undefined && { outputTpsDelta }),
      fitness,
      near: nearness(facts, offering, base.offering),
      isOn: facts.catalogue.isOn(offering),
      total,
    });
  }
  const ranked = found.toSorted(byMerit);
  const same = ranked.filter(({ near }) => near === 0);
  const seen = new Set<string>();
  const others = ranked.filter(({ near, offering }) => {
    if (near === 0 || seen.has(offering.modelSlug)) return false;
    seen.add(offering.modelSlug);
    return true;
  });
  const ofSame = Math.max(Math.ceil(most * 0.6), most - others.length);
  return [...same.slice(0, ofSame), ...others]
    .slice(0, most)
    .map(({ near, isOn, total, fitness, ...alternative }) => ({
      ...alternative,
      p90: facts.costOf(alternative.offering, 'p90'),
      differences: differencesOf(facts, alternative.offering, base.offering, fitness),
    }));
};
