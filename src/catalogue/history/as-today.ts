import type { Price } from '../../domain/price.ts';
import { meterKey } from '../meter.ts';

const kindOf = ({ currency, serviceTier, meter }: Price): string =>
  `${currency} ${serviceTier} ${meterKey(meter)}`;

/**
 * Rows of the past, in the order of those of today: by their currencies first, as the first row tells which of them is meant
 * where nobody says. Prices without a counterpart today come last, in the order given.
 */
export const orderedAsToday = (past: readonly Price[], today: readonly Price[]): readonly Price[] => {
  const places = new Map<string, number>();
  for (const [place, price] of today.entries())
    for (const name of [price.currency, kindOf(price)]) if (!places.has(name)) places.set(name, place);
  const placeOf = (name: string): number => places.get(name) ?? today.length;
  return past.toSorted(
    (one, other) =>
      placeOf(one.currency) - placeOf(other.currency) || placeOf(kindOf(one)) - placeOf(kindOf(other)),
  );
};
