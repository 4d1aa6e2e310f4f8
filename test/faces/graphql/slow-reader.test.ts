import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { eventStream, type Upstream } from '../../support/upstream.ts';
import { DIALECTS } from './dialects.ts';
import { dialectsServer } from './dialects-server.ts';

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  ({ upstream, server } = await dialectsServer());
});

const BODY = JSON.stringify({
  query: `subscription { completion(input: { model: "openai/gpt-4o-mini", messages: [{ user: { text: "Hi" } }], coalesceMs: 0 }) {
    ... on TextDelta { text }
  } }`,
});

/** Waits until the upstream gets rid of no more bytes; they arrive in bursts of milliseconds. */
const standstill = async (request: number): Promise<number> => {
  let before = -1;
  let unchanged = 0;
  await expect
    .poll(
      () => {
        const now = upstream.bytesWritten(request);
        unchanged = now === before ? unchanged + 1 : 0;
        before = now;
        return unchanged;
      },
      { interval: 100, timeout: 20_000 },
    )
    .toBeGreaterThan(5);
  return before;
};

it.each([
  ['/graphql/stream', 'text/event-stream'],
  ['/graphql', 'text/event-stream'],
  ['/graphql', 'multipart/mixed;subscriptionSpec=1.0'],
])('a client of %s that asks for %s and does not read holds the provider back', async (path, accept) => {
  const [openai] = DIALECTS;
  const words = Array.from({ length: 600 }, () => 'x'.repeat(65_536));
  const frames = openai?.textFrames(words) ?? [];
  const whole = frames.reduce((sum, frame) => sum + frame.length, 0);
  const n = upstream.requests.length;
  upstream.enqueue(eventStream(frames));
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${server.adminKey}`,
      'content-type: application/json',
      `accept: ${accept}`,
      `content-length: ${BODY.length}`,
      '',
      BODY,
    ].join('\r\n'),
  );
  await upstream.received(n);
  expect(await standstill(n)).toBeLessThan(whole * 0.6);
  socket.destroy();
  await upstream.closedByClient(n);
});

it('a client of a WebSocket that does not read holds the provider back', async () => {
  const [openai] = DIALECTS;
  const frames = openai?.textFrames(Array.from({ length: 600 }, () => 'x'.repeat(65_536))) ?? [];
  const whole = frames.reduce((sum, frame) => sum + frame.length, 0);
  const n = upstream.requests.length;
  upstream.enqueue(eventStream(frames));
  const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  const payload = { authorization: `Bearer ${server.adminKey}` };
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await once(socket, 'message');
  socket.pause();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: JSON.parse(BODY) }));
  await upstream.received(n);
  expect(await standstill(n)).toBeLessThan(whole * 0.6);
  socket.terminate();
  await upstream.closedByClient(n);
});
