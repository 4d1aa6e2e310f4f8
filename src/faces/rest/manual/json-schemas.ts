import { z } from 'zod';

/** An object of an OpenAPI document. */
export type Document = { readonly [key: string]: unknown };

const SCHEMAS = '#/components/schemas/';

export const schemaRef = (name: string): Document => ({ $ref: `${SCHEMAS}${name}` });

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

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
    override({ jsonSchema }) {
      // Any value: said by the word that readers and generators know.
      if (isEmpty(jsonSchema.additionalProperties)) jsonSchema.additionalProperties = true;
      if (isEmpty(jsonSchema.properties)) delete jsonSchema.properties;
      // The bounds of integers in JavaScript say nothing of what is meant.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  for (const schema of Object.values(written)) {
    delete schema.$schema;
    delete schema.$id;
  }
  return written;
};
