import type { Offering } from '../domain/model.ts';
import type { Currency, Decimal } from '../domain/money.ts';
import { usageOf } from '../domain/usage.ts';
import type { Catalogue } from './catalogue.ts';
import { conversionOf } from './fx.ts';
import { totalsOf } from './price-engine.ts';

/** Three tokens in for one out: the usual mix for one figure in place of two rates. */
export const BLENDED_USAGE = usageOf({ input: 3, output: 1 });
/** Turns the cost of that mix into the price of 1,000,000 tokens. */
export const BLENDED_PER_MILLION = 250_000;

/**
 * What 1,000,000 plain text tokens of an offering cost in `currency`, three in for each one out, as a short prompt in the STANDARD
 * tier pays them at `at`. Undefined where a rate or a conversion is missing or nothing is charged.
 */
export const blendedPriceIn = (
  catalogue: Catalogue,
  currency: Currency,
  at: Date,
): ((offering: Offering) => Decimal | undefined) => {
  const totalOf = totalsOf({ usage: BLENDED_USAGE, at });
  return (offering) => {
    const cost = totalOf(offering, catalogue.pricesOf(offering.id));
    if (cost.kind !== 'PRICED') return undefined;
    const conversion = conversionOf(cost.currency, currency, catalogue.fx);
    return conversion && cost.total.times(BLENDED_PER_MILLION).times(conversion.factor);
  };
};
