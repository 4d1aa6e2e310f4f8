import type { Offering } from '../../domain/model.ts';
import { type Decimal, type Money, ZERO } from '../../domain/money.ts';
import type { Inclusion } from '../../domain/offering-filter.ts';
import { currentPrices } from '../price-engine.ts';
import { blendedPriceIn, textRatesIn } from '../text-rates.ts';
import { type FilterCheck, type FilterContext, miss } from './filter-check.ts';

const FREE = 'It is free.';

/** Whether requests cost nothing; undefined if that is not known. */
const isFree = ({ catalogue, at }: FilterContext, offering: Offering): boolean | undefined => {
  switch (offering.billing) {
    case 'FREE':
      return true;
    case 'PLAN':
    case 'COMMITMENT':
      return false;
    case 'UNKNOWN':
      return undefined;
    case 'METERED': {
      const prices = currentPrices(catalogue.pricesOf(offering.id), at);
      return prices.length === 0 ? undefined : prices.every(({ amount }) => amount.isZero());
    }
  }
};

export const freeCheck = (asked: Inclusion, context: FilterContext): FilterCheck => {
  if (asked === 'INCLUDE') return () => undefined;
  return (offering) => {
    const free = isFree(context, offering);
    if (free === undefined) return miss('UNKNOWN_PRICE', 'No source says what it costs.');
    if (free === (asked === 'ONLY')) return undefined;
    return free ? miss('FREE', FREE) : miss('NOT_FREE', 'It is not free.');
  };
};

type Rate = Decimal | 'NO_FX_RATE' | undefined;

const under = (ceiling: Money, what: string, priceIn: (offering: Offering) => Rate): FilterCheck => {
  const { amount, currency } = ceiling;
  const asked = `${amount.toFixed()} ${currency}`;
  return (offering) => {
    const price = priceIn(offering);
    if (price === undefined) return miss('UNKNOWN_PRICE', `No source states its price of ${what}.`);
    if (price === 'NO_FX_RATE')
      return miss('NO_FX_RATE', `No exchange rate leads from its currency to ${currency}.`);
    if (price.lte(amount)) return undefined;
    return miss(
      'PRICE_ABOVE',
      `1,000,000 ${what} cost ${price.toSignificantDigits(6).toFixed()} ${currency}; asked for at most ${asked}.`,
    );
  };
};

export const priceCheck = (
  direction: 'INPUT' | 'OUTPUT',
  ceiling: Money,
  { catalogue, at }: FilterContext,
): FilterCheck => {
  const ratesOf = textRatesIn(catalogue, ceiling.currency, at);
  return under(
    ceiling,
    direction === 'INPUT' ? 'input tokens' : 'output tokens',
    (offering) => ratesOf(offering)[direction],
  );
};

export const blendedPriceCheck = (ceiling: Money, { catalogue, at }: FilterContext): FilterCheck => {
  const priceIn = blendedPriceIn(catalogue, ceiling.currency, at);
  return under(ceiling, 'tokens, three of input for one of output,', (offering) =>
    offering.billing === 'FREE' ? ZERO : priceIn(offering),
  );
};
