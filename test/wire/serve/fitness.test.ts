import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { legacyDialect } from '../../../src/wire/serve/chat/legacy/dialect.ts';
import { CHAT_REQUEST, CHAT_SHELL } from '../../../src/wire/serve/chat/request-schema.ts';
import { fitnessFor } from '../../../src/wire/serve/fitness.ts';
import { messagesSchema, tokenCountSchema } from '../../../src/wire/serve/messages/schema.ts';
import { EMBEDDINGS_SCHEMA } from '../../../src/wire/serve/operations/embeddings.ts';
import { IMAGE_GENERATIONS_SCHEMA } from '../../../src/wire/serve/operations/image-generations.ts';
import { MODERATIONS_SCHEMA } from '../../../src/wire/serve/operations/moderations.ts';
import { RERANK_SCHEMA } from '../../../src/wire/serve/operations/rerank.ts';
import { SPEECH_SCHEMA } from '../../../src/wire/serve/operations/speech.ts';
import { RESPONSES_BODY, RESPONSES_SCHEMA } from '../../../src/wire/serve/responses/schema.ts';

const SCHEMAS: { readonly [name: string]: z.ZodType } = {
  chat: CHAT_REQUEST,
  'chat without members': CHAT_SHELL,
  completions: legacyDialect.requestSchema,
  messages: messagesSchema,
  'token count': tokenCountSchema,
  responses: RESPONSES_SCHEMA,
  'responses without members': RESPONSES_BODY,
  embeddings: EMBEDDINGS_SCHEMA,
  images: IMAGE_GENERATIONS_SCHEMA,
  moderations: MODERATIONS_SCHEMA,
  rerank: RERANK_SCHEMA,
  speech: SPEECH_SCHEMA,
};

/** A schema and all that it is made of. */
const nodesOf = (schema: z.core.$ZodType, found = new Set<z.core.$ZodType>()): Set<z.core.$ZodType> => {
  if (found.has(schema)) return found;
  found.add(schema);
  const below: readonly unknown[] =
    schema instanceof z.ZodObject
      ? Object.values(schema.shape)
      : schema instanceof z.ZodUnion
        ? schema.options
        : schema instanceof z.ZodArray
          ? [schema.element]
          : schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
            ? [schema.def.innerType]
            : [];
  for (const each of below) if (each instanceof z.core.$ZodType) nodesOf(each, found);
  return found;
};

const TEXTS = [
  '',
  'a',
  'auto',
  'function',
  'text',
  'user',
  'no name!',
  'x'.repeat(257),
  'x'.repeat(10_001),
  '5m',
];
const NUMBERS = [
  0,
  -0,
  1,
  2,
  -1,
  0.5,
  2.5,
  20,
  21,
  129,
  1e7,
  1e7 + 1,
  2 ** 53,
  1e300,
  Number.POSITIVE_INFINITY,
];
const MEMBERS = [
  'type',
  'role',
  'content',
  'text',
  'name',
  'model',
  'input',
  'messages',
  'function',
  'id',
  'url',
];
const SIMPLE: readonly unknown[] = [undefined, null, true, false, ...TEXTS, ...NUMBERS];
const VALUES: readonly unknown[] = [
  ...SIMPLE,
  [],
  ...SIMPLE.slice(1).map((value) => [value]),
  Array.from({ length: 17 }, () => 'a'),
  {},
  JSON.parse('{"__proto__":{"type":"text"},"constructor":1}'),
  ...MEMBERS.flatMap((name) => SIMPLE.slice(1).map((value) => ({ [name]: value }))),
  { type: 'text', text: 'a' },
  { type: 'function', function: { name: 'a', parameters: {} } },
  { type: 'function', function: { name: 'no name!', parameters: [] } },
  { role: 'user', content: 'a' },
  { role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'else' }] },
  { role: 'assistant', content: null, tool_calls: [{ id: 'a', function: { name: 'b', arguments: '{}' } }] },
  { model: 'a', messages: [{ role: 'user', content: 'a' }], temperature: 2.5 },
  { model: 'a', messages: [{ role: 'user', content: 'a' }], stop: ['a'], seed: 1, stream: true },
  { model: 'a', max_tokens: 5, messages: [{ role: 'user', content: 'a' }] },
  { model: 'a', input: 'b' },
  { model: 'a', input: ['b', 1] },
];

describe('what is told of a value without its schema', () => {
  it.each(Object.entries(SCHEMAS))('is what the schema says: %s', (_name, schema) => {
    for (const node of nodesOf(schema))
      for (const value of VALUES)
        expect(
          fitnessFor(node)(value),
          `${node._zod.def.type}: ${JSON.stringify(value)?.slice(0, 200) ?? 'undefined'}`,
        ).toBe(z.safeParse(node, value).success);
  });
});
