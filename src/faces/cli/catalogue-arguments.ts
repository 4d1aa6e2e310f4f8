import { type ComparisonInput, GROUPINGS } from '../../catalogue/comparison/comparison-input.ts';
import { TASK_PRESETS } from '../../catalogue/comparison/task-presets.ts';
import { SERVICE_TIERS } from '../../domain/completion-request.ts';
import { CAPABILITIES } from '../../domain/model.ts';
import { type Currency, Decimal } from '../../domain/money.ts';

export type CompareOptions = {
  readonly input: ComparisonInput;
  /** Of this run: units of the currency for one US dollar. */
  readonly rates: readonly { readonly currency: Currency; readonly perUsd: Decimal }[];
  readonly limit: number;
  readonly json: boolean;
};
export type ModelsOptions = {
  readonly search?: string;
  readonly lab?: string;
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

/** What an argument should have been. */
export class ArgumentProblem extends Error {
  override readonly name = 'ArgumentProblem';
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

type Kind = 'FLAG' | 'VALUE' | 'LIST';
type Given = {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
};

/** `--name value` and `--name=value`; each once. */
export const readOptions = (
  command: string,
  args: readonly string[],
  options: { readonly [name: string]: Kind },
): Given => {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const positionals: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (!argument.startsWith('-')) {
      positionals.push(argument);
      continue;
    }
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const kind = Object.hasOwn(options, name) ? options[name] : undefined;
    if (kind === undefined) throw new ArgumentProblem(`"${command}" takes no "${shown(name)}".`);
    if (flags.has(name) || values.has(name)) throw new ArgumentProblem(`"${name}" is given twice.`);
    if (kind === 'FLAG') {
      if (equals >= 0) throw new ArgumentProblem(`"${name}" takes no value.`);
      flags.add(name);
      continue;
    }
    const value = equals < 0 ? args[++index] : argument.slice(equals + 1);
    if (value === undefined || value === '' || value.startsWith('--'))
      throw new ArgumentProblem(`"${name}" needs a value.`);
    values.set(name, value);
  }
  return { flags, values, positionals };
};

const numberOf = ({ values }: Given, name: string): number | undefined => {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?[\d.]+$/.test(text) || !Number.isFinite(value))
    throw new ArgumentProblem(`"${name}" takes a number, not "${shown(text)}".`);
  return value;
};

export const wholeOf = (given: Given, name: string): number | undefined => {
  const value = numberOf(given, name);
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
    throw new ArgumentProblem(`"${name}" takes a whole number from 0 on, not "${given.values.get(name)}".`);
  return value;
};

const shareOf = (given: Given, name: string): number | undefined => {
  const value = numberOf(given, name);
  if (value !== undefined && !(value >= 0 && value <= 1))
    throw new ArgumentProblem(`"${name}" takes a share from 0 to 1, not "${given.values.get(name)}".`);
  return value;
};

export const listOf = ({ values }: Given, name: string): readonly string[] | undefined =>
  values
    .get(name)
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

const oneOf = <Word extends string>(words: readonly Word[], name: string, text: string): Word => {
  const found = words.find((word) => word === text.toUpperCase().replaceAll('-', '_'));
  if (found === undefined)
    throw new ArgumentProblem(`"${name}" takes ${words.join(', ')}, not "${shown(text)}".`);
  return found;
};

const limitOf = (given: Given, usual: number): number => {
  const limit = wholeOf(given, '--limit') ?? usual;
  if (limit < 1 || limit > 10_000) throw new ArgumentProblem('"--limit" takes 1 to 10000.');
  return limit;
};

/** `CNY=7.12`: units for one US dollar. */
const rateIn = (text: string): CompareOptions['rates'][number] => {
  const [currency = '', rate = '', ...more] = text.split('=');
  const isRate = /^\d{1,15}(\.\d{1,15})?$/.test(rate) && Number(rate) > 0 && more.length === 0;
  if (!/^[A-Z]{3}$/i.test(currency) || !isRate)
    throw new ArgumentProblem(
      `"--rate" takes units of a currency for one US dollar, e.g. CNY=7.12, not "${shown(text)}".`,
    );
  return { currency: currency.toUpperCase(), perUsd: new Decimal(rate) };
};

