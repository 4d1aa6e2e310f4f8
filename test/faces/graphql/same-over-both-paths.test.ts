import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

type Headers = { readonly [name: string]: string };

/** All of an answer but its date. */
const answerTo = (body: string | Buffer, headers: Headers): Promise<object> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}/graphql`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.adminKey}`,
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { date: _date, ...rest } = response.headers;
          resolve({
            status: `${response.statusCode} ${response.statusMessage}`,
            headers: Object.entries(rest),
            names: response.rawHeaders.filter((name, index) => index % 2 === 0 && name !== 'Date'),
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

/** Only requests of this very type are answered beside the engine's own reading of requests. */
const PLAIN = 'application/json';
const SPELT_OTHERWISE = 'application/json;charset=UTF-8';

const COMPLETE = `mutation ($input: CompletionInput!) { complete(input: $input) { __typename
  ... on Completion { text finishReason usage { input output } cost { __typename } }
  ... on Error { message } } }`;
const ask = (model: string, more: object = {}) => ({
  query: COMPLETE,
  variables: { input: { model, messages: [{ user: { text: 'Hëllo, graph. 🌍' } }], ...more } },
});

const TWO = 'query A { __typename } query B { b: __typename }';
const NESTED = `{ ${'models { edges { node { offerings { edges { node { model { '.repeat(3)} slug ${'} } } } } } } }'.repeat(3)} }`;
const HEAVY =
  '{ models(first: 100) { edges { node { offerings(first: 100) { edges { node { id prices { id amount { amount currency } per } } } } } } } }';

const BODIES: readonly (readonly [name: string, body: unknown])[] = [
  ['a query', { query: '{ __typename }' }],
  ['a completion', ask('sandbox/echo')],
  ['a completion, asked for in a long text', ask('sandbox/echo', { user: 'x'.repeat(20_000) })],
  ['an expected failure', ask('openai/gpt-4o-minii')],
  ['variables that are null', { query: '{ __typename }', variables: null, operationName: null }],
  ['extensions', { query: '{ __typename }', extensions: { of: 'ours' } }],
  ['an operation by its name', { query: TWO, operationName: 'B' }],
  ['no name among several', { query: TWO }],
  ['an unknown name', { query: TWO, operationName: 'C' }],
  ['a name that is no text', { query: TWO, operationName: 1 }],
  ['a wrong argument', { query: '{ models(first: -1) { edges { node { id } } } }' }],
  ['a variable that is missing', { query: COMPLETE }],
  ['a variable of the wrong type', ask('sandbox/echo', { seed: 'one' })],
  ['a field that is not there', { query: '{ __typenam }' }],
  ['a syntax error', { query: '{ __typename' }],
  ['an empty operation', { query: '' }],
  ['an operation that is too deep', { query: NESTED }],
  ['an operation that is too heavy', { query: HEAVY }],
  ['an operation that is too long', { query: `{ ${'__typename '.repeat(2_500)} }` }],
  [
    'a subscription',
    {
      query:
        'subscription { completion(input: { messages: [], model: "sandbox/echo" }) { __typename ... on Error { message } } }',
    },
  ],
  ['no query', { variables: {} }],
  ['a query that is no text', { query: ['{ __typename }'] }],
  ['variables that are a list', { query: '{ __typename }', variables: [] }],
  ['variables that are text', { query: '{ __typename }', variables: '{}' }],
  ['extensions that are text', { query: '{ __typename }', extensions: 'none' }],
  ['another parameter', { query: '{ __typename }', id: 1 }],
  ['another parameter that is null', { query: '{ __typename }', id: null }],
  ['several operations', [{ query: '{ __typename }' }, { query: '{ __typename }' }]],
  ['null', null],
  ['a number', 1],
];

const TEXTS: readonly (readonly [name: string, body: string | Buffer])[] = [
  ...BODIES.map(([name, body]) => [name, JSON.stringify(body)] as const),
  ['no body', ''],
  ['a body that is no JSON', '{ "query": '],
  ['a byte order mark', '\uFEFF{"query":"{ __typename }"}'],
  ['a prototype as parameter', '{"query":"{ __typename }","__proto__":{"query":"{ x }"}}'],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
];

const ACCEPTED: readonly (string | undefined)[] = [
  undefined,
  '',
  '*/*',
  'application/*',
  '*/json',
  'application/json',
  'APPLICATION/JSON',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/json, application/graphql-response+json',
  'application/json;charset=latin1, application/graphql-response+json',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'multipart/mixed;deferSpec=20220824,application/json',
  'text/event-stream',
  'multipart/mixed',
  'text/html',
  ', ;',
];

const ACCEPTED_BY_CLIENTS: readonly Headers[] = [
  { accept: 'application/json' },
  { accept: 'application/graphql-response+json' },
];

/** The same request in both ways. */
const bothAnswers = async (body: string | Buffer, headers: Headers): Promise<readonly [object, object]> => [
  await answerTo(body, { ...headers, 'content-type': PLAIN }),
  await answerTo(body, { ...headers, 'content-type': SPELT_OTHERWISE }),
];

describe('a request of plain JSON has the same answer as one that is not so plain', () => {
  it.each(TEXTS)('with %s', async (_name, body) => {
    for (const headers of ACCEPTED_BY_CLIENTS) {
      const [plain, other] = await bothAnswers(body, headers);
      expect(plain).toEqual(other);
    }
  });

  it.each(ACCEPTED)('for a client that accepts %s', async (accept) => {
    for (const query of [
      '{ __typename }',
      '{ __typenam }',
      '{ models(first: -1) { edges { node { id } } } }',
    ]) {
      const headers = accept === undefined ? {} : { accept };
      const [plain, other] = await bothAnswers(JSON.stringify({ query }), headers);
      expect(plain).toEqual(other);
    }
  });
});

describe('a mutation of plain JSON whose answer the engine is to tell', () => {
  it('runs once', async () => {
    const made = async (): Promise<number> => {
      const { body } = await server.post('{ completions(first: 100) { edges { node { id } } } }');
      return body.data.completions.edges.length;
    };
    const before = await made();
    const { status, body } = await server.post(
      `mutation ($input: CompletionInput!) { complete(input: $input) {
         ... on Completion { text offering { model { offerings(first: -1) { edges { node { id } } } } } } } }`,
      ask('sandbox/echo').variables,
    );
    expect(status).toBe(200);
    expect(body.errors[0].message).toBe('first: takes 0 or more.');
    await expect.poll(made).toBe(before + 1);
  });
});
