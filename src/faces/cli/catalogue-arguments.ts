import type { ModelOrder } from '../../catalogue/catalogue-query.ts';
import {
  COMPARISON_COLUMNS,
  type ComparisonInput,
  GROUPINGS,
} from '../../catalogue/comparison/comparison-input.ts';
import { TASK_PRESETS } from '../../catalogue/comparison/task-presets.ts';
import { GREATEST_FIRST, MODEL_COLUMNS, type SortDirection } from '../../catalogue/sort-values.ts';
import { SERVICE_TIERS, type ServiceTier } from '../../domain/completion-request.ts';
import { type Currency, Decimal } from '../../domain/money.ts';
import type { OfferingFilter } from '../../domain/offering-filter.ts';
import { FILTER_OPTIONS, readFilter } from './filter-options.ts';
import {
  ArgumentProblem,
  type GivenOptions,
  type OptionKinds,
  readList,
  readOptions,
  readShare,
  readWhole,
  readWord,
  refusePositionals,
  shown,
} from './read-options.ts';

/** Of this run: units of the currency for one US dollar. */
type StatedRates = readonly { readonly currency: Currency; readonly perUsd: Decimal }[];

export type CompareOptions = {
  readonly input: ComparisonInput;
  readonly rates: StatedRates;
  readonly limit: number;
  readonly json: boolean;
};
export type ModelsOptions = {
  readonly filter: OfferingFilter;
  readonly sort: ModelOrder;
  readonly rates: StatedRates;
  readonly limit: number;
  readonly json: boolean;
};
export type PricesOptions = {
  readonly name: string;
  /** Also what was served before, from the store. */
  readonly history: boolean;
  /** Also rows that are over or not yet in force. */
  readonly all: boolean;
  /** Say of each rate who states it, when it applies and what others say. */
  readonly explain: boolean;
  readonly json: boolean;
};

export const limitOf = (given: GivenOptions, usual: number): number => {
  const limit = readWhole(given, '--limit') ?? usual;
  if (limit < 1 || limit > 10_000) throw new ArgumentProblem('"--limit" takes 1 to 10000.');
  return limit;
};

/** `CNY=7.12`: units for one US dollar. */
const rateIn = (text: string): StatedRates[number] => {
  const [currency = '', rate = '', ...more] = text.split('=');
  const isRate = /^\d{1,15}(\.\d{1,15})?$/.test(rate) && Number(rate) > 0 && more.length === 0;
  if (!/^[A-Z]{3}$/i.test(currency) || !isRate)
    throw new ArgumentProblem(
      `"--rate" takes units of a currency for one US dollar, e.g. CNY=7.12, not "${shown(text)}".`,
    );
  return { currency: currency.toUpperCase(), perUsd: new Decimal(rate) };
};

const readRates = (given: GivenOptions): StatedRates => (readList(given, '--rate') ?? []).map(rateIn);

const readTier = (given: GivenOptions): ServiceTier | undefined => {
  const text = given.values.get('--tier');
  return text === undefined ? undefined : readWord(SERVICE_TIERS, '--tier', text);
};

const readCurrency = ({ values }: GivenOptions): Currency => {
  const currency = values.get('--currency')?.toUpperCase() ?? 'USD';
  if (/^[A-Z]{3}$/.test(currency)) return currency;
  throw new ArgumentProblem(
    `"--currency" takes a code of three letters, e.g. CNY, not "${shown(currency)}".`,
  );
};

/** `released`, `quality:asc`: a column in the graph's words or a short one, and which way, the usual one if not given. */
const readSort = <Column extends string>(
  { values }: GivenOptions,
  columns: readonly Column[],
  shortNames: { readonly [name: string]: Column },
): { readonly field: Column; readonly direction: SortDirection } | undefined => {
  const text = values.get('--sort');
  if (text === undefined) return undefined;
  const [name = '', way] = text.split(':');
  const field = shortNames[name.toLowerCase()] ?? readWord(columns, '--sort', name);
  const usual = GREATEST_FIRST.has(field) ? 'DESC' : 'ASC';
  return { field, direction: way === undefined ? usual : readWord(['ASC', 'DESC'], '--sort', way) };
};

const SHORT_COLUMNS = {
  released: 'RELEASE_DATE',
  context: 'CONTEXT_WINDOW',
  price: 'BLENDED_PRICE',
} as const;

