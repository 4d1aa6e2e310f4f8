import { z } from 'zod';
import type { JsonObject } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { factsMember, modelOf, rankingUsage } from './answer-usage.ts';
import { MODEL, USER } from './common-fields.ts';
import { readJsonBody } from './read-body.ts';

const MOST_DOCUMENTS = 10_000;
const TEXT = z.string().min(1);

export const RERANK_SCHEMA = z.looseObject({
  model: MODEL,
  query: TEXT.describe('What is looked for.'),
  documents: z
    .array(z.union([TEXT, z.looseObject({ text: TEXT })]))
    .min(1)
    .max(MOST_DOCUMENTS)
    .describe('1 to 10,000 texts, each as it is or as `{text}`.'),
  top_n: z.int().min(1).max(MOST_DOCUMENTS).nullish().describe('Only so many of the best. Default: all.'),
  return_documents: z.boolean().nullish().describe('Whether results repeat the documents. Default false.'),
  user: USER,
});

export type RerankOptions = {
  /** To be repeated in the answer; absent where they are not. */
  readonly documents?: readonly string[];
};

/** In the words of servers that bill by searches, beside `usage`. */
const metaOf = ({ usage }: OperationRecord): JsonObject =>
  usage === undefined || usage.requests === 0
    ? {}
    : { meta: { billed_units: { search_units: usage.requests } } };

/** `POST /v1/rerank` */
export const rerank: ServedOperation<'RERANK', RerankOptions> = {
  operation: 'RERANK',
  takes: ['JSON'],
  requestSchema: RERANK_SCHEMA,
  read(sent) {
    const read = readJsonBody(RERANK_SCHEMA, sent);
    if (read.kind === 'INVALID') return read;
    const { model, query, top_n, return_documents, user } = read.value;
    const documents = read.value.documents.map((each) => (typeof each === 'string' ? each : each.text));
    return {
      kind: 'OK',
      model,
      input: { query, documents, ...taken({ topN: top_n }) },
      ...taken({ user }),
      unread: read.unread,
      options: return_documents === true ? { documents } : {},
    };
  },
  write: ({ result, record }, { documents }) => ({
    kind: 'JSON',
    body: {
      id: record.id,
      object: 'list',
      model: modelOf(record),
      results: result.ranking.map(({ index, score }) => {
        const text = documents?.[index];
        return { index, relevance_score: score, ...(text !== undefined && { document: { text } }) };
      }),
      ...metaOf(record),
      ...rankingUsage(record),
      ...factsMember(record),
    },
  }),
};
