import { type Conversion, conversionOf } from '../../catalogue/fx.ts';
import type { Cost } from '../../domain/cost.ts';
import type { FxRate } from '../../domain/fx.ts';
import { type Currency, type Decimal, ZERO } from '../../domain/money.ts';

/** A cost as its tariff states it, and in the wanted currency. */
export type EstimatedCost = {
  readonly cost: Cost;
  readonly currency: Currency;
  /** In `currency`; absent where the cost is not known or no exchange rate is. 0 only where it is free. */
  readonly total?: Decimal;
  /** The stated rates by which it was converted; empty where it was not. */
  readonly fxRates: readonly FxRate[];
};

/** Says costs in one currency; each rate is looked up once. */
export const costsIn = (currency: Currency, fx: readonly FxRate[]): ((cost: Cost) => EstimatedCost) => {
  const conversions = new Map<Currency, Conversion | undefined>();
  const conversionFrom = (from: Currency): Conversion | undefined => {
    if (!conversions.has(from)) conversions.set(from, conversionOf(from, currency, fx));
    return conversions.get(from);
  };
  return (cost) => {
    if (cost.kind === 'FREE') return { cost, currency, total: ZERO, fxRates: [] };
    if (cost.kind === 'UNPRICED') return { cost, currency, fxRates: [] };
    const conversion = conversionFrom(cost.currency);
    if (conversion === undefined) return { cost, currency, fxRates: [] };
    const { factor, rates } = conversion;
    const total = rates.length === 0 ? cost.total : cost.total.times(factor);
    return { cost, currency, total, fxRates: rates };
  };
};
