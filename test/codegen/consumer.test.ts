import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Modelgraph } from '../support/modelgraph.ts';
import { plainServer } from '../support/plain-server.ts';
import { createFrontend, type Frontend } from './consumer.ts';

let server: Modelgraph;
let frontend: Frontend;
beforeAll(async () => {
  server = await plainServer();
  frontend = createFrontend(server.url, server.adminKey);
});
afterAll(async () => {
  frontend?.close();
});

it('a generated client reads prices as exact decimals', async () => {
  const prices = await frontend.inputPrices('openai/gpt-4o-mini');
  expect(prices['openai/gpt-4o-mini']).toBe('0.15');
});

it('a generated client completes, and is told what else it could have meant', async () => {
  expect(await frontend.ask('sandbox/echo', 'Say this again.')).toBe('Say this again.');
  expect(await frontend.ask('sandbox/ecko', 'Say this again.')).toContain('sandbox/echo');
});

it('a generated client watches a completion', async () => {
  expect(await frontend.watch('sandbox/echo', 'One by one.')).toEqual({
    text: 'One by one.',
    finishReason: 'STOP',
  });
});
