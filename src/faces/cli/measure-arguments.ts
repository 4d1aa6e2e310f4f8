import { type Currency, Decimal } from '../../domain/money.ts';
import type { OfferingFilter } from '../../domain/offering-filter.ts';
import { FILTER_OPTIONS, readFilter } from './filter-options.ts';
import { ArgumentProblem, type OptionKinds, readOptions, readWhole } from './read-options.ts';

export type MeasureOptions = {
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
  readonly filter: Omit<OfferingFilter, 'models' | 'providers'>;
  readonly budget: { readonly amount: Decimal; readonly currency: Currency };
  readonly samples: number;
  readonly limit: number;
  readonly allowUnpriced: boolean;
  /** A running server that measures; absent: this process does. */
  readonly url?: string;
  readonly key?: string;
  readonly json: boolean;
};

const OPTIONS: OptionKinds = {
  ...FILTER_OPTIONS,
  '--budget': 'VALUE',
  '--currency': 'VALUE',
  '--samples': 'VALUE',
  '--limit': 'VALUE',
  '--allow-unpriced': 'FLAG',
  '--url': 'VALUE',
  '--key': 'VALUE',
  '--json': 'FLAG',
};

const DEFAULT_BUDGET = '0.10';
const MAX_SAMPLES = 10;
const MAX_OFFERINGS = 200;

const within = (name: string, value: number, most: number): number => {
  if (value < 1 || value > most) throw new ArgumentProblem(`"${name}" takes 1 to ${most}.`);
  return value;
};

/** Throws ArgumentProblem. */
export const measureArguments = (args: readonly string[]): MeasureOptions => {
  const given = readOptions('measure', args, OPTIONS);
  const [surplus] = given.positionals;
  if (surplus !== undefined) throw new ArgumentProblem(`"measure" takes no "${surplus.slice(0, 60)}".`);
  const amount = given.values.get('--budget') ?? DEFAULT_BUDGET;
  if (!/^\d{1,9}(\.\d{1,12})?$/.test(amount))
    throw new ArgumentProblem('"--budget" takes an amount, e.g. 0.25.');
  const currency = given.values.get('--currency') ?? 'USD';
  if (!/^[A-Z]{3}$/.test(currency))
    throw new ArgumentProblem('"--currency" takes an ISO 4217 code, e.g. USD.');
  const url = given.values.get('--url');
  if (url !== undefined && !/^https?:\/\/[^/]/.test(url))
    throw new ArgumentProblem('"--url" takes the http(s) address of a server, e.g. http://127.0.0.1:4000.');
  const key = given.values.get('--key');
  const { models, providers, ...filter } = readFilter(given);
  return {
    filter,
    budget: { amount: new Decimal(amount), currency },
    samples: within('--samples', readWhole(given, '--samples') ?? 1, MAX_SAMPLES),
    limit: within('--limit', readWhole(given, '--limit') ?? 20, MAX_OFFERINGS),
    allowUnpriced: given.flags.has('--allow-unpriced'),
    json: given.flags.has('--json'),
    ...(models !== undefined && { models }),
    ...(providers !== undefined && { providers }),
    ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
    ...(key !== undefined && { key }),
  };
};