const COMPARE_OPTIONS: OptionKinds = {
  ...FILTER_OPTIONS,
  '--task': 'VALUE',
  '--group': 'VALUE',
  '--sort': 'VALUE',
  '--all': 'FLAG',
  '--input-tokens': 'VALUE',
  '--output-tokens': 'VALUE',
  '--reasoning-tokens': 'VALUE',
  '--requests': 'VALUE',
  '--cached-share': 'VALUE',
  '--batch-share': 'VALUE',
  '--tier': 'VALUE',
  '--benchmark': 'VALUE',
  '--currency': 'VALUE',
  '--rate': 'LIST',
  '--limit': 'VALUE',
  '--json': 'FLAG',
};

export const compareArguments = (args: readonly string[]): CompareOptions => {
  const given = readOptions('compare', args, COMPARE_OPTIONS);
  refusePositionals(given);
  const word = <Word extends string>(words: readonly Word[], name: string): Word | undefined => {
    const text = given.values.get(name);
    return text === undefined ? undefined : readWord(words, name, text);
  };
  const task = word(TASK_PRESETS, '--task');
  const grouping = word(GROUPINGS, '--group');
  const sort = readSort(given, COMPARISON_COLUMNS, SHORT_COLUMNS);
  const qualityBenchmark = given.values.get('--benchmark');
  const inputTokens = readWhole(given, '--input-tokens');
  const outputTokens = readWhole(given, '--output-tokens');
  const reasoningTokens = readWhole(given, '--reasoning-tokens');
  const requestsPerMonth = readWhole(given, '--requests');
  const cachedInputShare = readShare(given, '--cached-share');
  const batchShare = readShare(given, '--batch-share');
  const serviceTier = readTier(given);
  return {
    input: {
      ...(task !== undefined && { task }),
      ...(grouping !== undefined && { grouping }),
      ...(sort !== undefined && { sort }),
      ...(qualityBenchmark !== undefined && { qualityBenchmark }),
      ...(given.flags.has('--all') && { availability: 'ANY' }),
      workload: {
        ...(inputTokens !== undefined && { inputTokens }),
        ...(outputTokens !== undefined && { outputTokens }),
        ...(reasoningTokens !== undefined && { reasoningTokens }),
        ...(requestsPerMonth !== undefined && { requestsPerMonth }),
        ...(cachedInputShare !== undefined && { cachedInputShare }),
        ...(batchShare !== undefined && { batchShare }),
        ...(serviceTier !== undefined && { serviceTier }),
      },
      filter: readFilter(given),
      currency: readCurrency(given),
    },
    rates: readRates(given),
    limit: limitOf(given, 20),
    json: given.flags.has('--json'),
  };
};

export const modelsArguments = (args: readonly string[]): ModelsOptions => {
  const given = readOptions('models', args, {
    ...FILTER_OPTIONS,
    '--sort': 'VALUE',
    '--all': 'FLAG',
    '--rate': 'LIST',
    '--limit': 'VALUE',
    '--json': 'FLAG',
  });
  refusePositionals(given);
  const sort = readSort(given, MODEL_COLUMNS, SHORT_COLUMNS);
  return {
    filter: {
      ...(!given.flags.has('--all') && { retired: 'EXCLUDE', movingAliases: 'EXCLUDE' }),
      ...readFilter(given),
    },
    sort: sort ?? { field: 'RELEASE_DATE', direction: 'DESC' },
    rates: readRates(given),
    limit: limitOf(given, 10_000),
    json: given.flags.has('--json'),
  };
};

export const pricesArguments = (args: readonly string[]): PricesOptions => {
  const given = readOptions('prices', args, {
    '--history': 'FLAG',
    '--all': 'FLAG',
    '--explain': 'FLAG',
    '--json': 'FLAG',
  });
  const [name, extra] = given.positionals;
  if (name === undefined)
    throw new ArgumentProblem('"prices" needs the name of a model or an offering, e.g. openai/gpt-4o-mini.');
  if (extra !== undefined) throw new ArgumentProblem(`"prices" takes no "${shown(extra)}".`);
  return {
    name,
    history: given.flags.has('--history'),
    all: given.flags.has('--all'),
    explain: given.flags.has('--explain'),
    json: given.flags.has('--json'),
  };
};
