import type { ServiceTier } from '../../domain/completion-request.ts';
import type { Cost, CostLine } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import { type Currency, Decimal, ZERO } from '../../domain/money.ts';
import type { MeterAttributes, Price } from '../../domain/price.ts';
import { inputTokensOf, outputTokensOf, type Usage, usageOf } from '../../domain/usage.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Billed, type CostTotal, costOf, totalsOf } from '../price-engine.ts';
import { IN_FULL, MISSING, type RateSheet, rateSheet, type SheetWork, sheetWork } from '../rate-sheet.ts';
import type { Workload } from './workload.ts';

/**
 * CACHE_AS_INPUT: no rate for tokens read from a cache is known; they are billed as plain input, which is the most they can
 * cost. NO_BATCH: no batch rates are known; that share is billed at the other requests' tier. FREE: the provider charges nothing.
 */
export const COST_NOTES = ['CACHE_AS_INPUT', 'NO_BATCH', 'FREE'] as const;
export type CostNote = (typeof COST_NOTES)[number];

/** The work of one request, as one way of counting it says it. */
type CountedWork = {
  readonly usage: Usage;
  /** Present: used only if all that has no rate in the way before is what is read from a cache. */
  readonly note?: 'CACHE_AS_INPUT';
};

/** A workload with what is worked out of it once for all offerings. */
export type PreparedWorkload = {
  /** In order: the first whose every part has a rate is billed, for providers count audio and caches differently. */
  readonly counted: readonly [CountedWork, ...CountedWork[]];
  readonly thinking: boolean;
  readonly tier: ServiceTier;
  readonly attributes?: MeterAttributes;
  /** Exact share of requests at `tier`, and of those in batches. */
  readonly plainShare: Decimal;
  readonly batchShare: Decimal;
};

/** Tokens that a second of audio takes: as listened to, and as spoken. */
const AUDIO_TOKENS_PER_SECOND = { input: 10, output: 20 };

/** The same work counted in each way that providers bill it. */
const countWork = (workload: Workload): PreparedWorkload['counted'] => {
  const { inputTokens, outputTokens, cachedInputShare = 0, reasoningTokens = 0 } = workload;
  const { imagesPerRequest = 0, characters = 0, audioSeconds: seconds = 0 } = workload;
  if (characters > 0) {
    const audioOutput = Math.round(seconds * AUDIO_TOKENS_PER_SECOND.output);
    return [
      { usage: usageOf({ characters }) },
      ...(seconds > 0 ? [{ usage: usageOf({ seconds }) }] : []),
      ...(audioOutput > 0 ? [{ usage: usageOf({ input: inputTokens, audioOutput }) }] : []),
    ];
  }
  if (seconds > 0) {
    const audioInput = Math.round(seconds * AUDIO_TOKENS_PER_SECOND.input);
    return [
      { usage: usageOf({ seconds }) },
      { usage: usageOf({ input: inputTokens, audioInput, output: outputTokens }) },
    ];
  }
  const cacheRead = Math.round(inputTokens * cachedInputShare);
  const rest = { output: outputTokens, reasoning: reasoningTokens, images: imagesPerRequest };
  return [
    { usage: usageOf({ ...rest, input: inputTokens - cacheRead, cacheRead }) },
    ...(cacheRead > 0
      ? [{ usage: usageOf({ ...rest, input: inputTokens }), note: 'CACHE_AS_INPUT' } as const]
      : []),
  ];
};

export const prepareWorkload = (workload: Workload): PreparedWorkload => {
  const { reasoningTokens = 0, imageQuality, imageSize, batchShare = 0 } = workload;
  const share = new Decimal(String(batchShare));
  const attributes = {
    ...(imageQuality !== undefined && { quality: imageQuality.toLowerCase() }),
    ...(imageSize !== undefined && { size: imageSize.toLowerCase() }),
  };
  return {
    counted: countWork(workload),
    thinking: workload.thinking ?? reasoningTokens > 0,
    tier: workload.serviceTier ?? 'STANDARD',
    ...(Object.keys(attributes).length > 0 && { attributes }),
    plainShare: new Decimal(1).minus(share),
    batchShare: share,
  };
};

