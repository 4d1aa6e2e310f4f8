import type { z } from 'zod';
import type { JsonObject } from '../../../domain/json.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { holdObject } from '../hold-body.ts';
import { invalid, readingBody } from '../invalid-body.ts';
import type { OperationBody } from '../served-operation.ts';

/** A stranger chooses how many fields there are and what they are called. */
const MOST_UNREAD = 50;
const LONGEST_NAME = 200;

/** Names of what is unread: as many and as much of them as a warning may hold. */
export const boundedNames = (names: readonly string[]): readonly string[] => {
  const kept = names.slice(0, MOST_UNREAD).map((name) => name.slice(0, LONGEST_NAME));
  return kept.length === names.length ? kept : [...kept, `and ${names.length - kept.length} more`];
};

/** Fields that the schema does not know, by name; null says nothing. */
export const unreadOf = (body: JsonObject, known: { readonly [name: string]: unknown }): readonly string[] =>
  boundedNames(Object.keys(body).filter((name) => body[name] !== null && !Object.hasOwn(known, name)));

type ReadBody<Value> = {
  readonly kind: 'OK';
  readonly value: Value;
  readonly unread: readonly string[];
};

/** Holds a body against its schema. Never throws. */
export const readBody = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$loose>,
  body: JsonObject,
): ReadBody<z.output<z.ZodObject<Shape, z.core.$loose>>> | InvalidBody =>
  readingBody(() => ({
    kind: 'OK',
    value: holdObject(schema, body),
    unread: unreadOf(body, schema.shape),
  }));

/** The same for operations that take no form. */
export const readJsonBody = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$loose>,
  sent: OperationBody,
): ReadBody<z.output<z.ZodObject<Shape, z.core.$loose>>> | InvalidBody =>
  sent.kind === 'FORM' ? invalid('', 'is a form; takes JSON.') : readBody(schema, sent.body);
