import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Answer, type Modelgraph, startModelgraph } from '../support/modelgraph.ts';

const PER_ADDRESS = 40;
const ROOM = 400_000;

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({
    lists: 'SMALL',
    env: {
      MODELGRAPH_MAX_CONNECTIONS_PER_ADDRESS: String(PER_ADDRESS),
      MODELGRAPH_MAX_BYTES_IN_FLIGHT: String(ROOM),
      MODELGRAPH_HEADERS_TIMEOUT_MS: '2500',
      MODELGRAPH_BODY_TIMEOUT_MS: '6000',
    },
  });
});
afterAll(() => server?.stop());

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const open = async (text = ''): Promise<Socket> => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
};

const answerOf = async (socket: Socket): Promise<string> => {
  const [data] = await once(socket, 'data');
  return String(data);
};

const HEALTH = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';

it('the stranger that has been idle the longest makes room for the newest, and none of those with a key does', async () => {
  const known = await open(
    `GET /v1/models HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${server.adminKey}\r\n\r\n`,
  );
  expect(await answerOf(known)).toMatch(/^HTTP\/1\.1 200 /);
  const first = await open();
  const closed = once(first, 'close');
  for (let count = 1; count <= PER_ADDRESS; count += 1) await open();
  await closed;
  expect(await answerOf(await open(HEALTH))).toMatch(/^HTTP\/1\.1 200 /);
  expect(known.destroyed).toBe(false);
});

it('who never ends the head of a request, or its body, is told and let go of', async () => {
  const answers = [
    await open('GET / HTTP/1.1\r\nhost: '),
    await open(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${server.adminKey}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    ),
  ].map(async (socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(socket, 'close');
    return text;
  });
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

type Refusal = { readonly status: number; readonly retryAfter: string | undefined; readonly text: string };

/** Declares a body, of which nothing is sent. */
const declare = (path: string, bytes: number, headers: { readonly [name: string]: string } = {}) => {
  const sent = request(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      'content-type': 'application/json',
      'content-length': bytes,
      ...headers,
    },
  });
  sent.on('error', () => {});
  sent.flushHeaders();
  const answer = new Promise<Refusal>((resolve) => {
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const { 'retry-after': retryAfter } = response.headers;
        resolve({ status: response.statusCode ?? 0, retryAfter, text });
      });
    });
  });
  return { sent, answer };
};

it('what there is no room for is refused before it is read, in the words of each face, until there is', async () => {
  const holder = declare('/v1/chat/completions', ROOM - 1_000);
  const ofGraph = async () => (await declare('/graphql', 2_000).answer).status;
  await expect.poll(ofGraph).toBe(503);
  const chat = await declare('/v1/chat/completions', 2_000).answer;
  expect([chat.status, chat.retryAfter, JSON.parse(chat.text).error.code]).toEqual([503, '1', 'unavailable']);
  const messages = await declare('/v1/messages', 2_000, { 'anthropic-version': '2023-06-01' }).answer;
  expect([messages.retryAfter, JSON.parse(messages.text).error.type]).toEqual(['1', 'overloaded_error']);
  const graph = await declare('/graphql', 2_000).answer;
  expect([graph.retryAfter, JSON.parse(graph.text).errors[0].extensions.code]).toEqual(['1', 'UNAVAILABLE']);
  const stream = await declare('/graphql/stream', 2_000).answer;
  expect([stream.status, stream.retryAfter]).toEqual([503, '1']);
  expect((await declare('/v1/chat/completions', ROOM + 1).answer).status).toBe(413);
  holder.sent.destroy();
  await expect.poll(async () => (await server.post('{ __typename }')).status).toBe(200);
});

it('unknown keys of one address are tried at a bounded rate, known ones always', async () => {
  const other = 'mutation { createKey(input: { name: "m" }) { ... on CreatedKey { secret } } }';
  const { secret } = (await server.post(other)).body.data.createKey;
  expect((await server.post('{ __typename }', {}, secret)).status).toBe(200);
  let tried = 0;
  let refused: Answer | undefined;
  // Fewer at once than strangers may have connections.
  while (refused === undefined && tried < 2_000) {
    const some = Array.from({ length: PER_ADDRESS / 4 }, (_, index) =>
      server.post('{ __typename }', {}, `mg_unknown_${tried + index}`),
    );
    tried += some.length;
    refused = (await Promise.all(some)).find(({ status }) => status === 429);
  }
  expect(tried).toBeGreaterThanOrEqual(100);
  expect(refused?.body.errors[0].extensions.code).toBe('TOO_MANY_ATTEMPTS');
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect((await server.post('{ __typename }', {}, secret)).status).toBe(200);

  const metrics = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.adminKey}` },
  });
  const failed = /modelgraph_failed_authentications_total\{problem="INVALID_API_KEY"\} (\d+)/;
  expect(Number(failed.exec(await metrics.text())?.[1])).toBe(tried);
  const lines = server.output().match(/.*AUTHENTICATION_FAILED.*INVALID_API_KEY.*/g) ?? [];
  expect(lines.length).toBeGreaterThanOrEqual(1);
  expect(lines.length).toBeLessThanOrEqual(10);
});

it('a WebSocket with its key in the upgrade is no stranger, whoever else comes', async () => {
  const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws', {
    headers: { authorization: `Bearer ${server.adminKey}` },
  });
  await once(socket, 'open');
  for (let count = 0; count <= 2 * PER_ADDRESS; count += 1) await open();
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.terminate();
});

const chat = (body: string): Promise<Response> =>
  fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
    body,
  });

it.each([
  ['levels', '['.repeat(45_000) + ']'.repeat(45_000)],
  ['names', `{${Array.from({ length: 30_000 }, (_, index) => `"${index.toString(36)}":0`).join()}}`],
])('JSON of too many %s is refused before it is parsed', async (_what, json) => {
  const answer = await chat(`{"model":"sandbox/echo","messages":[],"metadata":${json}}`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('json_too_complex');
  const graph = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
    body: `{"query":"{ __typename }","variables":{"x":${json}}}`,
  });
  expect(graph.status).toBe(400);
  expect(await graph.text()).toContain('The JSON has too');
});

it('a long text is not too complex, whatever stands in it', async () => {
  const content = '[{"a":1,\\"'.repeat(7_000);
  const answer = await chat(JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content }] }));
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('"finish_reason"');
});
