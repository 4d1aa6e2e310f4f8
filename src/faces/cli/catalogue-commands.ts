import type { Catalogue } from '../../catalogue/catalogue.ts';
import { compareOfferings } from '../../catalogue/comparison/compare-offerings.ts';
import { explainPrice } from '../../catalogue/explain-price.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { CompareOptions, ModelsOptions, PricesOptions } from './catalogue-arguments.ts';
import { compareJson } from './compare-json.ts';
import { compareTable, pricesData } from './compare-table.ts';
import { optionOfMember } from './filter-options.ts';
import { modelsJson, modelsTable } from './models-table.ts';
import { offeringsNamed, type PastPrice, pricesJson, pricesOf, pricesTable } from './prices-table.ts';
import type { Terminal } from './terminal.ts';

/** What is known without a server. */
export type OfflineCatalogue = {
  readonly catalogue: Catalogue;
  readonly now: Date;
  readonly terminal: Terminal;
  /** What is missing, for a person. */
  readonly notes: readonly string[];
  /** What a store says was served, or why that cannot be read now. */
  history(ids: readonly OfferingId[]): Promise<readonly PastPrice[] | string>;
};

/** What to print, or what was asked for wrongly. */
export type Printout = { readonly text: string } | { readonly problem: string };

/** What the parts of the input go by here, besides those of the filter. */
const OPTION_OF_PATH: { readonly [path: string]: string } = {
  'workload.inputTokens': '--input-tokens',
  'workload.outputTokens': '--output-tokens',
  'workload.reasoningTokens': '--reasoning-tokens',
  'workload.requestsPerMonth': '--requests',
  currency: '--currency',
};

const optionOf = (path: string): string => {
  const [part = '', member = ''] = path.split('.');
  return (part === 'filter' ? optionOfMember(member) : OPTION_OF_PATH[path]) ?? path;
};

export const compareCommand = (
  { input, limit, json }: CompareOptions,
  { catalogue, now, notes, terminal }: OfflineCatalogue,
): Printout => {
  const result = compareOfferings(catalogue, { of: () => [] }, input, now);
  if (result.kind === 'INVALID') {
    const { path, problem } = result.problem;
    return { problem: `"${optionOf(path)}": ${problem}` };
  }
  const ends = [...notes, pricesData(catalogue)];
  return {
    text: json
      ? compareJson(catalogue, result.comparison, limit, ends)
      : compareTable(catalogue, result.comparison, limit, ends, terminal),
  };
};

export const modelsCommand = (
  options: ModelsOptions,
  { catalogue, now, notes }: OfflineCatalogue,
): Printout => ({
  text: (options.json ? modelsJson : modelsTable)(catalogue, options, now, [...notes, pricesData(catalogue)]),
});

export const pricesCommand = async (
  { name, history, all, explain, json }: PricesOptions,
  offline: OfflineCatalogue,
): Promise<Printout> => {
  const { catalogue, now } = offline;
  const offerings = offeringsNamed(catalogue, name);
  if (typeof offerings === 'string') return { problem: offerings };
  const past = history ? await offline.history(offerings.map(({ id }) => id)) : undefined;
  const prices = pricesOf(catalogue, offerings, all, now);
  const list = {
    offerings,
    prices,
    ...(explain && {
      explanations: new Map(prices.map((price) => [price.id, explainPrice(catalogue, price, now)])),
    }),
    ...(typeof past === 'object' && { history: past }),
  };
  const notes = [
    ...(typeof past === 'string'
      ? [`No history: ${past} While a server runs, ask its graph for Offering.priceHistory.`]
      : []),
    ...offline.notes,
    pricesData(catalogue),
  ];
  return { text: json ? pricesJson(list, notes) : pricesTable(list, now, notes) };
};
