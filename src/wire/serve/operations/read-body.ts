import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import type { InvalidBody } from '../client-dialect.ts';

export const invalid = (path: string, problem: string): InvalidBody => ({ kind: 'INVALID', path, problem });

/** Longer lists are not looked through: none of ours takes so many. */
const MOST_ITEMS = 10_000;
/** A stranger chooses how many fields there are and what they are called. */
const MOST_UNREAD = 50;
const LONGEST_NAME = 100;

/** What is quoted of a wrong value. */
const LONGEST_QUOTE = 50;

const WANTED: { readonly [expected: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return String(value);
    default:
      return 'an object';
  }
};

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, LONGEST_QUOTE)) : kindOf(value);

const sizeOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : Number(value);

const alternatives = (values: readonly unknown[]): string => {
  const words = values.map(String);
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
};

/** What is wrong, as the end of a sentence that begins with the field. */
const problemOf: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  if (input === undefined) return 'is missing.';
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int'
        ? `is ${sizeOf(input)}; takes a whole number.`
        : `is ${kindOf(input)}; takes ${WANTED[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return `is ${shown(input)}; takes ${alternatives(issue.values)}.`;
    case 'too_big':
      if (typeof input === 'number') return `is ${input}; takes at most ${issue.maximum}.`;
      return `has ${sizeOf(input)}${typeof input === 'string' ? ' characters' : ''}; at most ${issue.maximum} are taken.`;
    case 'too_small':
      if (typeof input === 'number') return `is ${input}; takes at least ${issue.minimum}.`;
      return sizeOf(input) === 0
        ? 'is empty.'
        : `has ${sizeOf(input)}; at least ${issue.minimum} are needed.`;
    default:
      return undefined;
  }
};

export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

type Found = {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
  /** It is something else altogether, rather than too long, too many or the like. */
  readonly isOther: boolean;
};

const isCloser = (one: Found, other: Found): boolean =>
  one.path.length === other.path.length ? other.isOther && !one.isOther : one.path.length > other.path.length;

/** Of alternatives, the one that came closest says what is wrong. */
const deepest = (issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Found => {
  const path = [...above, ...issue.path];
  const itself: Found = {
    path,
    problem: issue.message,
    isOther: issue.code === 'invalid_type' || issue.code === 'invalid_union',
  };
  if (issue.code !== 'invalid_union') return itself;
  return issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [deepest(first, path)]))
    .reduce<Found>((found, branch) => (isCloser(branch, found) ? branch : found), itself);
};

/** Names of what is unread: as many and as much of them as a warning may hold. */
export const boundedNames = (names: readonly string[]): readonly string[] => {
  const kept = names.slice(0, MOST_UNREAD).map((name) => name.slice(0, LONGEST_NAME));
  return kept.length === names.length ? kept : [...kept, `and ${names.length - kept.length} more`];
};

/** Fields that the schema does not know, by name; null says nothing. */
export const unreadOf = (body: JsonObject, known: { readonly [name: string]: unknown }): readonly string[] =>
  boundedNames(Object.keys(body).filter((name) => body[name] !== null && !Object.hasOwn(known, name)));

const isTooLong = (value: JsonValue | undefined): value is readonly JsonValue[] =>
  Array.isArray(value) && value.length > MOST_ITEMS;

/** Holds a body against its schema. Never throws. */
export const readBody = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$loose>,
  body: JsonObject,
):
  | {
      readonly kind: 'OK';
      readonly value: z.output<z.ZodObject<Shape, z.core.$loose>>;
      readonly unread: readonly string[];
    }
  | InvalidBody => {
  for (const name of Object.keys(schema.shape)) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (isTooLong(value)) return invalid(name, `has ${value.length}; at most ${MOST_ITEMS} are taken.`);
  }
  const read = schema.safeParse(body, { error: problemOf });
  if (read.success) return { kind: 'OK', value: read.data, unread: unreadOf(body, schema.shape) };
  const [first] = read.error.issues;
  if (first === undefined) return invalid('', 'is not as expected.');
  const { path, problem } = deepest(first, []);
  return invalid(pathText(path), problem);
};

type Given<Values> = { [Name in keyof Values]?: Exclude<Values[Name], null | undefined> };

/** Clients say null or nothing for what is absent; the core knows only absence. */
export const taken = <Values extends object>(values: Values): Given<Values> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<Values>;
