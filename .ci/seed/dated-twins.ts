import type { ShippedList, ShippedOffering } from '../../src/catalogue/shipped/shipped-list.ts';

const DATE = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8})(?=$|-v\d)/;

const plainRates = ({ prices = [] }: ShippedOffering): string =>
  JSON.stringify(
    prices
      .filter(
        ({ tier, region, rates: { input, output } }) =>
          tier === undefined && region === undefined && (input ?? output) !== undefined,
      )
      .map(({ promptTokens, rates: { input, output } }) => [promptTokens, input, output]),
  );

/**
 * Leaves out dated names of models that cost the same under their plain name: they say nothing of their own. Those that another
 * list has too are kept, so that its row has all rates: `isListed` answers for ids of offerings.
 */
export const withoutDatedTwins = <List extends Pick<ShippedList, 'providers'>>(
  list: List,
  isListed: (offeringId: string) => boolean = () => false,
): List => ({
  ...list,
  providers: list.providers.map((provider) => {
    const byName = new Map(provider.offerings.map((offering) => [offering.id.toLowerCase(), offering]));
    const isTwin = (offering: ShippedOffering): boolean => {
      const plain = offering.id.toLowerCase().replace(DATE, '');
      const twin = byName.get(plain);
      return (
        twin !== undefined &&
        twin !== offering &&
        plainRates(twin) === plainRates(offering) &&
        !isListed(`${provider.id}/${offering.id}`)
      );
    };
    return { ...provider, offerings: provider.offerings.filter((offering) => !isTwin(offering)) };
  }),
});
