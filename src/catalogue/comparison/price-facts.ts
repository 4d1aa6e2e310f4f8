import type { PriceId } from '../../domain/ids.ts';
import type { Currency } from '../../domain/money.ts';
import type { Disagreement } from '../../domain/price.ts';
import type { Catalogue } from '../catalogue.ts';
import { lastSeenAt } from '../staleness.ts';
import type { ComparedOffering } from './compared-offering.ts';

/** How far the rates that a cost was worked out from can be relied on. */
export type PriceFacts = {
  /** Seconds since the rate that was not looked at for longest was last seen or compared. Absent: no rate was used. */
  readonly ageSeconds?: number;
  /** Where sources disagree on a rate, the widest disagreement, in the currency of the rate. */
  readonly disagreement?: {
    readonly priceId: PriceId;
    readonly currency: Currency;
    readonly disagreement: Disagreement;
  };
};

export const priceFactsOf = (
  catalogue: Catalogue,
  { offering, cost }: Pick<ComparedOffering, 'offering' | 'cost'>,
  at: Date,
): PriceFacts => {
  if (cost.kind === 'FREE') return {};
  const used = new Set(cost.lines.map((line) => line.priceId));
  let seenAt: number | undefined;
  let widest: PriceFacts['disagreement'];
  for (const { id, provenance, currency } of catalogue.pricesOf(offering.id)) {
    if (!used.has(id)) continue;
    const seen = lastSeenAt(provenance).getTime();
    seenAt = Math.min(seenAt ?? seen, seen);
    const disagreement = catalogue.disagreementOf(id);
    if (disagreement === undefined) continue;
    const ratio = disagreement.ratio ?? Number.POSITIVE_INFINITY;
    if (widest === undefined || ratio > (widest.disagreement.ratio ?? Number.POSITIVE_INFINITY))
      widest = { priceId: id, currency, disagreement };
  }
  return {
    ...(seenAt !== undefined && { ageSeconds: Math.max(0, Math.round((at.getTime() - seenAt) / 1000)) }),
    ...(widest !== undefined && { disagreement: widest }),
  };
};
