import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageOf } from '../../../../src/domain/usage.ts';
import { type RerankOptions, rerank } from '../../../../src/wire/serve/operations/rerank.ts';
import { serve } from './operation-server.ts';

const read = (body: object) => rerank.read({ kind: 'JSON', body: JSON.parse(JSON.stringify(body)) });

describe('rankings', () => {
  let server: Awaited<ReturnType<typeof serve<'RERANK', RerankOptions>>>;
  beforeAll(async () => {
    server = await serve(rerank, '/v1/rerank');
  });
  afterAll(() => server.close());
  const post = async (body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1/rerank`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return answer.json();
  };

  it('have the common shape', async () => {
    server.answer({
      ranking: [
        { index: 1, score: 0.9 },
        { index: 0, score: 0.2 },
      ],
    });
    expect(await post({ model: 'm', query: 'q', documents: ['a', { text: 'b' }], top_n: 2 })).toEqual({
      id: 'op_1',
      object: 'list',
      model: 'host/m',
      results: [
        { index: 1, relevance_score: 0.9 },
        { index: 0, relevance_score: 0.2 },
      ],
      usage: { prompt_tokens: 12, total_tokens: 12, cost: 1.2e-7, cost_currency: 'USD' },
      modelgraph: expect.objectContaining({ offering: 'host/m' }),
    });
    expect(server.latest()).toMatchObject({
      input: { query: 'q', documents: ['a', 'b'], topN: 2 },
      unread: [],
    });
  });

  it('repeat the documents where they are asked to, and count searches where these are billed', async () => {
    server.answer({ ranking: [{ index: 1, score: 0.9 }] }, { usage: usageOf({ requests: 1 }) });
    const body = {
      model: 'm',
      query: 'q',
      documents: ['a', { text: 'b', title: 't' }],
      return_documents: true,
      max_chunks_per_doc: 3,
    };
    expect(await post(body)).toEqual({
      id: 'op_1',
      object: 'list',
      model: 'host/m',
      modelgraph: expect.anything(),
      results: [{ index: 1, relevance_score: 0.9, document: { text: 'b' } }],
      meta: { billed_units: { search_units: 1 } },
      usage: { cost: 1.2e-7, cost_currency: 'USD' },
    });
    expect(server.latest().unread).toEqual(['max_chunks_per_doc']);
  });
});

describe('a request for a ranking', () => {
  it.each([
    [{ model: 'm', documents: ['a'] }, 'query', 'is missing.'],
    [{ model: 'm', query: '', documents: ['a'] }, 'query', 'is empty.'],
    [{ model: 'm', query: 'q' }, 'documents', 'is missing.'],
    [{ model: 'm', query: 'q', documents: 'a' }, 'documents', 'is text; takes a list.'],
    [{ model: 'm', query: 'q', documents: [] }, 'documents', 'is empty.'],
    [{ model: 'm', query: 'q', documents: ['a', {}] }, 'documents[1].text', 'is missing.'],
    [
      { model: 'm', query: 'q', documents: Array.from({ length: 10_001 }, () => 'a') },
      'documents',
      'has 10001; takes at most 10000.',
    ],
    [{ model: 'm', query: 'q', documents: ['a'], top_n: 0 }, 'top_n', 'is 0; takes at least 1.'],
    [
      { model: 'm', query: 'q', documents: ['a'], return_documents: 1 },
      'return_documents',
      'is a number; takes true or false.',
    ],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(read(body)).toEqual({ kind: 'INVALID', path, problem });
  });
});
