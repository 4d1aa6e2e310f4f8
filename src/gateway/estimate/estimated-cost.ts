import { conversionOf } from '../../catalogue/fx.ts';
import type { Cost } from '../../domain/cost.ts';
import type { FxRate } from '../../domain/fx.ts';
import { type Currency, type Decimal, ZERO } from '../../domain/money.ts';

/** A cost as its tariff states it, and in the wanted currency. */
export type EstimatedCost = {
  readonly cost: Cost;
  readonly currency: Currency;
  /** In `currency`; absent where the cost is not known or no exchange rate is. 0 only where it is free. */
  readonly total?: Decimal;
};

/** Says costs in one currency; each rate is looked up once. */
export const costsIn = (currency: Currency, fx: readonly FxRate[]): ((cost: Cost) => EstimatedCost) => {
  const factors = new Map<Currency, Decimal | undefined>();
  const factorOf = (from: Currency): Decimal | undefined => {
    if (!factors.has(from)) factors.set(from, conversionOf(from, currency, fx)?.factor);
    return factors.get(from);
  };
  return (cost) => {
    if (cost.kind === 'FREE') return { cost, currency, total: ZERO };
    if (cost.kind === 'UNPRICED') return { cost, currency };
    const factor = factorOf(cost.currency);
    return { cost, currency, ...(factor !== undefined && { total: cost.total.times(factor) }) };
  };
};
