import type { z } from 'zod';
import { isJsonObject } from '../../domain/json.ts';

// What is wrong with a value, as the end of a sentence that begins with the field: "is a number; takes text."

const LONGEST_QUOTE = 50;

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
      return 'a number';
    case 'boolean':
      return String(value);
    default:
      return 'an object';
  }
};

/** A text is quoted, as which of several words it is matters. */
const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, LONGEST_QUOTE)) : kindOf(value);

const anyOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** `bound` as in `at most 5`. */
export const sizeProblem = (value: unknown, bound: string): string => {
  if (typeof value === 'number') return `is ${value}; takes ${bound}.`;
  if (typeof value === 'string')
    return value === '' ? 'is empty.' : `has ${value.length} characters; takes ${bound}.`;
  if (Array.isArray(value)) return value.length === 0 ? 'is empty.' : `has ${value.length}; takes ${bound}.`;
  return `takes ${bound}.`;
};

/** `words`: what is taken in its place. */
export const wordProblem = (value: unknown, words: readonly string[]): string =>
  value === undefined ? 'is missing.' : `is ${shown(value)}; takes ${anyOf(words)}.`;

/** The value is of another kind. */
export const kindProblem = (value: unknown, wanted: readonly string[]): string =>
  value === undefined ? 'is missing.' : `is ${kindOf(value)}; takes ${anyOf(wanted)}.`;

/** What an issue expected, where its value is of another kind or not among those that are taken. */
export const expectedBy = (issue: z.core.$ZodIssue): readonly string[] => {
  if (issue.code === 'invalid_type') return [WORDS[issue.expected] ?? issue.expected];
  return issue.code === 'invalid_value' ? issue.values.map(String) : [];
};

/** Stands for the alternatives of a union that has no words of its own. */
export const ALTERNATIVES = 'is not as expected.';

/** Zod's problems in these words. What a schema says of itself comes before. */
export const problemWords: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' && typeof input === 'number'
        ? `is ${input}; takes a whole number.`
        : kindProblem(input, [WORDS[issue.expected] ?? issue.expected]);
    case 'invalid_value':
      return wordProblem(input, issue.values.map(String));
    case 'too_big':
      return sizeProblem(input, `at most ${issue.maximum}`);
    case 'too_small':
      return sizeProblem(input, `at least ${issue.minimum}`);
    case 'invalid_key':
      return `is a name that ${issue.issues[0]?.message ?? 'is not taken.'}`;
    case 'invalid_union': {
      if (input === undefined) return 'is missing.';
      const { discriminator } = issue;
      if (discriminator === undefined) return ALTERNATIVES;
      const tag = isJsonObject(input) ? input[discriminator] : undefined;
      return tag === undefined ? 'is missing.' : `is ${shown(tag)}, which is not known here.`;
    }
    default:
      return ALTERNATIVES;
  }
};
