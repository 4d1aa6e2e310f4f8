import type { Offering } from '../../domain/model.ts';
import { type Currency, type Decimal, type Money, ZERO } from '../../domain/money.ts';
import type { Inclusion } from '../../domain/offering-filter.ts';
import { blendedPriceIn } from '../blended-price.ts';
import { conversionOf } from '../fx.ts';
import { currentPrices, ratePerMillion } from '../price-engine.ts';
import { createSteadyMemo } from '../steady-prices.ts';
import { type FilterCheck, type FilterContext, miss } from './filter-check.ts';

type Direction = 'INPUT' | 'OUTPUT';

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

/** In one currency as a row states it, else converted from the first one that has a row. */
export const rateIn = (
  { catalogue, at }: FilterContext,
  offering: Offering,
  direction: Direction,
  currency: Currency,
): Decimal | 'NO_FX_RATE' | undefined => {
  const prices = catalogue.pricesOf(offering.id);
  const stated = ratePerMillion(offering, prices, direction, currency, at);
  if (stated !== undefined || offering.billing !== 'METERED') return stated;
  for (const from of new Set(currentPrices(prices, at).map((price) => price.currency))) {
    const rate = ratePerMillion(offering, prices, direction, from, at);
    if (rate === undefined) continue;
    const conversion = conversionOf(from, currency, catalogue.fx);
    return conversion === undefined ? 'NO_FX_RATE' : rate.times(conversion.factor);
  }
  return undefined;
};

type Rate = Decimal | 'NO_FX_RATE' | 'UNKNOWN';

const keepRates = createSteadyMemo<Rate>();
const keepBlended = createSteadyMemo<Rate>();

const under = (ceiling: Money, what: string, priceIn: (offering: Offering) => Rate): FilterCheck => {
  const { amount, currency } = ceiling;
  const asked = `${amount.toFixed()} ${currency}`;
  return (offering) => {
    const price = priceIn(offering);
    if (price === 'UNKNOWN') return miss('UNKNOWN_PRICE', `No source states its price of ${what}.`);
    if (price === 'NO_FX_RATE')
      return miss('NO_FX_RATE', `No exchange rate leads from its currency to ${currency}.`);
    if (price.lte(amount)) return undefined;
    return miss(
      'PRICE_ABOVE',
      `1,000,000 ${what} cost ${price.toSignificantDigits(6).toFixed()} ${currency}; asked for at most ${asked}.`,
    );
  };
};

export const priceCheck = (direction: Direction, ceiling: Money, context: FilterContext): FilterCheck =>
  under(
    ceiling,
    direction === 'INPUT' ? 'input tokens' : 'output tokens',
    keepRates(
      context.catalogue,
      `${direction} ${ceiling.currency}`,
      context.at,
      (offering) => rateIn(context, offering, direction, ceiling.currency) ?? 'UNKNOWN',
    ),
  );

export const blendedPriceCheck = (ceiling: Money, { catalogue, at }: FilterContext): FilterCheck => {
  const priceIn = blendedPriceIn(catalogue, ceiling.currency, at);
  return under(
    ceiling,
    'tokens, three of input for one of output,',
    keepBlended(catalogue, ceiling.currency, at, (offering) =>
      offering.billing === 'FREE' ? ZERO : (priceIn(offering) ?? 'UNKNOWN'),
    ),
  );
};
