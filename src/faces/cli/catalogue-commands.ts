import type { Catalogue } from '../../catalogue/catalogue.ts';
import { compareOfferings } from '../../catalogue/comparison/compare-offerings.ts';
import { explainPrice } from '../../catalogue/explain-price.ts';
import { type FilterProblem, filterProblem } from '../../catalogue/filter/filter-problem.ts';
import { ceilingCurrencies, unconvertible } from '../../catalogue/filter/rate-problem.ts';
import { unknownBenchmark } from '../../catalogue/quality/unknown-benchmark.ts';
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

const problemText = ({ path, problem, needsRate }: FilterProblem): string => {
  const hint =
    needsRate === undefined ? '' : ` For this run alone: --rate ${needsRate}=<units for one US dollar>.`;
  return `"${optionOf(path)}": ${problem}${hint}`;
};

export const compareCommand = (
  { input, limit, json }: CompareOptions,
  { catalogue, now, notes, terminal }: OfflineCatalogue,
): Printout => {
  const result = compareOfferings(catalogue, { of: () => [] }, input, now);
  if (result.kind === 'INVALID') return { problem: problemText(result.problem) };
  const ends = [...notes, pricesData(catalogue)];
  return {
    text: json
      ? compareJson(catalogue, result.comparison, limit, ends)
      : compareTable(catalogue, result.comparison, limit, ends, terminal),
  };
};

const modelsProblem = (catalogue: Catalogue, { filter }: ModelsOptions): FilterProblem | undefined => {
  if (filter.maxCostPerRequest !== undefined)
    return {
      path: 'filter.maxCostPerRequest',
      problem: 'is not taken by "models", which knows no request; "compare" takes it.',
    };
  const problem = filterProblem(catalogue, filter);
  if (problem !== undefined || filter.minQuality === undefined) return problem;
  const unknown = unknownBenchmark(catalogue, filter.minQuality.benchmark);
  return unknown === undefined ? undefined : { path: 'filter.minQuality.benchmark', problem: unknown };
};

/** What a ceiling left out only because no exchange rate is known. */
const unconvertedNotes = (catalogue: Catalogue, { filter }: ModelsOptions): readonly string[] =>
  ceilingCurrencies(filter).flatMap((currency) => {
    const lacking = unconvertible(catalogue, currency);
    if (lacking.length === 0) return [];
    const missing = currency === 'USD' ? (lacking[0] ?? '') : currency;
    return [
      `Prices in ${lacking.join(', ')} could not be compared with ${currency}: state a rate with --rate ${missing}=N (units for one US dollar).`,
    ];
  });

export const modelsCommand = (
  options: ModelsOptions,
  { catalogue, now, notes, terminal }: OfflineCatalogue,
): Printout => {
  const problem = modelsProblem(catalogue, options);
  if (problem !== undefined) return { problem: problemText(problem) };
  const ends = [...unconvertedNotes(catalogue, options), ...notes, pricesData(catalogue)];
  return {
    text: options.json
      ? modelsJson(catalogue, options, now, ends)
      : modelsTable(catalogue, options, now, ends, terminal),
  };
};

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
  return { text: json ? pricesJson(list, notes) : pricesTable(list, now, notes, offline.terminal) };
};
