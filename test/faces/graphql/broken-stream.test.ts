import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { KeyCheck } from '../../../src/control/key-service.ts';
import { callerOf } from '../../../src/domain/caller.ts';
import { asKeyId } from '../../../src/domain/ids.ts';
import { createHttpFace } from '../../../src/faces/graphql/http-face.ts';
import { createWebSocketFace } from '../../../src/faces/graphql/websocket-face.ts';
import { createEngine } from '../../../src/faces/graphql/yoga.ts';

const released = Promise.withResolvers<void>();

/** `breaks` ends in a defect after one event; `waits` gives its second one when it is released. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { a: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      breaks: {
        type: GraphQLString,
        resolve: (event) => event,
        async *subscribe() {
          yield 'first';
          throw new Error('secret of the server');
        },
      },
      waits: {
        type: GraphQLString,
        resolve: (event) => event,
        async *subscribe() {
          yield 'first';
          await released.promise;
          yield 'second';
        },
      },
    },
  }),
});

const logged: string[] = [];
let server: Server;
let port: number;
beforeAll(async () => {
  const caller = callerOf({
    id: asKeyId('key_test'),
    name: 'test',
    role: 'MEMBER',
    prefix: 'mg_',
    createdAt: new Date(),
  });
  const keys = {
    authenticate: async (): Promise<KeyCheck> => ({ kind: 'CALLER', caller }),
    watch: () => () => {},
  };
  const onFailure = (message: string, { reason }: { readonly reason: string }): void => {
    logged.push(`${message} ${reason}`);
  };
  const engine = createEngine(schema, { keys } as never, { introspection: true, onFailure });
  const options = { maxRequestBytes: 10_000, introspection: true, onFailure };
  const http = createHttpFace(engine, keys, options);
  const sockets = createWebSocketFace(engine, keys, options);
  server = createServer((request, response) => {
    http.handle(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', sockets.upgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

const MASKED = { errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] };

const shown = (results: readonly unknown[]): unknown =>
  JSON.parse(JSON.stringify(results), (key, value: unknown) => (key === 'locations' ? undefined : value));

it('a stream of events ends with a masked error that is logged once, and is not asked for again', async () => {
  logged.length = 0;
  let requests = 0;
  server.on('request', () => {
    requests += 1;
  });
  const client = createSseClient({
    url: `http://127.0.0.1:${port}/graphql/stream`,
    headers: { authorization: 'Bearer mg_test' },
  });
  const results: unknown[] = [];
  for await (const result of client.iterate({ query: 'subscription { breaks }' })) results.push(result);
  client.dispose();
  expect(shown(results)).toEqual([{ data: { breaks: 'first' } }, MASKED]);
  expect(requests).toBe(1);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('secret of the server');
});

it('a WebSocket stays open for its other operations when one breaks', async () => {
  logged.length = 0;
  const client = createWsClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: 'Bearer mg_test' },
  });
  const waiting = client.iterate({ query: 'subscription { waits }' });
  expect((await waiting.next()).value).toEqual({ data: { waits: 'first' } });
  const results: unknown[] = [];
  for await (const result of client.iterate({ query: 'subscription { breaks }' })) results.push(result);
  expect(shown(results)).toEqual([{ data: { breaks: 'first' } }, MASKED]);
  released.resolve();
  expect((await waiting.next()).value).toEqual({ data: { waits: 'second' } });
  await client.dispose();
  expect(logged).toHaveLength(1);
});
