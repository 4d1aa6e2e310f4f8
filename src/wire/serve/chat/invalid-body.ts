import type { z } from 'zod';
import { isJsonObject, type JsonValue } from '../../../domain/json.ts';
import type { InvalidBody } from '../client-dialect.ts';

/** Ends the reading of a body; thrown only below `readingBody`. */
export class BodyProblem extends Error {
  readonly path: string;
  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
  }
}

/** What `read` gives, or where it found the body wrong. */
export const readingBody = <Value>(read: () => Value): Value | InvalidBody => {
  try {
    return read();
  } catch (error) {
    if (error instanceof BodyProblem) return { kind: 'INVALID', path: error.path, problem: error.message };
    throw error;
  }
};

type Issue = z.core.$ZodIssue;

const LONGEST_QUOTE = 50;
const LONGEST_PATH = 300;

const WORDS: { readonly [expected: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return String(value);
    case 'boolean':
      return String(value);
    default:
      return 'an object';
  }
};

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, LONGEST_QUOTE)) : kindOf(value);

const anyOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const sizeProblem = (input: unknown, bound: string): string => {
  if (typeof input === 'number') return `is ${input}; takes ${bound}.`;
  if (typeof input === 'string')
    return input === '' ? 'is empty.' : `has ${input.length} characters; takes ${bound}.`;
  if (Array.isArray(input)) return input.length === 0 ? 'is empty.' : `has ${input.length}; takes ${bound}.`;
  return `takes ${bound}.`;
};

/** What an issue expected, where its value is of another kind or not among those that are taken. */
const expectedBy = (issue: Issue): readonly string[] => {
  if (issue.code === 'invalid_type') return [WORDS[issue.expected] ?? issue.expected];
  return issue.code === 'invalid_value' ? issue.values.map(String) : [];
};

const problemOf = (issues: readonly Issue[]): string => {
  const [first] = issues;
  if (first === undefined) return 'is not as expected.';
  const { input } = first;
  if (input === undefined) return 'is missing.';
  const expected = [...new Set(issues.flatMap(expectedBy))];
  if (expected.length > 0) return `is ${shown(input)}; takes ${anyOf(expected)}.`;
  switch (first.code) {
    case 'too_big':
      return sizeProblem(input, `at most ${first.maximum}`);
    case 'too_small':
      return sizeProblem(input, `at least ${first.minimum}`);
    default:
      return first.message;
  }
};

type Found = { readonly path: readonly PropertyKey[]; readonly issues: readonly Issue[] };

/** Whether a branch of a union is for other values: of another kind, or with another `type`. */
const isOff = ({ code, path }: Issue): boolean =>
  (path.length === 0 && code !== 'too_big' && code !== 'too_small') ||
  (path.length === 1 && path[0] === 'type');

/** Of a union's branches, the one that the value was meant for says what is wrong; else all of them together do. */
const find = (issue: Issue, above: readonly PropertyKey[]): Found => {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return { path, issues: [issue] };
  const firsts = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const meant = issue.errors.find((branch) => branch.length > 0 && !branch.some(isOff));
  const [first] = meant ?? [];
  if (first !== undefined) return find(first, path);
  const deepest = Math.max(0, ...firsts.map((each) => each.path.length));
  const all = firsts.filter((each) => each.path.length === deepest).map((each) => find(each, path));
  return { path: all[0]?.path ?? path, issues: all.flatMap(({ issues }) => issues) };
};

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .reduce<string>(
      (text, part) =>
        typeof part === 'number'
          ? `${text}[${part}]`
          : text === ''
            ? String(part)
            : `${text}.${String(part)}`,
      '',
    )
    .slice(0, LONGEST_PATH);

/** The value as its schema gives it. Throws BodyProblem for the first difference; `above` is where the value stands. */
export const hold = <Value>(schema: z.ZodType<Value>, value: unknown, above = ''): Value => {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  if (first === undefined) throw new BodyProblem(above, 'is not as expected.');
  const { path, issues } = find(first, []);
  const below = pathText(path);
  const joint = above === '' || below === '' || below.startsWith('[') ? '' : '.';
  throw new BodyProblem(`${above}${joint}${below}`, problemOf(issues));
};

/** What is wrong with a value that should be an object with one of these words as its `tag`. */
export const wrongTag = (
  path: string,
  value: JsonValue | undefined,
  tag: string,
  words: readonly string[],
): BodyProblem => {
  if (!isJsonObject(value)) return new BodyProblem(path, `is ${shown(value)}; takes an object.`);
  const found = value[tag];
  return new BodyProblem(
    `${path}.${tag}`,
    found === undefined ? 'is missing.' : `is ${shown(found)}; takes ${anyOf(words)}.`,
  );
};

/** Before anything else is done with a list: each wrong member would cost more than a right one. */
export const checkLength = (path: string, value: JsonValue | undefined, most: number): void => {
  if (Array.isArray(value) && value.length > most)
    throw new BodyProblem(path, sizeProblem(value, `at most ${most}`));
};
