import type { ServiceTier } from '../../domain/completion-request.ts';
import type { Currency } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import type { UsageKind } from '../../domain/usage.ts';
import { METER_OF_USAGE, meterKey } from '../meter.ts';
import { applies, bySpecificity } from '../price-selection.ts';

export type AskedPrice = {
  readonly kind: UsageKind;
  readonly at: Date;
  readonly serviceTier: ServiceTier;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly region?: string | undefined;
  /** Absent: that of the first row. */
  readonly currency?: Currency;
};

/**
 * The row that prices one kind of usage of a request without thinking, as the price engine chooses it: reasoning without
 * a row of its own is plain output. Undefined where none is known.
 */
export const applicablePrice = (prices: readonly Price[], asked: AskedPrice): Price | undefined => {
  const usable = prices.filter(
    ({ billing, serviceTier }) =>
      (billing === 'METERED' || billing === 'FREE') && serviceTier === asked.serviceTier,
  );
  const currency = asked.currency ?? usable[0]?.currency;
  const rowOf = (kind: UsageKind): Price | undefined => {
    const wanted = meterKey(METER_OF_USAGE[kind]);
    return usable
      .filter((row) => row.currency === currency && meterKey(row.meter) === wanted)
      .filter((row) => applies(row, { ...asked, thinking: false }, undefined))
      .toSorted(bySpecificity)[0];
  };
  return rowOf(asked.kind) ?? (asked.kind === 'reasoning' ? rowOf('output') : undefined);
};
