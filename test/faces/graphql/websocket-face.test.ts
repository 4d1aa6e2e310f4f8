import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { KeyService } from '../../../src/control/key-service.ts';
import { createWebSocketFace } from '../../../src/faces/graphql/websocket-face.ts';
import type { Engine } from '../../../src/faces/graphql/yoga.ts';

const PING_MS = 12_000;

let server: Server;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  // Nothing is asked here, of the graph or with a key.
  const face = createWebSocketFace({} as Engine, {} as KeyService, {
    maxRequestBytes: 1_000,
    onFailure: () => {},
  });
  server = createServer();
  server.on('upgrade', (request, socket, head) => face.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

const connect = async (autoPong: boolean): Promise<WebSocket> => {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { autoPong });
  await once(socket, 'open');
  return socket;
};

it('ends a socket whose client answers no ping any more, and its pings', async () => {
  const dead = await connect(false);
  const closed = once(dead, 'close');
  const pinged = once(dead, 'ping');
  vi.advanceTimersByTime(PING_MS);
  await pinged;
  vi.advanceTimersByTime(PING_MS);
  expect((await closed)[0]).toBe(1006);
  await expect.poll(() => vi.getTimerCount()).toBe(0);
});

it('keeps one that answers', async () => {
  const alive = await connect(true);
  for (let n = 0; n < 3; n += 1) {
    const pinged = once(alive, 'ping');
    vi.advanceTimersByTime(PING_MS);
    await pinged;
    // What the client sends after its answer comes after it.
    alive.send('{"type":"ping"}');
    await once(alive, 'message');
  }
  expect(alive.readyState).toBe(WebSocket.OPEN);
  alive.terminate();
});
