import { z } from 'zod';
import { type FileContent, pathText } from './config-file.ts';

/** A mapping that takes no other names than these, and says so of one that it does not know. */
export const settings = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not known here; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

const KINDS: { readonly [kind: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list, whose items begin with "- "',
  object: 'a mapping of names to values',
  record: 'a mapping of names to values',
};

/** What a setting takes, for a person. Never tells what it was given, which may be a credential. */
export const explain = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = KINDS[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is missing; it takes ${wanted}` : `takes ${wanted}`;
    }
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_value':
      return `takes one of ${issue.values.join(', ')}`;
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      return `takes ${bound}${issue.origin === 'string' ? ' characters' : ''}`;
    }
    default:
      return undefined;
  }
};

/** Of `apiKey:sk-…`, which lacks a space and so is all name, only what was meant to be the name. */
const presentable = (name: string): string => name.replace(/\W.*$/s, '…');

/** What is wrong with a file, a line each: where it stands, its path, and what it takes. */
export const problemsOf = (error: z.ZodError, content: FileContent): readonly string[] =>
  error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return `${content.at(issue.path)}: ${pathText(issue.path)}: ${issue.message}.`;
    }
    return issue.keys.map((name) => {
      const where = content.at([...issue.path, name]);
      return `${where}: ${pathText([...issue.path, presentable(name)])}: ${issue.message}.`;
    });
  });
