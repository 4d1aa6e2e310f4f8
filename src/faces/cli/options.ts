import { type Command, InvalidArgumentError, Option } from 'commander';
import { distance } from 'fastest-levenshtein';
import { type Currency, Decimal } from '../../domain/money.ts';

/** Longer texts are like no word. */
const MAX_WORD = 64;

/** Gives an option's value once the arguments are parsed; undefined if it is not given. */
export type Reads<Value> = () => Value | undefined;

/** Makes a value of an argument, or throws InvalidArgumentError; `previous` if the option is given again. */
export type ReadText<Value> = (text: string, previous: Value | undefined) => Value;

/** The error of an argument that is not what it should be: a sentence about what is accepted. */
const invalid = (message: string): InvalidArgumentError => new InvalidArgumentError(message);

/** The word that was probably meant; undefined if none is close. */
export const nearestWord = (given: string, words: Iterable<string>): string | undefined => {
  const text = given.slice(0, MAX_WORD).toLowerCase();
  const [nearest] = [...words]
    .map((word) => ({ word, away: distance(text, word.toLowerCase()) }))
    .filter(({ word, away }) => away <= Math.max(1, Math.floor(Math.max(text.length, word.length) * 0.4)))
    .toSorted((one, other) => one.away - other.away);
  return nearest?.word;
};

const longFlag = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

type ValueOption<Value> = {
  readonly read: ReadText<Value>;
  /** The default in words, for the help. */
  readonly usual?: string | undefined;
  /** A second name, which the help does not list. */
  readonly alias?: string | undefined;
};

/** Adds an option that takes a value, as `--name <value>`. */
export const valueOption = <Value>(
  command: Command,
  flags: string,
  description: string,
  { read, usual, alias }: ValueOption<Value>,
): Reads<Value> => {
  let given: Value | undefined;
  const parse = (text: string): Value => {
    if (text === '' || text.startsWith('--')) throw invalid('It needs a value.');
    given = read(text, given);
    return given;
  };
  const about = usual === undefined ? description : `${description} (default: ${usual})`;
  command.addOption(new Option(flags, about).argParser(parse));
  if (alias !== undefined)
    command.addOption(new Option(flags.replace(longFlag(flags), alias)).argParser(parse).hideHelp());
  return () => given;
};

/** Adds an option with a default, which is read as if it had been typed. */
export const optionWithDefault = <Value>(
  command: Command,
  flags: string,
  description: string,
  option: ValueOption<Value> & { readonly usual: string },
): (() => Value) => {
  const given = valueOption(command, flags, description, option);
  return () => given() ?? option.read(option.usual, undefined);
};

/** Adds an option without a value. */
export const flagOption = (command: Command, flags: string, description: string): (() => boolean) => {
  const option = new Option(flags, description);
  command.addOption(option);
  return () => command.getOptionValue(option.attributeName()) === true;
};

/** Adds `--name` and `--no-name`. */
export const switchOption = (command: Command, flag: string, description: string): Reads<boolean> => {
  const opposite = flag.replace('--', '--no-');
  const option = new Option(flag, `${description}; ${opposite}: the opposite`);
  command.addOption(option);
  command.addOption(new Option(opposite).hideHelp());
  return () => {
    const value: unknown = command.getOptionValue(option.attributeName());
    return typeof value === 'boolean' ? value : undefined;
  };
};

export const jsonOption = (command: Command): (() => boolean) =>
  flagOption(command, '--json', 'print JSON for programs: everything, amounts with all digits');

export const readText: ReadText<string> = (text) => text;

/** Several with commas, or the option several times. */
export const readList: ReadText<readonly string[]> = (text, previous = []) => {
  const entries = text.split(',').map((each) => each.trim());
  const list = entries.filter((each) => each !== '');
  if (list.length === 0) throw invalid('It takes names, with commas between them.');
  return [...previous, ...list];
};

export const readNumber: ReadText<number> = (text) => {
  const value = Number(text);
  if (!/^-?[\d.]+$/.test(text) || !Number.isFinite(value)) throw invalid('It takes a number.');
  return value;
};

export const readRatio: ReadText<number> = (text) => {
  const value = readNumber(text, undefined);
  if (value <= 0 || value > 1_000_000) throw invalid('It takes a number above 0, at most 1000000.');
  return value;
};

/** Tokens may be written short: `128k`, `1M`. */
const FACTORS: { readonly [suffix: string]: number } = { k: 1_000, K: 1_000, m: 1_000_000, M: 1_000_000 };

