import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { until } from '../../support/until.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

let routing: RoutingServer<'main'>;
beforeAll(async () => {
  routing = await startRoutingServer<'main'>({
    providers: { main: { models: [{ id: 'm', model: 'lab/m', prices: { input: 1, output: 2 } }] } },
    config: {
      routing: { breaker: { consecutiveFailures: 3, openMs: 100 } },
      probes: { everyMs: 1_000, maxCostPerDay: 0.01 },
    },
  });
});
afterAll(() => routing?.stop());

const breaker = async (): Promise<Json> =>
  (await routing.ask('{ offering(id: "main/m") { breaker { state } } }')).offering.breaker;

it('brings back what is left alone without a request of anybody, and says so in the ledger', async () => {
  const { main } = routing.upstreams;
  main.next(fails(500), fails(500), fails(500), answer());
  for (let time = 0; time < 3; time += 1) await routing.complete({ model: 'lab/m' });
  expect(main.calls).toHaveLength(3);

  const probe = await main.call(3);
  expect(probe.request.body).toMatchObject({
    messages: [{ role: 'user', content: 'ping' }],
    max_tokens: 16,
  });
  await probe.answered;
  await until(breaker, ({ state }) => state === 'CLOSED');

  const { completions } = await routing.ask(
    '{ completions(first: 1) { edges { node { status metadata cost { __typename } attempts { offeringId status } } } } }',
  );
  expect(completions.edges[0].node).toEqual({
    status: 'SUCCEEDED',
    metadata: { purpose: 'probe' },
    cost: { __typename: 'PricedCost' },
    attempts: [{ offeringId: 'main/m', status: 'SUCCEEDED' }],
  });
});
