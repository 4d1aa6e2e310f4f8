import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TRANSPORTS } from '../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';

/** What a live one may go on for after its key has ended. */
const WITHIN_MS = 5_000;

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

type MadeKey = { readonly id: string; readonly secret: string };

const makeKey = async (expiresAt?: Date): Promise<MadeKey> => {
  const { body } = await server.post(
    'mutation ($expiresAt: DateTime) { createKey(input: { name: "live", expiresAt: $expiresAt }) { ... on CreatedKey { secret key { id } } } }',
    { expiresAt },
  );
  const { secret, key } = body.data.createKey;
  return { id: key.id, secret };
};

const revoke = (id: string) =>
  server.post('mutation ($id: ID!) { revokeKey(id: $id) { __typename } }', { id });

const COMPLETION = `subscription ($metadata: JSONObject) { completion(input: { model: "sandbox/lorem",
  messages: [{ user: { text: "Go on." } }], metadata: $metadata }) { __typename } }`;
const SLOWLY = { 'sandbox.words': '100000', 'sandbox.tokensPerSecond': '20' };

describe.each(TRANSPORTS)('over $name', (transport) => {
  it('a subscription of a key that is revoked ends with an error that says so', async () => {
    const { id, secret } = await makeKey();
    const client = transport.connect(server, secret);
    const results = client.iterate(COMPLETION, { metadata: SLOWLY });
    expect((await results.next()).value?.data).toBeDefined();
    await revoke(id);
    const at = performance.now();
    let error: unknown;
    for await (const result of results) error = result.errors?.[0]?.extensions ?? error;
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'REVOKED_API_KEY' });
    expect(performance.now() - at).toBeLessThan(WITHIN_MS);
    await client.dispose();
  });
});

it('a WebSocket of a key that is revoked is closed with the reason, also where nothing runs on it', async () => {
  const { id, secret } = await makeKey();
  const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } }));
  await once(socket, 'message');
  const closed = once(socket, 'close');
  await revoke(id);
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([4401, expect.stringMatching(/^REVOKED_API_KEY: /)]);
});

const stream = (path: string, secret: string, body: object): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sandbox/lorem', stream: true, ...body }),
  });

const messages = [{ role: 'user', content: 'Go on.' }];
const modelgraph = { tags: SLOWLY };

describe.each([
  ['/v1/chat/completions', { messages, modelgraph }],
  ['/v1/responses', { input: 'Go on.', modelgraph }],
  ['/v1/messages', { max_tokens: 100_000, messages, modelgraph }],
])('a stream of %s', (path, body) => {
  it.each([
    ['revoked', 'was revoked'],
    ['expired', 'expired at'],
  ])('ends with an error when its key is %s', async (how, words) => {
    const { id, secret } = await makeKey(how === 'expired' ? new Date(Date.now() + 8_000) : undefined);
    const response = await stream(path, secret, body);
    expect(response.status).toBe(200);
    const text = response.text();
    if (how === 'revoked') await revoke(id);
    expect(await text).toContain(words);
  });
});

it('what is done with keys and routes is told in the log by stable codes', async () => {
  const { id, secret } = await makeKey();
  await revoke(id);
  const policy = { candidates: [{ offering: 'sandbox/echo' }] };
  const save =
    'mutation ($policy: RoutePolicyInput!) { saveRoute(name: "audited", policy: $policy) { __typename ... on Error { message } } }';
  await server.post(save, { policy });
  await server.post('mutation { deleteRoute(name: "audited") { __typename } }');
  const denied = (await makeKey()).secret;
  await server.post(save, { policy }, denied);
  for (const code of ['KEY_CREATED', 'KEY_REVOKED', 'ROUTE_SAVED', 'ROUTE_DELETED', 'ACCESS_DENIED'])
    expect(server.output()).toContain(code);
  expect(server.output()).not.toContain(secret);
});
