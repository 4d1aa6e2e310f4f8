import type { ServiceTier } from '../../domain/completion-request.ts';
import type { Cost, CostLine } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import { Decimal, ZERO } from '../../domain/money.ts';
import type { MeterAttributes, Price } from '../../domain/price.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import { costOf } from '../price-engine.ts';
import type { Workload } from './comparison-input.ts';

/**
 * CACHE_AS_INPUT: no rate for tokens read from a cache is known; they are billed as plain input, which is the most they can
 * cost. NO_BATCH: no batch rates are known; that share is billed at the other requests' tier. FREE: the provider charges nothing.
 */
export const COST_NOTES = ['CACHE_AS_INPUT', 'NO_BATCH', 'FREE'] as const;
export type CostNote = (typeof COST_NOTES)[number];

export type WorkloadCost = { readonly cost: Cost; readonly notes: readonly CostNote[] };

/** A workload with what is worked out of it once for all offerings. */
export type PreparedWorkload = {
  readonly usage: Usage;
  /** The same without a cache; absent where nothing is read from one. */
  readonly uncached?: Usage;
  readonly thinking: boolean;
  readonly tier: ServiceTier;
  readonly attributes?: MeterAttributes;
  /** Exact share of requests at `tier`, and of those in batches. */
  readonly plainShare: Decimal;
  readonly batchShare: Decimal;
};

export const prepareWorkload = (workload: Workload): PreparedWorkload => {
  const { inputTokens, outputTokens, cachedInputShare = 0, reasoningTokens = 0 } = workload;
  const { imagesPerRequest = 0, imageQuality, imageSize, batchShare = 0 } = workload;
  const cacheRead = Math.round(inputTokens * cachedInputShare);
  const rest = { output: outputTokens, reasoning: reasoningTokens, images: imagesPerRequest };
  const share = new Decimal(String(batchShare));
  const attributes = {
    ...(imageQuality !== undefined && { quality: imageQuality.toLowerCase() }),
    ...(imageSize !== undefined && { size: imageSize.toLowerCase() }),
  };
  return {
    usage: usageOf({ ...rest, input: inputTokens - cacheRead, cacheRead }),
    ...(cacheRead > 0 && { uncached: usageOf({ ...rest, input: inputTokens }) }),
    thinking: workload.thinking ?? reasoningTokens > 0,
    tier: workload.serviceTier ?? 'STANDARD',
    ...(Object.keys(attributes).length > 0 && { attributes }),
    plainShare: new Decimal(1).minus(share),
    batchShare: share,
  };
};

/** One request in one tier. */
const inTier = (
  offering: Offering,
  prices: readonly Price[],
  workload: PreparedWorkload,
  serviceTier: ServiceTier,
  at: Date,
): WorkloadCost => {
  const asked = {
    offering,
    prices,
    at,
    serviceTier,
    thinking: workload.thinking,
    ...(offering.region !== undefined && { region: offering.region }),
    ...(workload.attributes !== undefined && { attributes: workload.attributes }),
  };
  const withCache = { ...asked, usage: workload.usage };
  const cost = costOf(withCache);
  const onlyCacheMissing =
    cost.kind === 'UNPRICED' &&
    cost.reason === 'METER_UNPRICED' &&
    cost.missing.every(({ tokenType }) => tokenType === 'CACHE_READ');
  if (workload.uncached === undefined || !onlyCacheMissing) return { cost, notes: [] };
  const withoutCache = { ...asked, usage: workload.uncached };
  return { cost: costOf(withoutCache), notes: ['CACHE_AS_INPUT'] };
};

/** A bill for `factor` times as much; exact. */
export const scaleCost = (cost: Cost, factor: Decimal): Cost => {
  if (cost.kind === 'FREE') return cost;
  const scaled = (line: CostLine): CostLine => ({
    ...line,
    quantity: factor.times(line.quantity).toNumber(),
    amount: line.amount.times(factor),
  });
  const lines = cost.lines.map(scaled);
  return cost.kind === 'UNPRICED'
    ? { ...cost, lines }
    : { ...cost, lines, total: lines.reduce((sum, line) => sum.plus(line.amount), ZERO) };
};

/**
 * What one request of the workload costs on average, in the offering's own currency: shares of requests in batches and not
 * are added exactly. Lines of both stand side by side, each with its own row.
 */
export const priceWorkload = (
  offering: Offering,
  prices: readonly Price[],
  workload: PreparedWorkload,
  at: Date,
): WorkloadCost => {
  const { tier, plainShare, batchShare } = workload;
  if (batchShare.isZero() || tier === 'BATCH') return noted(inTier(offering, prices, workload, tier, at));
  const batch = inTier(offering, prices, workload, 'BATCH', at);
  if (batch.cost.kind === 'FREE') return noted(batch);
  const plain = inTier(offering, prices, workload, tier, at);
  if (batch.cost.kind === 'UNPRICED')
    return plain.cost.kind === 'PRICED' ? { ...plain, notes: [...plain.notes, 'NO_BATCH'] } : plain;
  const notes = [...new Set([...plain.notes, ...batch.notes])];
  if (plainShare.isZero()) return noted(batch);
  if (plain.cost.kind !== 'PRICED') return plain;
  // Tariffs are not mixed: where batches are billed in another currency, there is no one total.
  if (plain.cost.currency !== batch.cost.currency) return { ...plain, notes: [...plain.notes, 'NO_BATCH'] };
  const one = scaleCost(plain.cost, plainShare);
  const other = scaleCost(batch.cost, batchShare);
  if (one.kind !== 'PRICED' || other.kind !== 'PRICED') return plain;
  return {
    cost: { ...one, lines: [...one.lines, ...other.lines], total: one.total.plus(other.total) },
    notes,
  };
};

const noted = (priced: WorkloadCost): WorkloadCost =>
  priced.cost.kind === 'FREE' ? { ...priced, notes: [...priced.notes, 'FREE'] } : priced;
