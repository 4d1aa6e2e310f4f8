import { endianness } from 'node:os';
import { z } from 'zod';
import type { JsonValue } from '../../../domain/json.ts';
import type { EmbeddingPurpose } from '../../../domain/operation.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { invalid } from '../invalid-body.ts';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { factsMember, modelOf, promptUsage } from './answer-usage.ts';
import { MODEL, USER } from './common-fields.ts';
import { readBody } from './read-body.ts';

const MOST_INPUTS = 2_048;

const TEXT = z.string().min(1);

export const EMBEDDINGS_SCHEMA = z.looseObject({
  model: MODEL,
  input: z
    .union([TEXT, z.array(TEXT).min(1).max(MOST_INPUTS)], {
      error: ({ input }) =>
        input === undefined ? 'is missing.' : 'takes text or a list of texts, none of them empty.',
    })
    .describe('A text, or 1 to 2,048 texts; each gives one vector.'),
  encoding_format: z
    .enum(['float', 'base64'])
    .nullish()
    .describe('`base64`: 32-bit numbers, little-endian. Default `float`.'),
  dimensions: z
    .int()
    .min(1)
    .max(65_536)
    .nullish()
    .describe('Length of the vectors, where the model lets it be chosen.'),
  user: USER,
  input_type: z
    .string()
    .max(100)
    .nullish()
    .describe(
      'What the vectors are for: `query`, `document`, `similarity`, `classification` or `clustering`; `search_query`, `passage` and the like mean the same.',
    ),
  purpose: z.string().max(100).nullish().describe('Another name of `input_type`.'),
});

/** How servers that tell purposes apart call them. */
const PURPOSES: { readonly [word: string]: EmbeddingPurpose } = {
  query: 'QUERY',
  search_query: 'QUERY',
  retrieval_query: 'QUERY',
  'retrieval.query': 'QUERY',
  document: 'DOCUMENT',
  passage: 'DOCUMENT',
  search_document: 'DOCUMENT',
  retrieval_document: 'DOCUMENT',
  'retrieval.passage': 'DOCUMENT',
  similarity: 'SIMILARITY',
  semantic_similarity: 'SIMILARITY',
  'text-matching': 'SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  separation: 'CLUSTERING',
};

const purposeOf = (word: string): EmbeddingPurpose | undefined => {
  const name = word.toLowerCase();
  return Object.hasOwn(PURPOSES, name) ? PURPOSES[name] : undefined;
};

const tokensProblem = (input: JsonValue | undefined): InvalidBody | undefined => {
  const first = Array.isArray(input) ? input[0] : undefined;
  const isTokens = typeof first === 'number' || (Array.isArray(first) && typeof first[0] === 'number');
  return isTokens
    ? invalid(
        'input',
        'holds tokens, which mean something to one tokenizer alone. Send the texts themselves (LangChain: check_embedding_ctx_length=False).',
      )
    : undefined;
};

const isBigEndian = endianness() === 'BE';

/** Numbers of 32 bits, little-endian whatever this machine is. */
const base64Of = (vector: readonly number[]): string => {
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  return (isBigEndian ? bytes.swap32() : bytes).toString('base64');
};

export type EmbeddingsOptions = { readonly encoding: 'float' | 'base64' };

/** `POST /v1/embeddings` */
export const embeddings: ServedOperation<'EMBEDDING', EmbeddingsOptions> = {
  operation: 'EMBEDDING',
  takes: ['JSON'],
  requestSchema: EMBEDDINGS_SCHEMA,
  read(sent) {
    if (sent.kind === 'FORM') return invalid('', 'is a form; takes JSON.');
    const tokens = tokensProblem(sent.body.input);
    if (tokens !== undefined) return tokens;
    const read = readBody(EMBEDDINGS_SCHEMA, sent.body);
    if (read.kind === 'INVALID') return read;
    const { model, input, encoding_format, dimensions, user, input_type, purpose } = read.value;
    const word = input_type ?? purpose ?? undefined;
    const meant = word === undefined ? undefined : purposeOf(word);
    const field = input_type == null ? 'purpose' : 'input_type';
    return {
      kind: 'OK',
      model,
      input: {
        inputs: typeof input === 'string' ? [input] : input,
        ...taken({ dimensions, purpose: meant }),
      },
      ...taken({ user }),
      unread: word !== undefined && meant === undefined ? [...read.unread, field] : read.unread,
      options: { encoding: encoding_format ?? 'float' },
    };
  },
  write: ({ result, record }, { encoding }) => ({
    kind: 'JSON',
    body: {
      object: 'list',
      data: result.vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: encoding === 'base64' ? base64Of(vector) : vector,
      })),
      model: modelOf(record),
      ...promptUsage(record),
      ...factsMember(record),
    },
  }),
};
