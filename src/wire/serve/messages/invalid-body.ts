import type { z } from 'zod';
import type { InvalidBody } from '../client-dialect.ts';

type Issue = z.core.$ZodIssue;

/** `messages[2].content[0].type`, of bounded length: names in it may be a stranger's. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 100)}`))
    .join('')
    .replace(/^\./, '');

/** The issue that says most: the one that lies deepest, as of several kinds the nearest is what was meant. */
const tellingIssue = (
  issue: Issue,
  at: readonly PropertyKey[],
): { issue: Issue; path: readonly PropertyKey[] } => {
  const path = [...at, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path };
  const found = issue.errors.flatMap((branch) => branch.slice(0, 1)).map((one) => tellingIssue(one, path));
  const deepest = found.reduce<(typeof found)[number] | undefined>(
    (best, one) => (best === undefined || one.path.length > best.path.length ? one : best),
    undefined,
  );
  return deepest !== undefined && deepest.path.length > path.length ? deepest : { issue, path };
};

const NAMES: { readonly [kind: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const problemOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = NAMES[issue.expected] ?? issue.expected;
      return issue.input === undefined && /received undefined/.test(issue.message)
        ? `is missing; it takes ${wanted}.`
        : `takes ${wanted}.`;
    }
    case 'invalid_value':
      return `takes ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return `takes at least ${issue.minimum}${unitOf(issue.origin)}.`;
    case 'too_big':
      return `takes at most ${issue.maximum}${unitOf(issue.origin)}.`;
    case 'invalid_union':
      return issue.discriminator === undefined ? `${issue.message}.` : 'is no type that is known here.';
    case 'invalid_format':
    case 'custom':
      return `${issue.message}.`;
    default:
      return 'is not as it has to be.';
  }
};

const unitOf = (origin: string): string =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';

export const invalid = (path: string, problem: string): InvalidBody => ({ kind: 'INVALID', path, problem });

/** The first of what is wrong, in the client's own names. */
export const invalidBody = (error: z.ZodError): InvalidBody => {
  const first = error.issues[0];
  if (first === undefined) return invalid('', 'is not as it has to be.');
  const { issue, path } = tellingIssue(first, []);
  return invalid(pathText(path), problemOf(issue));
};
