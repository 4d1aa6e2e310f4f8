import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { until } from '../../support/until.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'primary' | 'second' | 'ollama';
const MODELS = ['chat', 'limits', 'soon', 'retry', 'probe', 'stats'];
const served = { models: MODELS.map((id) => ({ id, model: `lab/${id}`, prices: { input: 1, output: 2 } })) };

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: { primary: served, second: served, ollama: { local: ['open:7b'] } },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const planned = (plan: Json): readonly Json[] =>
  plan.candidates.map(({ offering, breaker }: Json) => [offering.id, breaker]);
/** Plans anew until it is as it shall be. */
const planUntil = (input: object, holds: (plan: Json) => boolean): Promise<Json> =>
  until(() => routing.plan(input), holds);

describe('a first provider, a second, and a local model', () => {
  const input = { model: 'route:food' };
  const many = (n: number) => Promise.all(Array.from({ length: n }, () => routing.complete(input)));
  const answeredBy = (completions: readonly Json[]) =>
    Object.groupBy(completions, ({ offering }) => offering.id.split('/')[0]);
  const rejected = (plan: Json) => plan.rejected.map(({ offeringId, reason }: Json) => [offeringId, reason]);

  it('switches when the first is slow, when the second errs, and comes back when the first is well', async () => {
    const { primary, second } = routing.upstreams;
    await routing.save('food', {
      candidates: [{ offering: 'primary/chat' }],
      fallback: { candidates: [{ offering: 'second/chat' }, { filter: { providerKinds: ['LOCAL'] } }] },
      breaker: {
        windowMs: 60_000,
        minSamples: 20,
        slowTtftMs: 1_000,
        slowRate: 0.05,
        errorRate: 0.05,
        openMs: 1_500,
      },
    });

    // 19 calls say nothing yet, however slow they are.
    primary.next(answer({ ttftMs: 1_100 }), answer({ ttftMs: 1_100 }));
    expect(Object.keys(answeredBy(await many(19)))).toEqual(['primary']);
    expect(planned(await routing.plan(input))[0]).toEqual(['primary/chat', 'CLOSED']);

    // The p95 of 20 is above one second.
    await many(1);
    const slow = await routing.plan(input);
    expect(planned(slow)).toEqual([
      ['second/chat', 'CLOSED'],
      ['ollama/open:7b', 'CLOSED'],
    ]);
    expect(slow.rejected.filter(({ reason }: Json) => reason === 'BREAKER_OPEN')).toMatchObject([
      {
        offeringId: 'primary/chat',
        reason: 'BREAKER_OPEN',
        detail: expect.stringContaining('no token within 1000 ms'),
      },
    ]);

    // The second errs on 2 of 20: those two are answered by the local one, and then all are.
    second.next(fails(500), fails(500));
    const mixed = answeredBy(await many(20));
    expect(mixed.primary).toBeUndefined();
    expect(mixed.ollama?.length).toBeGreaterThanOrEqual(2);
    expect(rejected(await routing.plan(input))).toEqual(
      expect.arrayContaining([['second/chat', 'BREAKER_OPEN']]),
    );

    // The open time of the first passes; one probe closes it.
    const due = await planUntil(input, ({ candidates }) => candidates[0]?.offering.id === 'primary/chat');
    expect(planned(due)[0]).toEqual(['primary/chat', 'HALF_OPEN']);
    const [probe] = await many(1);
    expect(probe.offering.id).toBe('primary/chat');
    expect(planned(await routing.plan(input))[0]).toEqual(['primary/chat', 'CLOSED']);
    expect(Object.keys(answeredBy(await many(5)))).toEqual(['primary']);
  });
});

describe('while half open', () => {
  it('one probe goes through, and all others elsewhere; a failed one opens it anew', async () => {
    const { primary, second } = routing.upstreams;
    const input = {
      model: 'lab/probe',
      routing: { breaker: { consecutiveFailures: 1, openMs: 300 } },
    };
    primary.next(fails(500));
    await routing.complete(input);
    await planUntil(input, ({ candidates }) => candidates[0]?.breaker === 'HALF_OPEN');
    // The probe is answered only once all others are: else those that come late meet a closed breaker.
    const othersAnswered = Promise.withResolvers<void>();
    primary.behave(answer({ after: othersAnswered.promise }));
    const before = { primary: primary.calls.length, second: second.calls.length };
    const asked = Array.from({ length: 6 }, () => routing.complete(input));
    for (let n = 0; n < 5; n += 1) await (await second.call(before.second + n)).answered;
    othersAnswered.resolve();
    const completions = await Promise.all(asked);
    expect(completions.every(({ __typename }) => __typename === 'Completion')).toBe(true);
    expect(primary.calls.length - before.primary).toBe(1);
    expect(second.calls.length - before.second).toBe(5);

    primary.behave(fails(500));
    await routing.complete(input);
    await planUntil(input, ({ candidates }) => candidates[0]?.breaker === 'HALF_OPEN');
    await routing.complete(input);
    const plan = await routing.plan(input);
    expect(plan.rejected).toMatchObject([{ offeringId: 'primary/probe', reason: 'BREAKER_OPEN' }]);
  });
});

describe('limits that a provider states', () => {
  const headers = (reset: string) => ({
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': reset,
  });
  const HEALTH = `{ offering(id: "primary/limits") { breaker { state } stats(window: FIVE_MINUTES) { errorRate } } }`;

  it('close it until they are reset, and are no failure', async () => {
    routing.upstreams.primary.next(answer({ headers: headers('30s') }));
    const input = { model: 'lab/limits' };
    expect((await routing.complete(input)).offering.id).toBe('primary/limits');
    const plan = await routing.plan(input);
    expect(plan.rejected).toMatchObject([{ offeringId: 'primary/limits', reason: 'RATE_LIMITED' }]);
    expect(plan.rejected[0].retryAfterMs).toBeGreaterThan(20_000);
    expect(plan.rejected[0].retryAfterMs).toBeLessThanOrEqual(30_000);
    const next = await routing.complete(input);
    expect(next.offering.id).toBe('second/limits');
    expect(next.route.rejected).toMatchObject([{ offeringId: 'primary/limits', reason: 'RATE_LIMITED' }]);
    expect(routing.called()).toEqual({ primary: 1, second: 1 });
    const { offering } = await routing.ask(HEALTH);
    expect(offering.breaker.state).toBe('CLOSED');
    expect(offering.stats.errorRate).toBe(0);
  });

  it('open it again once they are', async () => {
    routing.upstreams.primary.next(answer({ headers: headers('600ms') }));
    const input = { model: 'lab/soon' };
    await routing.complete(input);
    expect(planned(await routing.plan(input))).toEqual([['second/soon', 'CLOSED']]);
    await planUntil(input, ({ candidates }) => candidates.length === 2);
    expect((await routing.complete(input)).offering.id).toBe('primary/soon');
  });

  it('so does a refusal that says when to come back', async () => {
    routing.upstreams.primary.next(fails(429, { headers: { 'retry-after-ms': '600' } }));
    const input = { model: 'lab/retry', routing: { breaker: { consecutiveFailures: 1, openMs: 60_000 } } };
    expect((await routing.complete(input)).offering.id).toBe('second/retry');
    expect((await routing.plan(input)).rejected).toMatchObject([{ reason: 'RATE_LIMITED' }]);
    const plan = await planUntil(input, ({ candidates }) => candidates.length === 2);
    expect(planned(plan)[0]).toEqual(['primary/retry', 'CLOSED']);
  });
});
