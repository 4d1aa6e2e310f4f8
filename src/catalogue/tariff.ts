import type { ServiceTier } from '../domain/completion-request.ts';
import { type Currency, Decimal } from '../domain/money.ts';
import type { Meter, Price } from '../domain/price.ts';
import { bySpecificity } from './price-selection.ts';

/** A row with what is worked out of it once. */
export type RatedRow = {
  readonly price: Price;
  /** Exact amount for one unit; absent where it has no end, as of a third. */
  readonly perUnit?: Decimal;
};

/** All rows in one currency for one service tier. Tariffs are never mixed. */
export type Tariff = {
  readonly currency: Currency;
  readonly prices: readonly Price[];
  /** By `rateKey`; each the most specific row first, past and future ones included. */
  readonly rows: ReadonlyMap<string, readonly RatedRow[]>;
  readonly byRequest: boolean;
};

/** Rows of one offering, sorted by what they price. */
export type Tariffs = {
  /** In the order in which the rows name the currencies first. */
  readonly of: ReadonlyMap<ServiceTier, readonly Tariff[]>;
  /** Those that price single requests, of every tier. */
  readonly usable: readonly Price[];
};

/**
 * What rows are looked up by: all of a meter but its attributes. What has neither a side of the model nor a modality, calls
 * and pages say, goes by its family, however a source words it.
 */
export const rateKey = (meter: Meter): string => {
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

const rated = (price: Price): RatedRow => {
  const perUnit = partOf(price.per)?.times(price.amount);
  return perUnit === undefined ? { price } : { price, perUnit };
};

const tariffOf = (currency: Currency, prices: readonly Price[]): Tariff => ({
  currency,
  prices,
  rows: new Map(
    [...Map.groupBy(prices, (price) => rateKey(price.meter))].map(([key, rows]) => [
      key,
      (rows.length === 1 ? rows : rows.toSorted(bySpecificity)).map(rated),
    ]),
  ),
  byRequest: prices.some((price) => price.meter.family === 'REQUESTS'),
});

const known = new WeakMap<readonly Price[], Tariffs>();

/** Worked out once for each list of rows, which must not change. */
export const tariffsOf = (prices: readonly Price[]): Tariffs => {
  const found = known.get(prices);
  if (found !== undefined) return found;
  const usable = prices.filter(({ billing }) => billing === 'METERED' || billing === 'FREE');
  const tariffs: Tariffs = {
    of: new Map(
      [...Map.groupBy(usable, (price) => price.serviceTier)].map(([tier, rows]) => [
        tier,
        [...Map.groupBy(rows, (price) => price.currency)].map(([currency, own]) => tariffOf(currency, own)),
      ]),
    ),
    usable,
  };
  known.set(prices, tariffs);
  return tariffs;
};
