import { nearestNames } from '../../catalogue/nearest-names.ts';

/** What an argument should have been. */
export class ArgumentProblem extends Error {
  override readonly name = 'ArgumentProblem';
}

/** FLAG takes no value, VALUE one, LIST several with commas. SWITCH takes `=yes` or `=no`, and is yes without it. */
export type OptionKind = 'FLAG' | 'VALUE' | 'LIST' | 'SWITCH';
export type OptionKinds = { readonly [name: string]: OptionKind };

export type GivenOptions = {
  readonly command: string;
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
};

export const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const unknownOption = (command: string, name: string, options: OptionKinds): ArgumentProblem => {
  const nearest = nearestNames(name, new Set(Object.keys(options)));
  const suggestion = nearest.length === 0 ? '' : ` Nearest: ${nearest.slice(0, 3).join(', ')}.`;
  return new ArgumentProblem(`"${command}" takes no "${shown(name)}".${suggestion}`);
};

/** `--name value` and `--name=value`; each once. */
export const readOptions = (command: string, args: readonly string[], options: OptionKinds): GivenOptions => {
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
    if (kind === undefined) throw unknownOption(command, name, options);
    if (flags.has(name) || values.has(name)) throw new ArgumentProblem(`"${name}" is given twice.`);
    if (kind === 'FLAG') {
      if (equals >= 0) throw new ArgumentProblem(`"${name}" takes no value.`);
      flags.add(name);
      continue;
    }
    if (kind === 'SWITCH' && equals < 0) {
      values.set(name, 'yes');
      continue;
    }
    const value = equals < 0 ? args[++index] : argument.slice(equals + 1);
    if (value === undefined || value === '' || value.startsWith('--'))
      throw new ArgumentProblem(`"${name}" needs a value.`);
    values.set(name, value);
  }
  return { command, flags, values, positionals };
};

export const refusePositionals = ({ command, positionals: [first] }: GivenOptions): void => {
  if (first !== undefined) throw new ArgumentProblem(`"${command}" takes no "${shown(first)}".`);
};

export const readNumber = ({ values }: GivenOptions, name: string): number | undefined => {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?[\d.]+$/.test(text) || !Number.isFinite(value))
    throw new ArgumentProblem(`"${name}" takes a number, not "${shown(text)}".`);
  return value;
};

/** Tokens may be written short: `128k`, `1M`. */
const FACTORS: { readonly [suffix: string]: number } = { k: 1_000, K: 1_000, m: 1_000_000, M: 1_000_000 };

export const readWhole = (given: GivenOptions, name: string): number | undefined => {
  const text = given.values.get(name);
  const factor = text === undefined ? undefined : FACTORS[text.at(-1) ?? ''];
  const value =
    text !== undefined && factor !== undefined && /^\d+(\.\d+)?[kKmM]$/.test(text)
      ? Number(text.slice(0, -1)) * factor
      : readNumber(given, name);
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
    throw new ArgumentProblem(`"${name}" takes a whole number from 0 on, not "${text}".`);
  return value;
};

export const readShare = (given: GivenOptions, name: string): number | undefined => {
  const value = readNumber(given, name);
  if (value !== undefined && !(value >= 0 && value <= 1))
    throw new ArgumentProblem(`"${name}" takes a share from 0 to 1, not "${given.values.get(name)}".`);
  return value;
};

export const readList = ({ values }: GivenOptions, name: string): readonly string[] | undefined =>
  values
    .get(name)
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** A word in any case, with dashes for underscores. */
export const readWord = <Word extends string>(words: readonly Word[], name: string, text: string): Word => {
  const found = words.find((word) => word === text.toUpperCase().replaceAll('-', '_'));
  if (found === undefined)
    throw new ArgumentProblem(`"${name}" takes ${words.join(', ')}, not "${shown(text)}".`);
  return found;
};