const noPositionals = (command: string, { positionals: [first] }: Given): void => {
  if (first !== undefined) throw new ArgumentProblem(`"${command}" takes no "${shown(first)}".`);
};

export const compareArguments = (args: readonly string[]): CompareOptions => {
  const given = readOptions('compare', args, {
    '--task': 'VALUE',
    '--group': 'VALUE',
    '--input-tokens': 'VALUE',
    '--output-tokens': 'VALUE',
    '--reasoning-tokens': 'VALUE',
    '--requests': 'VALUE',
    '--cached-share': 'VALUE',
    '--batch-share': 'VALUE',
    '--tier': 'VALUE',
    '--currency': 'VALUE',
    '--rate': 'LIST',
    '--models': 'LIST',
    '--providers': 'LIST',
    '--capabilities': 'LIST',
    '--min-context': 'VALUE',
    '--all': 'FLAG',
    '--include-free': 'FLAG',
    '--limit': 'VALUE',
    '--json': 'FLAG',
  });
  noPositionals('compare', given);
  const word = <Word extends string>(words: readonly Word[], name: string): Word | undefined => {
    const text = given.values.get(name);
    return text === undefined ? undefined : oneOf(words, name, text);
  };
  const task = word(TASK_PRESETS, '--task');
  const grouping = word(GROUPINGS, '--group');
  const inputTokens = wholeOf(given, '--input-tokens');
  const outputTokens = wholeOf(given, '--output-tokens');
  const reasoningTokens = wholeOf(given, '--reasoning-tokens');
  const requestsPerMonth = wholeOf(given, '--requests');
  const cachedInputShare = shareOf(given, '--cached-share');
  const batchShare = shareOf(given, '--batch-share');
  const tier = given.values.get('--tier');
  const currency = given.values.get('--currency')?.toUpperCase() ?? 'USD';
  if (!/^[A-Z]{3}$/.test(currency))
    throw new ArgumentProblem(
      `"--currency" takes a code of three letters, e.g. CNY, not "${shown(currency)}".`,
    );
  const models = listOf(given, '--models');
  const providers = listOf(given, '--providers');
  const capabilities = listOf(given, '--capabilities')?.map((each) =>
    oneOf(CAPABILITIES, '--capabilities', each),
  );
  const minContext = wholeOf(given, '--min-context');
  return {
    input: {
      ...(task !== undefined && { task }),
      ...(grouping !== undefined && { grouping }),
      ...(given.flags.has('--all') && { availability: 'ANY' }),
      workload: {
        ...(inputTokens !== undefined && { inputTokens }),
        ...(outputTokens !== undefined && { outputTokens }),
        ...(reasoningTokens !== undefined && { reasoningTokens }),
        ...(requestsPerMonth !== undefined && { requestsPerMonth }),
        ...(cachedInputShare !== undefined && { cachedInputShare }),
        ...(batchShare !== undefined && { batchShare }),
        ...(tier !== undefined && { serviceTier: oneOf(SERVICE_TIERS, '--tier', tier) }),
      },
      filter: {
        ...(models !== undefined && { models }),
        ...(providers !== undefined && { providers }),
        ...(capabilities !== undefined && { capabilities }),
        ...(minContext !== undefined && { minContextWindow: minContext }),
        ...(given.flags.has('--include-free') && { free: 'INCLUDE' }),
      },
      currency,
    },
    rates: (listOf(given, '--rate') ?? []).map(rateIn),
    limit: limitOf(given, 20),
    json: given.flags.has('--json'),
  };
};

export const modelsArguments = (args: readonly string[]): ModelsOptions => {
  const given = readOptions('models', args, {
    '--search': 'VALUE',
    '--lab': 'VALUE',
    '--limit': 'VALUE',
    '--json': 'FLAG',
  });
  noPositionals('models', given);
  const search = given.values.get('--search');
  const lab = given.values.get('--lab')?.toLowerCase();
  return {
    ...(search !== undefined && { search }),
    ...(lab !== undefined && { lab }),
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
