import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from '../../../src/faces/http/http-server.ts';
import { listen } from '../../../src/faces/http/listener.ts';

const MEBIBYTES = 64;

let server: HttpServer | undefined;
afterEach(() => server?.close());

const start = async (readerTimeoutMs: number): Promise<number> => {
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  const whole = Buffer.alloc(MEBIBYTES * 1_048_576);
  const face = {
    handle: (_request: unknown, response: { end: (bytes: Buffer) => unknown }) => {
      response.end(whole);
      return true;
    },
  };
  server = createHttpServer([face], listener, {
    allowedOrigins: [],
    exposedHeaders: [],
    sendNotFound: () => {},
    onFailure: () => {},
    clients: {
      maxConnections: 100,
      maxStrangersPerAddress: 100,
      readerTimeoutMs,
      maxBytesInFlight: 1_000_000,
      trusted: [],
    },
  });
  return listener.port;
};

it('a client that reads nothing of a whole answer is cut', async () => {
  const port = await start(300);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  socket.pause();
  await expect.poll(() => server?.reception.connections.cut.readers, { timeout: 20_000 }).toBe(1);
  expect(server?.reception.connections.size).toBe(0);
  socket.destroy();
});

it('a client that reads slowly has its whole answer', async () => {
  const port = await start(1_500);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 2);
  });
  await once(socket, 'end');
  expect(bytes).toBeGreaterThan(MEBIBYTES * 1_048_576);
  expect(server?.reception.connections.cut.readers).toBe(0);
});
