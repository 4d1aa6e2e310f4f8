import type { z } from 'zod';
import type { UnreadField } from '../../../domain/client-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { readBody } from '../operations/read-body.ts';

/** What is wrong with a body, and where, in the client's own names. Never leaves the reader. */
export class BodyProblem extends Error {
  readonly path: string;
  readonly problem: string;
  constructor(path: string, problem: string) {
    super('body problem');
    this.path = path;
    this.problem = problem;
  }
}

const within = (outer: string, inner: string): string =>
  inner === '' ? outer : outer === '' || inner.startsWith('[') ? `${outer}${inner}` : `${outer}.${inner}`;

/** The value as its schema has it. Throws BodyProblem. */
export const checked = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$loose>,
  value: JsonObject,
  path: string,
): z.output<z.ZodObject<Shape, z.core.$loose>> => {
  const read = readBody(schema, value);
  if (read.kind === 'INVALID') throw new BodyProblem(within(path, read.path), read.problem);
  return read.value;
};

/** What is found on the way that our words have no place for. */
export type Reading = {
  readonly note: (name: string, isEssential: boolean) => void;
  readonly hasEssential: () => boolean;
  readonly unread: () => readonly UnreadField[];
};

/** A stranger chooses how many there are, and what some are called. */
const MOST_UNREAD = 50;
const LONGEST_NAME = 200;

export const createReading = (): Reading => {
  const fields: UnreadField[] = [];
  let more = 0;
  let hasEssential = false;
  return {
    note(name, isEssential) {
      hasEssential ||= isEssential;
      if (fields.length < MOST_UNREAD) fields.push({ name: name.slice(0, LONGEST_NAME), isEssential });
      else more += 1;
    },
    hasEssential: () => hasEssential,
    unread: () =>
      more === 0 ? fields : [...fields, { name: `and ${more} more`, isEssential: hasEssential }],
  };
};

/** Names that the schema does not know; null says nothing. */
export const unknownIn = (
  object: JsonObject | undefined,
  known: { readonly [name: string]: unknown },
): readonly string[] =>
  Object.entries(object ?? {}).flatMap(([name, value]) =>
    value === null || Object.hasOwn(known, name) ? [] : [name],
  );
