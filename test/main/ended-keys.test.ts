import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { endings, makeKey, revoke, startStreams } from './live-streams.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

it.each(['revoked', 'expired'] as const)('streams end, on each face, when their key is %s', async (how) => {
  const { id, secret } = await makeKey(server, how === 'expired' ? new Date(Date.now() + 8_000) : undefined);
  const live = await startStreams(server, secret);
  if (how === 'revoked') {
    await revoke(server, id);
    expect(await endings(live, 'REVOKED_API_KEY')).toEqual([]);
  } else {
    const error = { code: 'UNAUTHENTICATED', reason: 'EXPIRED_API_KEY' };
    expect(await live[0]?.last).toMatchObject(error);
    expect(await endings(live, 'EXPIRED_API_KEY')).toEqual([]);
  }
});

it('a WebSocket of a key that is revoked is closed with the reason, also where nothing runs on it', async () => {
  const { id, secret } = await makeKey(server);
  const socket = new WebSocket(server.socketUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } }));
  await once(socket, 'message');
  const closed = once(socket, 'close');
  await revoke(server, id);
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([4401, expect.stringMatching(/^REVOKED_API_KEY: /)]);
});

it('what is done with keys and routes is told in the log by stable codes', async () => {
  const { id, secret } = await makeKey(server);
  await revoke(server, id);
  const policy = { candidates: [{ offering: 'sandbox/echo' }] };
  const save =
    'mutation ($policy: RoutePolicyInput!) { saveRoute(name: "audited", policy: $policy) { __typename ... on Error { message } } }';
  await server.post(save, { policy });
  await server.post('mutation { deleteRoute(name: "audited") { __typename } }');
  const denied = await makeKey(server);
  const measure =
    'mutation { measureOfferings(input: { models: ["sandbox/echo"], budget: { amount: "0.01", currency: "USD" } }) { __typename ... on Error { message } } }';
  const refresh = 'mutation { refreshCatalogueSource(id: "overrides") { __typename } }';
  for (const act of [save, measure, refresh]) await server.post(act, { policy }, denied.secret);
  await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${denied.secret}` } });
  await server.post(measure);
  const lines = server.output().split('\n');
  const told = (...parts: readonly string[]): boolean =>
    lines.some((line) => parts.every((part) => line.includes(part)));
  for (const code of ['KEY_CREATED', 'KEY_REVOKED', 'ROUTE_SAVED', 'ROUTE_DELETED', 'OFFERINGS_MEASURED'])
    expect(told(code, 'key_admin'), code).toBe(true);
  for (const act of ['ROUTE_SAVED', 'OFFERINGS_MEASURED', 'SOURCE_REFRESHED', 'METRICS_READ'])
    expect(told('ACCESS_DENIED', act, denied.id), act).toBe(true);
  for (const shown of [secret, denied.secret, server.adminKey]) expect(server.output()).not.toContain(shown);
});
