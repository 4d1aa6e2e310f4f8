import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer } from '../../support/scriptable-upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'slow' | 'quick' | 'unknown';
let routing: RoutingServer<Id>;
beforeAll(async () => {
  const served = { models: [{ id: 'm', model: 'lab/m' }] };
  routing = await startRoutingServer<Id>({ providers: { slow: served, quick: served, unknown: served } });
  // Three seconds to the first token, then 5 tokens a second: no machine is so busy that the other is as slow.
  routing.upstreams.slow.behave(
    answer({ ttftMs: 3_000, tokens: ['a', 'b', 'c', 'd'], tokenMs: 1_000, usage: { input: 10, output: 4 } }),
  );
  routing.upstreams.quick.behave(
    answer({ tokens: ['a', 'b', 'c', 'd'], tokenMs: 10, usage: { input: 10, output: 1_000 } }),
  );
  const measure = (offering: string) => routing.watch({ routing: { candidates: [{ offering }] } });
  await Promise.all([measure('slow/m'), measure('slow/m'), measure('quick/m'), measure('quick/m')]);
});
afterAll(() => routing?.stop());

const order = (policy: object) => routing.order({ model: 'lab/m', routing: policy });

it('those that are known to be slower come last, what is not known is as good as any', async () => {
  expect(await order({ strategy: 'PRIORITY' })).toEqual(['slow', 'quick', 'unknown']);
  for (const preferred of [
    { preferredMaxTtft: { p90: 2_900 } },
    { preferredMaxTtft: { p50: 2_900, p99: 60_000 } },
    { preferredMinTps: { p90: 10 } },
  ])
    expect(await order({ strategy: 'PRIORITY', ...preferred })).toEqual(['quick', 'unknown', 'slow']);
  expect(await order({ preferredMaxTtft: { p99: 60_000 }, preferredMinTps: { p50: 0.001 } })).toEqual([
    'slow',
    'quick',
    'unknown',
  ]);
});

it('the plan says what was measured, and it is still a candidate', async () => {
  const plan = await routing.plan({ model: 'lab/m', routing: { preferredMaxTtft: { p90: 2_900 } } });
  const last: Json = plan.candidates.at(-1);
  expect(last.offering.id).toBe('slow/m');
  expect(last.parts).toEqual([
    { criterion: 'preferredMaxTtft.p90', value: expect.any(Number), weight: null },
  ]);
  expect(last.parts[0].value).toBeGreaterThan(2_900);
  expect(plan.rejected).toEqual([]);
});

it('is a rule of saved routes, of fallbacks and of routes within routes', async () => {
  const policy = { candidates: [{ model: 'lab/m' }], preferredMaxTtft: { p90: 2_900 } };
  expect((await routing.save('quick', policy)).document).toMatchObject({ preferredMaxTtft: { p90: 2_900 } });
  expect(await routing.order({ model: 'route:quick' })).toEqual(['quick', 'unknown', 'slow']);
  expect(await order({ candidates: [{ route: 'quick' }] })).toEqual(['quick', 'unknown', 'slow']);
  expect(
    await order({
      candidates: [{ offering: 'unknown/m' }],
      fallback: { candidates: [{ offering: 'slow/m' }, { offering: 'quick/m' }] },
      preferredMaxTtft: { p90: 2_900 },
    }),
  ).toEqual(['unknown', 'quick', 'slow']);
  expect(await routing.save('none', { ...policy, preferredMaxTtft: {} })).toMatchObject({
    path: 'policy.preferredMaxTtft',
    problem: 'takes one of p50, p90, p95, p99.',
  });
});