/** A bill that is part of the whole. */
type Part = { readonly billed: Billed & { readonly usage: Usage }; readonly share: Decimal };

/** What one request of the workload costs on average, and how to write its bill. */
export type WorkloadTotal = {
  readonly cost: CostTotal;
  readonly notes: readonly CostNote[];
  readonly parts: readonly Part[];
};

const NO_NOTES: readonly CostNote[] = [];
const FREE_NOTES: readonly CostNote[] = ['FREE'];
const ONE = new Decimal(1);

/** Prices the workload at the offering that has that place in the catalogue. */
export type WorkloadPricer = (place: number) => WorkloadTotal;

/** Whether another way of counting the work may have rates where one has none. */
const isWorthAnother = (cost: CostTotal, { note }: CountedWork): boolean =>
  cost.kind === 'UNPRICED' &&
  cost.reason === 'METER_UNPRICED' &&
  (note === undefined || cost.missing.every(({ tokenType }) => tokenType === 'CACHE_READ'));

/** One way of counting the work, with what is the same for all offerings. */
type Way = {
  readonly work: CountedWork;
  readonly notes: readonly CostNote[];
  readonly parts: readonly [Part];
  readonly totalOf: ReturnType<typeof totalsOf>;
  /** Absent: the price engine alone prices it. */
  readonly bySheet?: { readonly sheet: RateSheet; readonly work: SheetWork };
};

/** A total that is worked out exactly when it is read. */
class LazyTotal {
  readonly kind = 'PRICED';
  readonly nearly: number;
  readonly currency: Currency;
  readonly #exactly: () => Decimal;

  constructor(nearly: number, currency: Currency, exactly: () => Decimal) {
    this.nearly = nearly;
    this.currency = currency;
    this.#exactly = exactly;
  }

  get total(): Decimal {
    return this.#exactly();
  }
}

const createWay = (
  catalogue: Catalogue,
  work: CountedWork,
  { thinking: asked, attributes }: PreparedWorkload,
  serviceTier: ServiceTier,
  at: Date,
  region: string | undefined,
): Way => {
  const { usage, note } = work;
  const billed = {
    at,
    usage,
    serviceTier,
    thinking: asked,
    ...(attributes !== undefined && { attributes }),
    ...(region !== undefined && { region }),
  };
  const thinking = usage.reasoning > 0 || asked;
  const promptTokens = inputTokensOf(usage);
  const outputTokens = outputTokensOf(usage);
  const sheeted =
    attributes === undefined && region === undefined
      ? sheetWork(usage, { at, promptTokens, outputTokens, thinking })
      : undefined;
  return {
    work,
    notes: note === undefined ? NO_NOTES : [note],
    parts: [{ billed, share: ONE }],
    totalOf: totalsOf(billed),
    ...(sheeted !== undefined && {
      bySheet: { sheet: rateSheet(catalogue, serviceTier, thinking), work: sheeted },
    }),
  };
};

/** Prices one request in one tier, counted in the first way that has rates. */
const tierPricer = (
  catalogue: Catalogue,
  workload: PreparedWorkload,
  serviceTier: ServiceTier,
  at: Date,
  region: string | undefined,
): WorkloadPricer => {
  const ways = workload.counted.map((work) => createWay(catalogue, work, workload, serviceTier, at, region));
  const [first, ...others] = ways;
  if (first === undefined) throw new Error('a workload is counted in no way');
  const { offerings } = catalogue;

  const byEngine = (place: number): WorkloadTotal => {
    const offering = offerings[place];
    if (offering === undefined) throw new Error('a catalogue has no offering at a place');
    const prices = catalogue.pricesOf(offering.id);
    const cost = first.totalOf(offering, prices);
    if (cost.kind === 'FREE') return { cost, notes: FREE_NOTES, parts: first.parts };
    if (cost.kind === 'PRICED') return { cost, notes: NO_NOTES, parts: first.parts };
    for (const { work, notes, parts, totalOf } of others) {
      if (!isWorthAnother(cost, work)) continue;
      const other = totalOf(offering, prices);
      if (other.kind !== 'UNPRICED' || work.note !== undefined) return { cost: other, notes, parts };
    }
    return { cost, notes: NO_NOTES, parts: first.parts };
  };

  return (place) => {
    for (const { bySheet, notes, parts } of ways) {
      const nearly = bySheet === undefined ? IN_FULL : bySheet.sheet.nearly(place, bySheet.work);
      if (bySheet === undefined || nearly === IN_FULL) return byEngine(place);
      if (nearly === MISSING) continue;
      const exactly = (): Decimal => {
        const { cost } = byEngine(place);
        return cost.kind === 'PRICED' ? cost.total : ZERO;
      };
      return { cost: new LazyTotal(nearly, bySheet.sheet.currency(place), exactly), notes, parts };
    }
    return byEngine(place);
  };
};

