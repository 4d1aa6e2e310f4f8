import type { OfferingId, PriceId } from './ids.ts';
import { type Currency, type Decimal, ZERO } from './money.ts';
import type { Meter } from './price.ts';

/** One line of a bill: `quantity` units at `amount / per` each. */
export type CostLine = {
  readonly meter: Meter;
  readonly quantity: number;
  /** Price of `per` units. */
  readonly unitPrice: Decimal;
  readonly per: number;
  /** Exact `quantity * unitPrice / per`, not rounded. */
  readonly amount: Decimal;
  /** Absent: the provider said what it charged, and no row was used. */
  readonly priceId?: PriceId;
  /** Of another model that was called inside the answer; absent: that of the offering that was asked. */
  readonly offeringId?: OfferingId;
};

/** A line of a bill that has no total: its amounts are in `currency`. */
export type UnpricedLine = CostLine & { readonly currency: Currency };

export type UnpricedReason =
  /** No source states a price for the offering. */
  | 'NO_PRICE'
  /** Tokens of a kind were used for which no row exists. */
  | 'METER_UNPRICED'
  /** The provider did not report what was used. */
  | 'NO_USAGE'
  /** Attempts were billed in different currencies; each attempt's own cost says how much. */
  | 'MIXED_CURRENCIES'
  /** It is covered by a subscription, of which no single request has a price. */
  | 'PLAN'
  /** Only capacity that is bought ahead has a price. */
  | 'COMMITMENT'
  /** No row prices the service tier that was used. */
  | 'TIER_UNPRICED'
  /** No exchange rate to the wanted currency is known. */
  | 'NO_FX_RATE';

/**
 * What an operation cost. Unknown is never zero: UNPRICED says why there is no total, and FREE is only said
 * of offerings whose provider charges nothing.
 */
export type Cost =
  | {
      readonly kind: 'PRICED';
      readonly lines: readonly CostLine[];
      /** Exact sum of the lines' amounts. */
      readonly total: Decimal;
      readonly currency: Currency;
    }
  | { readonly kind: 'FREE' }
  | {
      readonly kind: 'UNPRICED';
      readonly reason: UnpricedReason;
      /** The lines that could be priced all the same; their sum is a lower bound. */
      readonly lines: readonly UnpricedLine[];
      /** For METER_UNPRICED: what has no price. */
      readonly missing: readonly Meter[];
    };

/** The lines of a cost, each with the currency of its amounts. */
export const linesWithCurrency = (cost: Cost): readonly UnpricedLine[] => {
  switch (cost.kind) {
    case 'PRICED':
      return cost.lines.map((line) => ({ ...line, currency: cost.currency }));
    case 'FREE':
      return [];
    case 'UNPRICED':
      return cost.lines;
  }
};

/** The least that was charged where the whole is not known; undefined where nothing is, and for several currencies. */
export const lowerBoundOf = ({
  lines,
}: Pick<Extract<Cost, { kind: 'UNPRICED' }>, 'lines'>):
  | { readonly total: Decimal; readonly currency: Currency }
  | undefined => {
  const [first] = lines;
  if (first === undefined || lines.some(({ currency }) => currency !== first.currency)) return undefined;
  return { total: lines.reduce((sum, { amount }) => sum.plus(amount), ZERO), currency: first.currency };
};

/** Whether a provider said what it charged, in all or in part. */
export const isStated = (cost: Cost): boolean =>
  linesWithCurrency(cost).some(({ priceId }) => priceId === undefined);
