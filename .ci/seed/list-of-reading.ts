import type {
  ShippedFacts,
  ShippedOffering,
  ShippedPrices,
  ShippedProvider,
} from '../../src/catalogue/shipped/shipped-list.ts';
import { METERS } from '../../src/domain/meters.ts';
import type { Meter } from '../../src/domain/price.ts';
import type { SourceFacts, SourceOffering, SourcePrice } from '../../src/ports/catalogue-source.ts';

const bareWord = ({ family, direction, modality, tokenType }: Meter): string | undefined =>
  Object.entries(METERS).find(
    ([, meter]) =>
      meter.family === family &&
      meter.direction === direction &&
      meter.modality === modality &&
      meter.tokenType === tokenType,
  )?.[0];

/** The word of a meter in shipped lists; undefined for one that they cannot say. */
export const wordOfMeter = (meter: Meter): string | undefined => {
  const word = bareWord(meter);
  const attributes = Object.entries(meter.attributes ?? {});
  if (word === undefined || attributes.some((pair) => /[,={}]/.test(pair.join('')))) return undefined;
  return attributes.length === 0
    ? word
    : `${word}{${attributes.map(([name, value]) => `${name}=${value}`).join(',')}}`;
};

const day = (moment: string): string => (moment.endsWith('T00:00:00.000Z') ? moment.slice(0, 10) : moment);
const range = ({ from, to }: { from: number; to?: number }): readonly [number, number?] =>
  to === undefined ? [from] : [from, to];

const conditionsOf = (row: SourcePrice): Omit<ShippedPrices, 'rates'> => {
  const { promptTokens, outputTokens, thinking, timeWindow, region } = row.conditions;
  return {
    ...(row.serviceTier === 'STANDARD' ? {} : { tier: row.serviceTier }),
    ...(promptTokens === undefined ? {} : { promptTokens: range(promptTokens) }),
    ...(outputTokens === undefined ? {} : { outputTokens: range(outputTokens) }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(timeWindow === undefined ? {} : { timeWindow }),
    ...(region === undefined ? {} : { region }),
    ...(row.currency === 'USD' ? {} : { currency: row.currency }),
    ...(row.billing === 'METERED' ? {} : { billing: row.billing }),
    ...(row.effectiveFrom === undefined ? {} : { effectiveFrom: day(row.effectiveFrom) }),
    ...(row.effectiveTo === undefined ? {} : { effectiveTo: day(row.effectiveTo) }),
  };
};

/** Rows that apply under the same conditions together, in the order in which they were met. */
export const setsOfRows = (rows: readonly SourcePrice[]): readonly ShippedPrices[] =>
  [...Map.groupBy(rows, (row) => JSON.stringify(conditionsOf(row))).values()].flatMap((group) => {
    const rates = Object.fromEntries(
      group.flatMap((row): readonly [string, string][] => {
        const word = wordOfMeter(row.meter);
        return word === undefined ? [] : [[word, row.amount]];
      }),
    );
    const [first] = group;
    return first === undefined || Object.keys(rates).length === 0 ? [] : [{ ...conditionsOf(first), rates }];
  });

export const shippedFacts = (facts: SourceFacts): ShippedFacts => ({
  ...facts.limits,
  ...(facts.inputModalities === undefined ? {} : { inputs: facts.inputModalities }),
  ...(facts.outputModalities === undefined ? {} : { outputs: facts.outputModalities }),
  ...(facts.capabilities === undefined || facts.capabilities.length === 0
    ? {}
    : { capabilities: facts.capabilities }),
  ...(facts.lacks === undefined || facts.lacks.length === 0 ? {} : { lacks: facts.lacks }),
  ...(facts.releaseDate === undefined ? {} : { released: day(facts.releaseDate) }),
  ...(facts.knowledgeCutoff === undefined ? {} : { cutoff: facts.knowledgeCutoff }),
  ...(facts.retiresAt === undefined ? {} : { retires: day(facts.retiresAt) }),
  ...(facts.openWeights === undefined ? {} : { openWeights: facts.openWeights }),
  ...(facts.deprecated === true ? { deprecated: true } : {}),
});

export const shippedOffering = (offering: SourceOffering): ShippedOffering => {
  const prices = setsOfRows(offering.prices);
  return {
    id: offering.providerModelId,
    ...(offering.name === undefined ? {} : { name: offering.name }),
    ...shippedFacts(offering.facts),
    ...(offering.region === undefined ? {} : { region: offering.region }),
    ...(offering.billing === undefined ? {} : { billing: offering.billing }),
    ...(offering.sourceUrl === undefined ? {} : { url: offering.sourceUrl }),
    ...(prices.length === 0 ? {} : { prices }),
  };
};

/** The page that most of the offerings name stands once, with the provider. */
const withCommonUrl = (provider: ShippedProvider): ShippedProvider => {
  const counts = Map.groupBy(
    provider.offerings.flatMap(({ url }) => url ?? []),
    (url) => url,
  );
  const [common] = [...counts].toSorted(([, one], [, other]) => other.length - one.length)[0] ?? [];
  if (common === undefined || (counts.get(common)?.length ?? 0) < provider.offerings.length) return provider;
  const offerings = provider.offerings.map(({ url: _, ...rest }) => rest);
  return { ...provider, url: common, offerings };
};

const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  one.id < other.id ? -1 : one.id > other.id ? 1 : 0;

/** Names that differ in case alone are one: the first that has a price is taken. */
const withoutTwins = (offerings: readonly ShippedOffering[]): readonly ShippedOffering[] =>
  [...Map.groupBy(offerings, ({ id }) => id.toLowerCase()).values()].flatMap(
    (same) => same.find(({ prices }) => prices !== undefined) ?? same.slice(0, 1),
  );

/** Offerings of a reading by provider, in the form of shipped lists. */
export const shippedProviders = (offerings: readonly SourceOffering[]): readonly ShippedProvider[] =>
  [...Map.groupBy(offerings, ({ providerId }) => providerId)]
    .map(([id, own]) =>
      withCommonUrl({ id, offerings: withoutTwins(own.map(shippedOffering)).toSorted(byId) }),
    )
    .toSorted(byId);
