import type { OfferingId } from '../domain/ids.ts';
import type { Decimal } from '../domain/money.ts';
import type { Price } from '../domain/price.ts';
import type { Catalogue } from './catalogue.ts';
import { knownProvider } from './identity/labs.ts';
import { amountFor, counterpartOf } from './merge/counterpart.ts';
import { groupKeyOf } from './merge/price-group.ts';

/** How a rate stands to those of other offerings of the same model. */
export type PriceComparison = {
  /** The lab's own offering of the model, and what it costs there. */
  readonly lab?: { readonly offeringId: OfferingId; readonly amount: Decimal; readonly ratio: number };
  /** How many other offerings state a rate of the same kind in the same currency. */
  readonly others: number;
  /** Whether it is over 3 times the dearest of them, or less than a third of the cheapest. */
  readonly isFar: boolean;
};

const FAR = 3;

/** Undefined where no other offering of the model states such a rate. Worked out when asked for. */
export const comparePrice = (catalogue: Catalogue, price: Price, now: Date): PriceComparison | undefined => {
  const offering = catalogue.offering(price.offeringId);
  const model = offering === undefined ? undefined : catalogue.model(offering.modelSlug);
  if (offering === undefined || model === undefined || price.amount.isZero()) return undefined;
  const key = groupKeyOf({ ...price, conditions: {} });
  const ratios: number[] = [];
  let lab: PriceComparison['lab'];
  for (const other of catalogue.offeringsOf(model.slug)) {
    if (other.id === offering.id) continue;
    const rows = catalogue.pricesOf(other.id).filter((row) => groupKeyOf(row) === key);
    const found = counterpartOf(price, rows, now);
    if (found === undefined || found.amount.isZero()) continue;
    const amount = amountFor(price, found);
    const ratio = price.amount.dividedBy(amount).toNumber();
    ratios.push(ratio);
    if (lab === undefined && knownProvider(other.providerId)?.lab === model.lab)
      lab = { offeringId: other.id, amount, ratio };
  }
  if (ratios.length === 0) return undefined;
  return {
    ...(lab !== undefined && { lab }),
    others: ratios.length,
    isFar: ratios.every((ratio) => ratio > FAR) || ratios.every((ratio) => ratio < 1 / FAR),
  };
};
