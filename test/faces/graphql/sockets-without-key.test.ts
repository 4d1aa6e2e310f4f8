import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, it } from 'vitest';
import type { KeyCheck } from '../../../src/control/key-service.ts';
import { createWebSocketFace } from '../../../src/faces/graphql/websocket-face.ts';
import { createEngine } from '../../../src/faces/graphql/yoga.ts';

const HANDSHAKE = [
  'GET /graphql HTTP/1.1',
  'host: localhost',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}`,
  'sec-websocket-protocol: graphql-transport-ws',
  '\r\n',
].join('\r\n');

it('lets go of connections beyond those that may be without a key, also of one that never closes its side', async () => {
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { a: { type: GraphQLString } } }),
  });
  const engine = createEngine(schema, {} as never, { introspection: true, onFailure: () => {} });
  const keys = { authenticate: async (): Promise<KeyCheck> => ({ kind: 'UNKNOWN' }), watch: () => () => {} };
  const face = createWebSocketFace(engine, keys, { maxRequestBytes: 1_000, onFailure: () => {} });
  const server = createServer();
  const accepted: Socket[] = [];
  server.on('connection', (socket: Socket) => accepted.push(socket));
  server.on('upgrade', face.upgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clients: Socket[] = [];
  const ask = async (): Promise<string> => {
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.on('error', () => {});
    clients.push(client);
    client.write(HANDSHAKE);
    const [data] = await once(client, 'data');
    return String(data);
  };
  const admitted = await Promise.all(Array.from({ length: 500 }, ask));
  expect(new Set(admitted.map((answer) => answer.split('\r\n', 1)[0]))).toEqual(
    new Set(['HTTP/1.1 101 Switching Protocols']),
  );
  expect(await ask()).toMatch(/^HTTP\/1\.1 101 /);
  await expect.poll(() => accepted.filter(({ destroyed }) => destroyed).length).toBe(1);
  // The oldest made room for the newest.
  expect(accepted[0]?.destroyed).toBe(true);
  for (const client of clients) client.destroy();
  server.close();
});
