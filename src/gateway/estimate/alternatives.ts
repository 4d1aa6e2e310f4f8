import type { Catalogue } from '../../catalogue/catalogue.ts';
import { writesText } from '../../catalogue/offering-operation.ts';
import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import type { Pause } from '../../domain/pause.ts';
import type { PerfMetric, PerfStat } from '../../domain/performance.ts';
import { scoreAt } from '../../domain/quality.ts';
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
  readonly stats: Pick<OfferingStats, 'of'> | undefined;
  readonly needs: Needs;
  readonly costOf: (offering: Offering, length: 'p50' | 'p90') => EstimatedCost;
};

/** This server's own measurement first, then others'. */
const measured = ({ catalogue, stats }: Facts, { id }: Offering, metric: PerfMetric): number | undefined => {
  const isWanted = (each: PerfStat): boolean => each.metric === metric;
  return (stats?.of(id).find(isWanted) ?? catalogue.performanceOf(id).find(isWanted))?.p50;
};

const delta = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one - other;

/**
 * The score of both at one benchmark, the index before others, as a share of the first offering's: above 1, it is better.
 * Undefined if they share none.
 */
const qualityRatio = (catalogue: Catalogue, offering: Offering, base: Offering) => {
  const own = catalogue.qualityOf(offering.modelSlug);
  for (const score of catalogue.qualityOf(base.modelSlug)) {
    if (!score.represents) continue;
    const same = scoreAt(own, score.benchmark);
    if (same !== undefined && score.score > 0 && same.score > 0)
      return {
        ratio: score.lessIsBetter ? score.score / same.score : same.score / score.score,
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

/** Nearness of a model to the first offering's, the nearest first. */
const SAME_MODEL = 0;
const AS_GOOD = 1;
const SAME_LAB = 2;
const UNKNOWN_QUALITY = 3;
const WORSE = 4;
const NEARNESSES = [SAME_MODEL, AS_GOOD, SAME_LAB, UNKNOWN_QUALITY, WORSE] as const;
type Nearness = (typeof NEARNESSES)[number];

/** A model that is as good to nine tenths, where both were tested alike, is near; so is one of the same lab. */
const NEAR_QUALITY = 0.9;
const nearness = ({ catalogue }: Facts, offering: Offering, base: Offering): Nearness => {
  if (offering.modelSlug === base.modelSlug) return SAME_MODEL;
  const ratio = qualityRatio(catalogue, offering, base)?.ratio;
  if (ratio !== undefined) return ratio >= NEAR_QUALITY ? AS_GOOD : WORSE;
  return catalogue.model(offering.modelSlug)?.lab === catalogue.model(base.modelSlug)?.lab
    ? SAME_LAB
    : UNKNOWN_QUALITY;
};

type Able = { readonly offering: Offering; readonly fitness: Fitness };
type Found = Omit<Alternative, 'p90' | 'differences' | 'costRatio'> & { readonly fitness: Fitness };

/** The cheapest first; those of which no cost is known last. */
const byCost = (one: Found, other: Found): number => {
  const [cost, otherCost] = [one.p50.total, other.p50.total];
  return (
    (cost === undefined || otherCost === undefined
      ? Number(cost === undefined) - Number(otherCost === undefined)
      : cost.comparedTo(otherCost)) || (one.offering.id < other.offering.id ? -1 : 1)
  );
};

/** Those that can do what is needed, as far as is known: by nearness, and among these those that can be called at once. */
const ableOnes = async (
  base: Offering,
  facts: Facts,
  pause: Pause,
): Promise<ReadonlyMap<Nearness, { readonly on: readonly Able[]; readonly off: readonly Able[] }>> => {
  const { catalogue, needs } = facts;
  const found = new Map(NEARNESSES.map((near) => [near, { on: [] as Able[], off: [] as Able[] }]));
  const nearBy = new Map<ModelSlug, Nearness>();
  for (const offering of catalogue.offerings) {
    const paused = pause();
    if (paused !== undefined) await paused;
    if (offering.id === base.id || offering.deprecated || !writesText(offering)) continue;
    const fitness = fitnessOf(offering, needs);
    if (fitness.kind === 'NO') continue;
    const near = nearBy.get(offering.modelSlug) ?? nearness(facts, offering, base);
    nearBy.set(offering.modelSlug, near);
    found.get(near)?.[catalogue.isOn(offering) ? 'on' : 'off'].push({ offering, fitness });
  }
  return found;
};

/**
 * The best that are cheaper or faster than the first offering and can do what is needed, as far as is known: other
 * offerings of the same model first but not more than three fifths of all, then other models, each once. Costs are
 * worked out from the nearest on, and no further than is needed.
 */
export const alternativesTo = async (
  base: Base,
  facts: Facts,
  most: number,
  pause: Pause = () => undefined,
): Promise<readonly Alternative[]> => {
  if (most === 0) return [];
  const baseTtft = measured(facts, base.offering, 'TTFT_MS');
  const baseTps = measured(facts, base.offering, 'OUTPUT_TPS');

  const consider = ({ offering, fitness }: Able): Found | undefined => {
    const p50 = facts.costOf(offering, 'p50');
    const ttftMsDelta = delta(measured(facts, offering, 'TTFT_MS'), baseTtft);
    const outputTpsDelta = delta(measured(facts, offering, 'OUTPUT_TPS'), baseTps);
    const isCheaper = p50.total !== undefined && base.p50.total !== undefined && p50.total.lt(base.p50.total);
    const isFaster = (ttftMsDelta ?? 0) < 0 && (outputTpsDelta ?? 0) >= 0;
    const gain = gainOf(isCheaper, isFaster);
    return (
      gain && {
        offering,
        p50,
        gain,
        ...omitUndefined({ ttftMsDelta, outputTpsDelta }),
        fitness,
      }
    );
  };
  const bestOf = async (some: readonly Able[]): Promise<readonly Found[]> => {
    const found: Found[] = [];
    for (const each of some) {
      const paused = pause();
      if (paused !== undefined) await paused;
      const better = consider(each);
      if (better !== undefined) found.push(better);
    }
    return found.sort(byCost);
  };

  const same: Found[] = [];
  const others = new Map<ModelSlug, Found>();
  for (const [near, { on, off }] of await ableOnes(base.offering, facts, pause))
    for (const some of [on, off]) {
      if (near === SAME_MODEL) same.push(...(await bestOf(some)));
      else if (others.size < most)
        for (const each of await bestOf(some))
          if (!others.has(each.offering.modelSlug)) others.set(each.offering.modelSlug, each);
    }

  const ratioTo = ({ p50: { total } }: Found): number | undefined =>
    total === undefined || base.p50.total === undefined || base.p50.total.isZero()
      ? undefined
      : total.dividedBy(base.p50.total).toSignificantDigits(4).toNumber();
  const ofSame = Math.max(Math.ceil(most * 0.6), most - others.size);
  return [...same.slice(0, ofSame), ...others.values()].slice(0, most).map((found) => {
    const { fitness, ...alternative } = found;
    return {
      ...alternative,
      ...omitUndefined({ costRatio: ratioTo(found) }),
      p90: facts.costOf(alternative.offering, 'p90'),
      differences: differencesOf(facts, alternative.offering, base.offering, fitness),
    };
  });
};
