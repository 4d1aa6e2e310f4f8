import { request } from 'node:http';
import { createClient } from 'graphql-ws';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { KEY_FIELDS } from '../../src/control/credential.ts';
import type { Modelgraph } from '../support/modelgraph.ts';
import { plainServer } from '../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

type Headers = { readonly [name: string]: string };
type Face = { readonly name: string; ask(headers: Headers): Promise<number> };

const STREAM = 'subscription { offeringStats(filter: { providers: ["sandbox"] }) { __typename } }';

const http = (
  name: string,
  path: string,
  { headers: own, ...init }: RequestInit & { readonly headers?: Headers } = {},
): Face => ({
  name,
  async ask(headers) {
    const response = await fetch(`${server.url}${path}`, { ...init, headers: { ...own, ...headers } });
    await response.body?.cancel();
    return response.status;
  },
});

const json = (name: string, path: string, body: object, headers: Headers = {}): Face =>
  http(name, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const form = (): FormData => {
  const data = new FormData();
  data.append('operations', JSON.stringify({ query: '{ __typename }' }));
  data.append('map', '{}');
  return data;
};

const messages = [{ role: 'user', content: 'Hello' }];
const chat = { model: 'sandbox/echo', messages };

/** Everything that needs a key and answers over HTTP. */
const FACES: readonly Face[] = [
  json('the graph', '/graphql', { query: '{ __typename }' }),
  json('the graph by the engine', '/graphql?x', { query: '{ __typename }' }),
  http('the graph by GET', '/graphql?query={__typename}', { headers: { accept: 'application/json' } }),
  http('the graph by a multipart form', '/graphql', { method: 'POST', body: form() }),
  json('events at /graphql', '/graphql', { query: STREAM }, { accept: 'text/event-stream' }),
  json('events at /graphql/stream', '/graphql/stream', { query: STREAM }, { accept: 'text/event-stream' }),
  json('chat completions', '/v1/chat/completions', chat),
  json('a stream of chat completions', '/v1/chat/completions', { ...chat, stream: true }),
  json('responses', '/v1/responses', { model: 'sandbox/echo', input: 'Hello' }),
  json('messages', '/v1/messages', { ...chat, max_tokens: 50 }, { 'anthropic-version': '2023-06-01' }),
  http('models', '/v1/models'),
  http("models in Anthropic's format", '/v1/models', { headers: { 'anthropic-version': '2023-06-01' } }),
  http('metrics', '/metrics'),
];

/** How a client may write the key in a header or a payload. */
const WAYS = KEY_FIELDS.flatMap((name) =>
  ['', 'Bearer ', 'bearer '].map((scheme) => ({ way: `${name}: ${scheme}mg_…`, name, scheme })),
);

describe.each(FACES)('$name', ({ ask }) => {
  it.each(WAYS)('takes $way', async ({ name, scheme }) => {
    expect(await ask({ [name]: `${scheme}${server.adminKey}` })).toBe(200);
  });

  it('refuses no key, a wrong key, another scheme and two keys', async () => {
    expect(await ask({})).toBe(401);
    for (const name of KEY_FIELDS) expect(await ask({ [name]: 'mg_wrong' })).toBe(401);
    expect(await ask({ authorization: `Basic ${server.adminKey}` })).toBe(401);
    expect(await ask({ authorization: `Bearer ${server.adminKey}`, token: 'mg_another' })).toBe(401);
  });

  it('takes the key that looks like one of ours beside that of another service', async () => {
    expect(await ask({ authorization: 'Bearer sk-other', 'x-api-key': server.adminKey })).toBe(200);
  });
});

it('refuses two authorization headers with different keys, and a key in the address', async () => {
  const ask = (url: string, headers: readonly string[]): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request(url, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.once('error', reject).end();
    });
  const right = `Bearer ${server.adminKey}`;
  const { host } = new URL(server.url);
  const models = `${server.url}/v1/models`;
  const two = (value: string) => ['host', host, 'authorization', right, 'authorization', value];
  expect(await ask(models, two('Bearer mg_another'))).toBe(401);
  expect(await ask(models, two(right))).toBe(200);

  const inAddress = await fetch(`${models}?key=${server.adminKey}`);
  expect(inAddress.status).toBe(401);
  const said = await inAddress.text();
  expect(said).toContain('A key in the address is not read');
  expect(said).not.toContain(server.adminKey);
});

it.each(['/openapi.json', '/health', '/ready'])('%s needs no key, and minds none', async (path) => {
  for (const headers of [{}, { authorization: 'Bearer mg_wrong' }])
    expect((await fetch(`${server.url}${path}`, { headers })).status).toBe(200);
});

describe('a WebSocket', () => {
  const firstOver = async (
    connectionParams: { readonly [name: string]: unknown } | undefined,
    headers: Headers = {},
  ): Promise<unknown> => {
    class WithHeaders extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { headers });
      }
    }
    const client = createClient({
      url: server.socketUrl,
      webSocketImpl: WithHeaders,
      retryAttempts: 0,
      ...(connectionParams !== undefined && { connectionParams }),
    });
    try {
      return (await client.iterate({ query: '{ __typename }' }).next()).value;
    } finally {
      await client.dispose();
    }
  };
  const answer = { data: { __typename: 'Query' } };

  it.each(WAYS)('takes $way in the payload, in its headers and in the upgrade', async ({ name, scheme }) => {
    const value = `${scheme}${server.adminKey}`;
    expect(await firstOver({ [name]: value })).toEqual(answer);
    expect(await firstOver({ [name.toUpperCase()]: value })).toEqual(answer);
    expect(await firstOver({ headers: { [name]: value } })).toEqual(answer);
    expect(await firstOver(undefined, { [name]: value })).toEqual(answer);
  });

  it('closes with 4401 for no key, a wrong one and two', async () => {
    for (const params of [undefined, { token: 'mg_wrong' }, { token: server.adminKey, apiKey: 'mg_another' }])
      await expect(firstOver(params)).rejects.toMatchObject({ code: 4401 });
  });

  it('believes its client before the headers of the upgrade', async () => {
    await expect(
      firstOver({ token: 'mg_wrong' }, { authorization: `Bearer ${server.adminKey}` }),
    ).rejects.toMatchObject({ code: 4401 });
    expect(await firstOver({ token: server.adminKey }, { authorization: 'Bearer mg_wrong' })).toEqual(answer);
  });
});