/** A bill for `factor` times as much; exact. */
export const scaleCost = (cost: Cost, factor: Decimal): Cost => {
  if (cost.kind === 'FREE') return cost;
  const scaled = <Line extends CostLine>(line: Line): Line => ({
    ...line,
    quantity: factor.times(line.quantity).toNumber(),
    amount: line.amount.times(factor),
  });
  if (cost.kind === 'UNPRICED') return { ...cost, lines: cost.lines.map((line) => scaled(line)) };
  const lines = cost.lines.map((line) => scaled(line));
  return { ...cost, lines, total: lines.reduce((sum, line) => sum.plus(line.amount), ZERO) };
};

/**
 * Prices one request of the workload on average, in each offering's own currency: shares of requests in batches and not
 * are added exactly. `region`: where requests ask to be served; absent: the offering's own.
 */
export const workloadPricer = (
  catalogue: Catalogue,
  workload: PreparedWorkload,
  at: Date,
  region?: string,
): WorkloadPricer => {
  const { tier, plainShare, batchShare } = workload;
  const inTier = tierPricer(catalogue, workload, tier, at, region);
  if (batchShare.isZero() || tier === 'BATCH') return inTier;
  const inBatches = tierPricer(catalogue, workload, 'BATCH', at, region);
  const [plainPart, batchPart] = [plainShare.toNumber(), batchShare.toNumber()];
  return (place) => {
    const batch = inBatches(place);
    if (batch.cost.kind === 'FREE') return batch;
    if (plainShare.isZero() && batch.cost.kind === 'PRICED') return batch;
    const plain = inTier(place);
    if (plain.cost.kind !== 'PRICED') return plain;
    // Tariffs are not mixed: where batches are billed in another currency, there is no one total.
    if (batch.cost.kind === 'UNPRICED' || plain.cost.currency !== batch.cost.currency)
      return { ...plain, notes: [...plain.notes, 'NO_BATCH'] };
    const [one, other] = [plain.cost, batch.cost];
    return {
      cost: new LazyTotal(one.nearly * plainPart + other.nearly * batchPart, one.currency, () =>
        one.total.times(plainShare).plus(other.total.times(batchShare)),
      ),
      notes: [...new Set([...plain.notes, ...batch.notes])],
      parts: [
        ...plain.parts.map(({ billed }) => ({ billed, share: plainShare })),
        ...batch.parts.map(({ billed }) => ({ billed, share: batchShare })),
      ],
    };
  };
};

/** The bill of a total, with its lines: those of batches and of other requests stand side by side, each with its own row. */
export const billOf = ({ parts }: WorkloadTotal, offering: Offering, prices: readonly Price[]): Cost => {
  const costs = parts.map(({ billed, share }) => {
    const cost = costOf({ ...billed, offering, prices });
    return share.equals(1) ? cost : scaleCost(cost, share);
  });
  const [one, other] = costs;
  if (one === undefined) throw new Error('a total has no parts');
  if (one.kind !== 'PRICED' || other?.kind !== 'PRICED') return one;
  return { ...one, lines: [...one.lines, ...other.lines], total: one.total.plus(other.total) };
};
