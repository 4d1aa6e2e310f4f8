import { z } from 'zod';

export type Document = { readonly [key: string]: unknown };

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean => isDocument(value) && Object.keys(value).length === 0;

/** Keywords that hold schemas by name, and those that hold one or a list of them. */
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs']);
const NESTED: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'additionalProperties',
  'propertyNames',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
]);

/** The bounds of integers in JavaScript say nothing of what is meant. */
const isUnbounded = (keyword: string, value: unknown): boolean =>
  (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
  (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER);

const tidyEntry = (keyword: string, value: unknown): unknown => {
  // Any value: said by the word that readers and generators know.
  if (keyword === 'additionalProperties' && isEmpty(value)) return true;
  if (NAMED.has(keyword) && isDocument(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, tidySchema(each)]));
  if (!NESTED.has(keyword)) return value;
  return Array.isArray(value) ? value.map(tidySchema) : tidySchema(value);
};

const tidySchema = (schema: unknown): unknown => {
  if (!isDocument(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([keyword, value]) =>
          keyword !== '$schema' &&
          keyword !== '$id' &&
          !(keyword === 'properties' && isEmpty(value)) &&
          !isUnbounded(keyword, value),
      )
      .map(([keyword, value]) => [keyword, tidyEntry(keyword, value)]),
  );
};

const SCHEMAS = '#/components/schemas/';

export const schemaRef = (name: string): Document => ({ $ref: `${SCHEMAS}${name}` });

/** Schemas by name in JSON Schema 2020-12; where one holds another of them, it refers to it. */
export const toJsonSchemas = (
  schemas: { readonly [name: string]: z.ZodType },
  io: 'input' | 'output',
): { readonly [name: string]: Document } => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: written } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    uri: (id) => `${SCHEMAS}${id}`,
  });
  return Object.fromEntries(
    Object.entries(written).map(([name, schema]) => {
      const tidy = tidySchema(schema);
      return [name, isDocument(tidy) ? tidy : {}];
    }),
  );
};
