import type { ServiceTier } from '../domain/completion-request.ts';
import { type Currency, Decimal, nearNumber } from '../domain/money.ts';
import type { Meter, MeterFamily, Price } from '../domain/price.ts';
import { bySpecificity } from './price-selection.ts';

/** A row with what is worked out of it once. */
export class RatedRow {
  readonly price: Price;
  /** The amount for one unit in floating point, to order by and never to bill by. */
  readonly nearly: number;
  #perUnit: Decimal | 'ENDLESS' | undefined;

  constructor(price: Price) {
    this.price = price;
    this.nearly = nearNumber(price.amount) / price.per;
  }

  /** Exact amount for one unit; absent where it has no end, as of a third. Few of all rows are billed by. */
  get perUnit(): Decimal | undefined {
    this.#perUnit ??= partOf(this.price.per)?.times(this.price.amount) ?? 'ENDLESS';
    return this.#perUnit === 'ENDLESS' ? undefined : this.#perUnit;
  }
}

/** All rows in one currency for one service tier, and the fees of STANDARD. Tariffs are never mixed. */
export type Tariff = {
  readonly currency: Currency;
  /** Those that are stated for the tier itself. */
  readonly prices: readonly Price[];
  /**
   * By `rateKey`; each the tier's own rows first, then fees that it has no word of, the most specific first, past and
   * future ones included.
   */
  readonly rows: ReadonlyMap<string, readonly RatedRow[]>;
  readonly byRequest: boolean;
};

/**
 * What rows are looked up by: all of a meter but its attributes. What has neither a side of the model nor a modality, calls
 * and pages say, goes by its family, however a source words it.
 */
export const rateKey = (meter: Meter): string => {
  const known = rateKeys.get(meter);
  if (known !== undefined) return known;
  const key = writeRateKey(meter);
  rateKeys.set(meter, key);
  return key;
};

/** Nearly all rows have one of some dozen meters. */
const rateKeys = new WeakMap<Meter, string>();

const writeRateKey = (meter: Meter): string => {
  switch (meter.family) {
    case 'PAGES':
    case 'REQUESTS':
    case 'TOOL_CALLS':
    case 'TOKEN_HOURS':
      return meter.family;
    case 'TOKENS':
    case 'CHARACTERS':
    case 'SECONDS':
    case 'IMAGES':
    case 'PIXELS':
      return `${meter.family}.${meter.direction}.${meter.modality}.${meter.tokenType}`;
  }
};

/** What is billed by the call or the page: a fee that providers state once, for all tiers that have no other. */
const FEES: ReadonlySet<MeterFamily> = new Set(['TOOL_CALLS', 'REQUESTS', 'PAGES']);

/** Whether a row prices its meter in a tier: it is of that tier, or a fee. Of both, the tier's own comes first. */
export const isOfTier = ({ serviceTier, meter }: Price, tier: ServiceTier): boolean =>
  serviceTier === tier || (serviceTier === 'STANDARD' && FEES.has(meter.family));

/** The order in which rows of one meter are tried in a tier. */
export const byTier =
  (tier: ServiceTier) =>
  (one: Price, other: Price): number =>
    Number(other.serviceTier === tier) - Number(one.serviceTier === tier) || bySpecificity(one, other);

/** Exact parts of one, by what one is divided by; undefined where they have no end. */
const parts = new Map<number, Decimal | undefined>();

const partOf = (per: number): Decimal | undefined => {
  if (parts.has(per)) return parts.get(per);
  // Divisors come from price lists: no list has many of them.
  if (parts.size > 1000) parts.clear();
  const part = new Decimal(1).dividedBy(per);
  const exact = part.times(per).equals(1) ? part : undefined;
  parts.set(per, exact);
  return exact;
};

type OpenTariff = {
  readonly currency: Currency;
  readonly prices: Price[];
  readonly rows: Map<string, RatedRow[]>;
  byRequest: boolean;
};

const tariffsIn = (prices: readonly Price[], tier: ServiceTier): readonly Tariff[] => {
  const tariffs: OpenTariff[] = [];
  for (const price of prices) {
    if (!isOfTier(price, tier) || price.billing === 'PLAN' || price.billing === 'COMMITMENT') continue;
    let tariff = tariffs.find(({ currency }) => currency === price.currency);
    if (tariff === undefined) {
      tariff = { currency: price.currency, prices: [], rows: new Map(), byRequest: false };
      tariffs.push(tariff);
    }
    if (price.serviceTier === tier) tariff.prices.push(price);
    tariff.byRequest ||= price.meter.family === 'REQUESTS';
    const key = rateKey(price.meter);
    const rows = tariff.rows.get(key);
    if (rows === undefined) tariff.rows.set(key, [new RatedRow(price)]);
    else rows.push(new RatedRow(price));
  }
  const inTurn = byTier(tier);
  for (const { rows } of tariffs)
    for (const found of rows.values())
      if (found.length > 1) found.sort((one, other) => inTurn(one.price, other.price));
  // Fees alone make no tier.
  return tariffs.filter(({ prices: own }) => own.length > 0);
};

const known = new WeakMap<readonly Price[], Map<ServiceTier, readonly Tariff[]>>();

/**
 * The rows of one tier that price single requests, in the order in which they name the currencies first. Worked out once
 * for each list of rows, which must not change.
 */
export const tariffsOf = (prices: readonly Price[], tier: ServiceTier): readonly Tariff[] => {
  let ofTier = known.get(prices);
  if (ofTier === undefined) {
    ofTier = new Map();
    known.set(prices, ofTier);
  }
  let tariffs = ofTier.get(tier);
  if (tariffs === undefined) {
    tariffs = tariffsIn(prices, tier);
    ofTier.set(tier, tariffs);
  }
  return tariffs;
};
