import type { FxRate } from '../domain/fx.ts';
import { type Currency, Decimal } from '../domain/money.ts';

/** What one unit of `from` is worth in `to`, and the stated rates that say so: one, or two through a common currency. */
export type Conversion = {
  readonly from: Currency;
  readonly to: Currency;
  /** Multiply by this. Where a rate was turned round it has 50 significant digits. */
  readonly factor: Decimal;
  /** Empty where both currencies are the same. */
  readonly rates: readonly FxRate[];
};

const ONE = new Decimal(1);

type Step = { readonly factor: Decimal; readonly rate: FxRate };

/** By one stated rate: as stated, else turned round. Of several, the first in order of precedence. */
const stepOf = (from: Currency, to: Currency, rates: readonly FxRate[]): Step | undefined => {
  for (const rate of rates) {
    if (!rate.rate.isPositive() || rate.rate.isZero()) continue;
    if (rate.base === from && rate.quote === to) return { factor: rate.rate, rate };
    if (rate.base === to && rate.quote === from) return { factor: ONE.dividedBy(rate.rate), rate };
  }
  return undefined;
};

/**
 * How to convert, or undefined where no stated rates lead from one to the other. A rate of the pair itself, in
 * either direction, goes before one through a third currency; rates come in order of precedence, so that the operator's
 * own are found first.
 */
export const conversionOf = (
  from: Currency,
  to: Currency,
  rates: readonly FxRate[],
): Conversion | undefined => {
  if (from === to) return { from, to, factor: ONE, rates: [] };
  const direct = stepOf(from, to, rates);
  if (direct !== undefined) return { from, to, factor: direct.factor, rates: [direct.rate] };
  for (const { base, quote } of rates) {
    const through = base === from ? quote : quote === from ? base : undefined;
    if (through === undefined) continue;
    const first = stepOf(from, through, rates);
    const second = stepOf(through, to, rates);
    if (first !== undefined && second !== undefined)
      return { from, to, factor: first.factor.times(second.factor), rates: [first.rate, second.rate] };
  }
  return undefined;
};