export const readWhole: ReadText<number> = (text) => {
  const factor = FACTORS[text.at(-1) ?? ''];
  const value =
    factor !== undefined && /^\d+(\.\d+)?[kKmM]$/.test(text)
      ? Number(text.slice(0, -1)) * factor
      : readNumber(text, undefined);
  if (!Number.isSafeInteger(value) || value < 0) throw invalid('It takes a whole number from 0 on.');
  return value;
};

export const readWithin =
  (least: number, most: number): ReadText<number> =>
  (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw invalid(`It takes a whole number from ${least} to ${most}.`);
    return value;
  };

export const readShare: ReadText<number> = (text) => {
  const value = readNumber(text, undefined);
  if (value < 0 || value > 1) throw invalid('It takes a share from 0 to 1.');
  return value;
};

/** A word of an enum as it is typed: lower case, with dashes. */
export const typed = (word: string): string => word.toLowerCase().replaceAll('_', '-');

/** A word in any case, with dashes for underscores. */
export const readWord =
  <Word extends string>(words: readonly Word[]): ReadText<Word> =>
  (text) => {
    const found = words.find((word) => word === text.toUpperCase().replaceAll('-', '_'));
    if (found !== undefined) return found;
    const all = words.map(typed);
    const nearest = nearestWord(text, all);
    const suggestion = nearest === undefined ? '' : `Did you mean ${nearest}? `;
    throw invalid(`${suggestion}It takes ${all.join(', ')}.`);
  };

export const readWords =
  <Word extends string>(words: readonly Word[]): ReadText<readonly Word[]> =>
  (text, previous = []) => [
    ...previous,
    ...readList(text, undefined).map((each) => readWord(words)(each, undefined)),
  ];

export const readDate: ReadText<Date> = (text) => {
  const parts = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text);
  const day = new Date(`${parts?.[1] ?? ''}-${parts?.[2] ?? '01'}-${parts?.[3] ?? '01'}T00:00:00Z`);
  if (parts === null || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text))
    throw invalid('It takes a date, e.g. 2026-01-31 or 2026.');
  return day;
};

export const readCurrency: ReadText<Currency> = (text) => {
  if (!/^[A-Z]{3}$/i.test(text)) throw invalid('It takes a code of three letters, e.g. CNY.');
  return text.toUpperCase();
};

export const readAmount: ReadText<Decimal> = (text) => {
  if (!/^\d{1,15}(\.\d{1,15})?$/.test(text)) throw invalid('It takes an amount, e.g. 0.25.');
  return new Decimal(text);
};

export const readMoney: ReadText<{ readonly amount: Decimal; readonly currency: Currency }> = (text) => {
  const parts = /^(\d{1,15}(?:\.\d{1,15})?) ?([a-z]{3})?$/i.exec(text);
  if (parts === null) throw invalid('It takes an amount, e.g. 2 or 14CNY.');
  const [, amount = '', currency = 'USD'] = parts;
  return { amount: new Decimal(amount), currency: currency.toUpperCase() };
};

/** Units of a currency for one US dollar, as `--rate CNY=7.12` states them for this run. */
export type StatedRates = readonly { readonly currency: Currency; readonly perUsd: Decimal }[];

const readRate = (text: string): StatedRates[number] => {
  const [currency = '', rate = '', ...more] = text.split('=');
  const isRate = /^\d{1,15}(\.\d{1,15})?$/.test(rate) && Number(rate) > 0 && more.length === 0;
  if (!/^[A-Z]{3}$/i.test(currency) || !isRate)
    throw invalid('It takes units of a currency for one US dollar, e.g. CNY=7.12.');
  return { currency: currency.toUpperCase(), perUsd: new Decimal(rate) };
};

export const readRates: ReadText<StatedRates> = (text, previous = []) => [
  ...previous,
  ...readList(text, undefined).map(readRate),
];

export const readUrl: ReadText<string> = (text) => {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text))
    throw invalid('It takes the http(s) address of a server, e.g. http://127.0.0.1:4000.');
  return text.replace(/\/+$/, '');
};

/** A score at the index, or `benchmark=score`. */
export const readQuality =
  (usual: string): ReadText<{ readonly benchmark: string; readonly score: number }> =>
  (text) => {
    const equals = text.lastIndexOf('=');
    const score = text.slice(equals + 1);
    if (!/^-?\d+(\.\d+)?$/.test(score) || equals === 0)
      throw invalid('It takes a score at the index, or at a benchmark, e.g. 60 or gpqa-diamond=80.');
    return { benchmark: equals < 0 ? usual : text.slice(0, equals), score: Number(score) };
  };
