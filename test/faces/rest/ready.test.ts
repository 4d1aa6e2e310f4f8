import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProvider } from '../../../src/adapters/providers/configure-providers.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { createHealth } from '../../../src/faces/rest/health.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';

const on = (...ids: readonly string[]) =>
  new Map(ids.map((id) => [asProviderId(id), createScriptedProvider(id)]));
const named = (...ids: readonly string[]) => new Set(ids.map(asProviderId));

describe('a provider that work can be given to', () => {
  it.each([
    ['is the sandbox where nobody else is named', on('sandbox'), named(), true],
    ['is not the sandbox where others are named, and off', on('sandbox'), named('openai'), false],
    ['is one of those that are named', on('openai', 'sandbox'), named('openai', 'anthropic'), true],
    ['is one that is on by its key alone', on('groq', 'sandbox'), named('openai'), true],
  ])('%s', (_, connected, names, expected) => {
    expect(hasProvider({ connected, named: names })).toBe(expected);
  });
});

describe('a server whose named providers are all off', () => {
  let server: Modelgraph;
  beforeAll(async () => {
    server = await startModelgraph({ lists: 'SMALL', config: 'providers: [{ id: openai }]' });
  });
  afterAll(() => server?.stop());

  it('lives, but is not ready', async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const ready = await fetch(`${server.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'not ready', reason: 'No provider is on.' });
  });
});

it('asks the store once for all who ask meanwhile, and again afterwards', async () => {
  let pings = 0;
  let isGone = false;
  const answered = Promise.withResolvers<void>();
  const health = createHealth({
    checks: [
      {
        name: 'The store',
        ping: () => {
          pings += 1;
          return isGone ? Promise.reject(new Error('gone')) : answered.promise;
        },
      },
    ],
    problem: () => undefined,
    hasProvider: () => true,
    stopping: () => false,
  });
  let arrived = 0;
  const server = createServer((request, response) => {
    void health.handle(request, response);
    arrived += 1;
    if (arrived === 3) answered.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/ready`;
  const statuses = await Promise.all([1, 2, 3].map(async () => (await fetch(url)).status));
  expect(statuses).toEqual([200, 200, 200]);
  expect(pings).toBe(1);
  isGone = true;
  expect((await fetch(url)).status).toBe(503);
  expect(pings).toBe(2);
  server.closeAllConnections();
  server.close();
});
