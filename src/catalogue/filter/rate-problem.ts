import type { Currency } from '../../domain/money.ts';
import type { OfferingFilter } from '../../domain/offering-filter.ts';
import type { Catalogue } from '../catalogue.ts';
import { conversionOf } from '../fx.ts';

const CEILINGS = ['maxInputPrice', 'maxOutputPrice', 'maxBlendedPrice', 'maxCostPerRequest'] as const;

const known = new WeakMap<Catalogue, readonly Currency[]>();

/** Currencies that prices are in, the most frequent first. */
const pricedCurrencies = (catalogue: Catalogue): readonly Currency[] => {
  let currencies = known.get(catalogue);
  if (currencies === undefined) {
    const counts = new Map<Currency, number>();
    for (const { id } of catalogue.offerings)
      for (const { currency } of catalogue.pricesOf(id))
        counts.set(currency, (counts.get(currency) ?? 0) + 1);
    currencies = [...counts].toSorted(([, one], [, other]) => other - one).map(([currency]) => currency);
    known.set(catalogue, currencies);
  }
  return currencies;
};

/** Why no price can be compared with amounts of this currency; undefined if some can, or if nothing has a price. */
export const rateProblem = (catalogue: Catalogue, currency: Currency): string | undefined => {
  const currencies = pricedCurrencies(catalogue);
  if (currencies.length === 0) return undefined;
  if (currencies.some((priced) => conversionOf(priced, currency, catalogue.fx) !== undefined))
    return undefined;
  return `is ${currency}, but prices are in ${currencies.join(', ')} and no exchange rate leads to ${currency}. State one as \`catalogue.rates\` in the configuration, turn on the source \`ecb\` or \`frankfurter\`, or use ${currencies[0]}.`;
};

/** Currencies of prices that no known exchange rate converts to this one. */
export const unconvertible = (catalogue: Catalogue, currency: Currency): readonly Currency[] =>
  pricedCurrencies(catalogue).filter((priced) => conversionOf(priced, currency, catalogue.fx) === undefined);

/** Currencies of the ceilings of a filter. */
export const ceilingCurrencies = (filter: OfferingFilter): readonly Currency[] => [
  ...new Set(CEILINGS.flatMap((name) => filter[name]?.currency ?? [])),
];

type CeilingProblem = { readonly path: string; readonly problem: string; readonly needsRate: Currency };

/** The first ceiling of a filter whose currency no price can be converted to. */
export const ceilingProblem = (catalogue: Catalogue, filter: OfferingFilter): CeilingProblem | undefined => {
  for (const name of CEILINGS) {
    const currency = filter[name]?.currency;
    if (currency === undefined) continue;
    const problem = rateProblem(catalogue, currency);
    if (problem !== undefined) return { path: `${name}.currency`, problem, needsRate: currency };
  }
  return undefined;
};
