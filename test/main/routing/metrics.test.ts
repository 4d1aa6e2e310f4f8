import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two';
const served = {
  models: ['m', 'open'].map((id) => ({ id, model: `lab/${id}`, prices: { input: 1, output: 2 } })),
};

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({ providers: { one: served, two: served } });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const metrics = async (key: string | undefined) => {
  const response = await fetch(`${routing.server.url}/metrics`, {
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  return { status: response.status, text: await response.text() };
};

describe('metrics', () => {
  it('are for the admin key', async () => {
    expect((await metrics(undefined)).status).toBe(401);
    const { createKey } = await routing.ask(
      'mutation { createKey(input: { name: "app" }) { ... on CreatedKey { secret } } }',
    );
    expect((await metrics(createKey.secret)).status).toBe(403);
  });

  it('tell Prometheus the same', async () => {
    routing.upstreams.two.behave(answer({ ttftMs: 20 }));
    for (let n = 0; n < 3; n++) await routing.complete({ model: 'offering:two/m' });
    routing.upstreams.one.behave(fails(500));
    for (let n = 0; n < 5; n++) await routing.complete({ model: 'offering:one/open' });
    const {
      offering: { stats },
    } = await routing.ask(
      '{ offering(id: "two/m") { stats(window: FIVE_MINUTES) { calls succeeded ttft { p95 } } } }',
    );
    const { status, text } = await metrics(routing.server.adminKey);
    expect(status).toBe(200);
    const metric = (name: string, labels: readonly string[]): number => {
      const line = text
        .split('\n')
        .find((each) => each.startsWith(`${name}{`) && labels.every((label) => each.includes(label)));
      return Number(line?.split(' ').at(-1));
    };
    const two = 'offering="two/m"';
    expect(metric('modelgraph_offering_calls', [two, 'window="5m"'])).toBe(stats.calls);
    expect(metric('modelgraph_attempts_total', [two, 'outcome="SUCCEEDED"'])).toBe(stats.succeeded);
    expect(metric('modelgraph_offering_ttft_seconds', [two, 'window="5m"', 'quantile="0.95"'])).toBeCloseTo(
      stats.ttft.p95 / 1_000,
      6,
    );
    expect(metric('modelgraph_offering_uptime_ratio', [two, 'window="24h"'])).toBe(1);
    expect(metric('modelgraph_offering_breaker_state', ['offering="one/open"', 'state="CLOSED"'])).toBe(0);
    expect(metric('modelgraph_offering_breaker_state', [two, 'state="CLOSED"'])).toBe(1);
    expect(text).toContain('process_cpu_seconds_total');
  });
});
