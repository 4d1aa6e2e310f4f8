import type {
  ShippedList,
  ShippedOffering,
  ShippedPrices,
} from '../../src/catalogue/shipped/shipped-list.ts';

const isPlain = ({ tier, region, effectiveTo }: ShippedPrices): boolean =>
  tier === undefined && region === undefined && effectiveTo === undefined;

const plainRates = ({ prices = [] }: ShippedOffering): ReadonlyMap<string, string> =>
  new Map(
    prices.filter(isPlain).flatMap(({ promptTokens, rates }) =>
      promptTokens === undefined || promptTokens[0] === 0
        ? ['input', 'output'].flatMap((word): readonly [string, string][] => {
            const rate = rates[word];
            return rate === undefined ? [] : [[word, rate]];
          })
        : [],
    ),
  );

/** Of names that move, a new plain rate means another model, so that nothing else holds either. */
const isMovingAlias = (id: string): boolean => /-latest$/.test(id);

const PLAIN_WORDS: ReadonlySet<string> = new Set([
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
]);

const withoutExtras = (prices: readonly ShippedPrices[]): readonly ShippedPrices[] =>
  prices.flatMap((set) => {
    const rates = Object.fromEntries(Object.entries(set.rates).filter(([word]) => PLAIN_WORDS.has(word)));
    return Object.keys(rates).length === 0 ? [] : [{ ...set, rates }];
  });

/**
 * Leaves out the rates of other service tiers and regions of an offering whose plain rates a newer list contradicts: where
 * the plain rate has changed, so have they. Of names that move it keeps nothing but the rates of text.
 */
export const withoutStaleTiers = (list: ShippedList, newer: readonly ShippedList[]): ShippedList => {
  const known = new Map<string, ReadonlyMap<string, string>>();
  for (const { providers, publishedAt } of newer)
    if (publishedAt > list.publishedAt)
      for (const { id, offerings } of providers)
        for (const offering of offerings) known.set(`${id}/${offering.id}`, plainRates(offering));
  const isContradicted = (providerId: string, offering: ShippedOffering): boolean => {
    const now = known.get(`${providerId}/${offering.id}`);
    return [...plainRates(offering)].some(([word, rate]) => {
      const other = now?.get(word);
      return other !== undefined && Number(other) !== Number(rate);
    });
  };
  const keptOf = (id: string, prices: readonly ShippedPrices[]): readonly ShippedPrices[] =>
    isMovingAlias(id) ? withoutExtras(prices) : prices;
  return {
    ...list,
    providers: list.providers.map((provider) => ({
      ...provider,
      offerings: provider.offerings.map((offering) =>
        offering.prices !== undefined && isContradicted(provider.id, offering)
          ? { ...offering, prices: keptOf(offering.id, offering.prices.filter(isPlain)) }
          : offering,
      ),
    })),
  };
};
