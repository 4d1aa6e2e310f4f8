import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { until } from '../support/until.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({ env: { MODELGRAPH_READER_TIMEOUT_MS: '500' } });
});
afterAll(() => server?.stop());

/** With all else that is said of each word, more than the buffers of the system hold; and as fast as it is read. */
const MUCH = { 'sandbox.words': '100000', 'sandbox.tokensPerSecond': '0' };
const SUBSCRIPTION = {
  query: `subscription ($metadata: JSONObject) { completion(input: { model: "sandbox/lorem",
    messages: [{ user: { text: "Go on." } }], metadata: $metadata, coalesceMs: 0 }) { ... on TextDelta { text __typename more: text again: text } } }`,
  variables: { metadata: MUCH },
};

const metric = async (name: string): Promise<number> => {
  const response = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.adminKey}` },
  });
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await response.text())?.[1]);
};

/** A client that sends one request and reads nothing. */
const ask = (path: string, accept: string, body: object): Socket => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const text = JSON.stringify(body);
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${server.adminKey}`,
      'content-type: application/json',
      `accept: ${accept}`,
      `content-length: ${Buffer.byteLength(text)}`,
      '',
      text,
    ].join('\r\n'),
  );
  socket.pause();
  return socket;
};

const overWebSocket = async (): Promise<Socket> => {
  const client = new WebSocket(server.socketUrl, 'graphql-transport-ws', {
    headers: { authorization: `Bearer ${server.adminKey}` },
  });
  client.on('error', () => {});
  await once(client, 'open');
  client.send(JSON.stringify({ type: 'connection_init' }));
  await once(client, 'message');
  const raw: unknown = Reflect.get(client, '_socket');
  client.send(JSON.stringify({ id: '1', type: 'subscribe', payload: SUBSCRIPTION }));
  client.pause();
  if (!(raw instanceof Object)) throw new Error('the socket is elsewhere');
  return raw as Socket;
};

const CHAT = {
  model: 'sandbox/lorem',
  stream: true,
  n: 4,
  messages: [{ role: 'user', content: 'Go on.' }],
  modelgraph: { tags: MUCH },
};

it.each([
  ['a WebSocket', overWebSocket],
  ['server-sent events of the graph', () => ask('/graphql/stream', 'text/event-stream', SUBSCRIPTION)],
  ['a stream of the REST face', () => ask('/v1/chat/completions', 'text/event-stream', CHAT)],
])(
  'a client that reads nothing of %s is cut, and its completion ends',
  async (_what, start) => {
    const before = await metric('modelgraph_slow_readers_cut_total');
    const socket = await start();
    await until(
      () => metric('modelgraph_slow_readers_cut_total'),
      (cut) => cut === before + 1,
    );
    const { body } = await until(
      () => server.post('{ completions(first: 1) { nodes { status } } }'),
      ({ body: { data } }) => data.completions.nodes[0]?.status === 'CANCELLED',
    );
    expect(body.data.completions.nodes).toEqual([{ status: 'CANCELLED' }]);
    socket.destroy();
  },
  60_000,
);
