import type { Catalogue } from '../../catalogue/catalogue.ts';
import { compareOfferings } from '../../catalogue/comparison/compare-offerings.ts';
import { explainPrice } from '../../catalogue/explain-price.ts';
import { type FilterProblem, filterProblem } from '../../catalogue/filter/filter-problem.ts';
import { ceilingCurrencies, unconvertible } from '../../catalogue/filter/rate-problem.ts';
import { unknownBenchmark } from '../../catalogue/quality/unknown-benchmark.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { CompareCommand } from './commands/compare.ts';
import type { ModelsCommand } from './commands/models.ts';
import type { PricesCommand } from './commands/prices.ts';
import { compareJson } from './compare-json.ts';
import { compareTable, pricesData } from './compare-table.ts';
import { flagProblem, inTerminalWords } from './flag-problem.ts';
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

const problemText = ({ path, problem, needsRate }: FilterProblem): string => {
  const hint =
    needsRate === undefined ? '' : ` For this run alone: --rate ${needsRate}=<units for one US dollar>.`;
  return `${flagProblem(path, problem)}${hint}`;
};

export const compareCommand = (
  { input, limit, json }: Pick<CompareCommand, 'input' | 'limit' | 'json'>,
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

const modelsProblem = (
  catalogue: Catalogue,
  { filter }: Pick<ModelsCommand, 'filter'>,
): FilterProblem | undefined => {
  const problem = filterProblem(catalogue, filter);
  if (problem !== undefined || filter.minQuality === undefined) return problem;
  const unknown = unknownBenchmark(catalogue, filter.minQuality.benchmark);
  return unknown === undefined ? undefined : { path: 'filter.minQuality.benchmark', problem: unknown };
};

/** What a ceiling left out only because no exchange rate is known. */
const unconvertedNotes = (
  catalogue: Catalogue,
  { filter }: Pick<ModelsCommand, 'filter'>,
): readonly string[] =>
  ceilingCurrencies(filter).flatMap((currency) => {
    const lacking = unconvertible(catalogue, currency);
    if (lacking.length === 0) return [];
    const missing = currency === 'USD' ? (lacking[0] ?? '') : currency;
    return [
      `Prices in ${lacking.join(', ')} could not be compared with ${currency}: state a rate with --rate ${missing}=N (units for one US dollar).`,
    ];
  });

export const modelsCommand = (
  options: Pick<ModelsCommand, 'filter' | 'sort' | 'limit' | 'json'>,
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
  { names, history, all, explain, limit, json }: Omit<PricesCommand, 'kind' | 'settings'>,
  offline: OfflineCatalogue,
): Promise<Printout> => {
  const { catalogue, now } = offline;
  const offerings: Offering[] = [];
  for (const name of names) {
    const found = offeringsNamed(catalogue, name);
    if (typeof found === 'string') return { problem: inTerminalWords(found) };
    offerings.push(...found.filter((each) => !offerings.includes(each)));
  }
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
  return {
    text: json
      ? pricesJson(list, limit, notes)
      : pricesTable(list, { at: now, limit, notes, terminal: offline.terminal }),
  };
};
