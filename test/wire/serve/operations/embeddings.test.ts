import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decimal } from '../../../../src/domain/money.ts';
import { embeddings } from '../../../../src/wire/serve/operations/embeddings.ts';
import { recordWith, serve } from './operation-server.ts';

const read = (body: object) => embeddings.read({ kind: 'JSON', body: JSON.parse(JSON.stringify(body)) });

describe('embeddings of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'EMBEDDING', { readonly encoding: 'float' | 'base64' }>>>;
  beforeAll(async () => {
    server = await serve(embeddings, '/v1/embeddings');
  });
  afterAll(() => server.close());

  it('come as 32-bit numbers, which the client asks for by itself', async () => {
    server.answer({
      vectors: [
        [0.1, -2.5, 3e-8],
        [1, 0, -1],
      ],
    });
    const answer = await server.client.embeddings.create({ model: 'm', input: ['a', 'b'], dimensions: 3 });
    expect(server.latest()).toEqual({
      kind: 'OK',
      model: 'm',
      input: { inputs: ['a', 'b'], dimensions: 3 },
      unread: [],
      options: { encoding: 'base64' },
    });
    expect(answer.data.map(({ index, object }) => [index, object])).toEqual([
      [0, 'embedding'],
      [1, 'embedding'],
    ]);
    expect(answer.data[0]?.embedding.map(Math.fround)).toEqual([0.1, -2.5, 3e-8].map(Math.fround));
    expect(answer.data[1]?.embedding).toEqual([1, 0, -1]);
    expect(answer).toMatchObject({
      object: 'list',
      model: 'host/m',
      usage: { prompt_tokens: 12, total_tokens: 12, cost: 1.2e-7, cost_currency: 'USD' },
      modelgraph: {
        id: 'op_1',
        offering: 'host/m',
        attempts: 0,
        cost: { kind: 'PRICED', total: '0.00000012', currency: 'USD' },
        warnings: [],
      },
    });
  });

  it('come as they are where plain numbers are asked for', async () => {
    server.answer({ vectors: [[0.1, 0.2]] });
    const answer = await server.client.embeddings.create({
      model: 'm',
      input: 'a',
      encoding_format: 'float',
      user: 'u',
    });
    expect(answer.data[0]?.embedding).toEqual([0.1, 0.2]);
    expect(server.latest()).toMatchObject({ input: { inputs: ['a'] }, user: 'u' });
  });
});

describe('a request for embeddings', () => {
  it('says what the vectors are for in the words of several servers', () => {
    expect(read({ model: 'm', input: 'a', input_type: 'search_query' })).toMatchObject({
      input: { purpose: 'QUERY' },
      unread: [],
    });
    expect(read({ model: 'm', input: 'a', input_type: 'passage' })).toMatchObject({
      input: { purpose: 'DOCUMENT' },
    });
    expect(read({ model: 'm', input: 'a', purpose: 'constructor' })).toMatchObject({
      input: { inputs: ['a'] },
      unread: ['purpose'],
    });
  });

  it('names what nobody here knows, but not for ever', () => {
    expect(read({ model: 'm', input: 'a', truncate: 'END', nothing: null })).toMatchObject({
      unread: ['truncate'],
    });
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`${index}_${'x'.repeat(500)}`, 1]),
    );
    const { unread } = read({ model: 'm', input: 'a', ...many }) as { readonly unread: readonly string[] };
    expect(unread).toHaveLength(51);
    expect(unread.at(-1)).toBe('and 10 more');
    expect(Math.max(...unread.map((name) => name.length))).toBe(200);
  });

  it.each([
    [{ input: 'a' }, 'model', 'is missing.'],
    [{ model: 5, input: 'a' }, 'model', 'is a number; takes text.'],
    [{ model: '', input: 'a' }, 'model', 'is empty.'],
    [{ model: 'm' }, 'input', 'is missing.'],
    [{ model: 'm', input: '' }, 'input', 'is empty.'],
    [{ model: 'm', input: [] }, 'input', 'is empty.'],
    [{ model: 'm', input: ['a', ''] }, 'input[1]', 'is empty.'],
    [{ model: 'm', input: ['a', 7] }, 'input[1]', 'is a number; takes text.'],
    [{ model: 'm', input: { text: 'a' } }, 'input', 'takes text or a list of texts, none of them empty.'],
    [
      { model: 'm', input: Array.from({ length: 2_049 }, () => 'a') },
      'input',
      'has 2049; takes at most 2048.',
    ],
    [
      { model: 'm', input: Array.from({ length: 100_000 }, () => 'a') },
      'input',
      'has 100000; takes at most 10000.',
    ],
    [
      { model: 'm', input: 'a', encoding_format: 'binary' },
      'encoding_format',
      'is "binary"; takes float or base64.',
    ],
    [{ model: 'm', input: 'a', dimensions: 1.5 }, 'dimensions', 'is 1.5; takes a whole number.'],
    [{ model: 'm', input: 'a', dimensions: 0 }, 'dimensions', 'is 0; takes at least 1.'],
    [{ model: 'm', input: 'a', dimensions: 1e9 }, 'dimensions', 'is 1000000000; takes at most 65536.'],
    [{ model: 'm', input: 'a', dimensions: '3' }, 'dimensions', 'is text; takes a number.'],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(read(body)).toEqual({ kind: 'INVALID', path, problem });
  });

  it.each([[[1, 2, 3]], [[[1, 2], [3]]]])('of tokens is told to send text: %#', (input) => {
    expect(read({ model: 'm', input })).toEqual({
      kind: 'INVALID',
      path: 'input',
      problem: expect.stringContaining('Send the texts'),
    });
  });
});

describe('what an answer says of its cost', () => {
  const write = (record: Parameters<typeof recordWith>[1]) => {
    const reply = embeddings.write(
      { result: { vectors: [[1]] }, record: recordWith('EMBEDDING', record) },
      { encoding: 'float' },
    );
    return reply.kind === 'JSON' ? reply.body : undefined;
  };

  it('is 0 only where nothing is charged', () => {
    expect(write({ cost: { kind: 'FREE' } })).toMatchObject({
      usage: { prompt_tokens: 12, cost: 0 },
      modelgraph: { cost: { kind: 'FREE' } },
    });
  });

  it('is absent where nobody knows it', () => {
    const body = write({ cost: { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] } });
    expect(body?.usage).toEqual({ prompt_tokens: 12, total_tokens: 12 });
    expect(body).toMatchObject({ modelgraph: { cost: { kind: 'UNPRICED', reason: 'NO_PRICE' } } });
  });

  it('keeps the exact figure beside the rounded one', () => {
    const total = new Decimal('0.1234567890123456789012345');
    const body = write({ cost: { kind: 'PRICED', lines: [], total, currency: 'CNY' } });
    expect(body).toMatchObject({
      usage: { cost: 0.12345678901234568, cost_currency: 'CNY' },
      modelgraph: { cost: { total: '0.1234567890123456789012345', currency: 'CNY' } },
    });
  });

  it('comes with what was not done as asked', () => {
    const warning = { code: 'UNSUPPORTED_PARAMETER', parameter: 'dimensions', message: 'no' } as const;
    expect(write({ warnings: [warning] })).toMatchObject({ modelgraph: { warnings: [warning] } });
  });
});
