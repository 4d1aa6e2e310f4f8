import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/postgres-database.ts';
import { startOwnRedis } from '../../support/redis-server.ts';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { postgresService, redisService, titleOf } from '../../support/services.ts';
import { until } from '../../support/until.ts';
import { type RoutingNode, type RoutingServer, startRoutingServer } from './routing-server.ts';

const postgres = postgresService();
const redis = redisService();
const missing = [postgres, redis].find(({ kind }) => kind === 'missing') ?? postgres;

describe.skipIf(missing.kind === 'missing')(titleOf('two nodes with Redis and Postgres', missing), () => {
  type Id = 'first' | 'second';
  const models = ['ill', 'plain', 'home'].map((id) => ({
    id,
    model: `lab/${id}`,
    prices: { input: 1, output: 2 },
  }));
  let here: RoutingServer<Id>;
  let there: RoutingNode;
  let release: () => Promise<unknown>;
  beforeAll(async () => {
    const database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
    const shared = await startOwnRedis();
    here = await startRoutingServer<Id>({
      providers: { first: { models }, second: { models } },
      env: {
        DATABASE_URL: database.url,
        REDIS_URL: shared.url,
        MODELGRAPH_ADMIN_KEY: 'mg_test-of-two-nodes-0123456789',
      },
    });
    there = await here.startAnother();
    release = () => Promise.all([database.drop(), shared.stop()]);
  }, 120_000);
  afterAll(async () => {
    await here?.stop();
    await release?.();
  });
  afterEach(() => here.forget());

  it('a route that is saved on one is used on the other, as is its next version, and its end', async () => {
    const asked = () => there.complete({ model: 'route:shared' });
    expect(await asked()).toMatchObject({ __typename: 'UnknownRouteError' });
    await here.save('shared', { candidates: [{ offering: 'first/plain' }] });
    const one = await until(asked, ({ __typename }) => __typename === 'Completion');
    expect(one.route).toMatchObject({
      candidates: ['first/plain'],
      savedRoute: { name: 'shared', version: 1 },
    });

    await here.save('shared', { candidates: [{ offering: 'second/plain' }] });
    const two = await until(asked, ({ route }) => route.savedRoute.version === 2);
    expect(two.route.candidates).toEqual(['second/plain']);

    expect(await there.save('shared', { candidates: [{ model: 'lab/plain' }] })).toMatchObject({
      version: 3,
    });
    await there.ask('mutation { deleteRoute(name: "shared") { __typename } }');
    await until(
      () => here.complete({ model: 'route:shared' }),
      ({ __typename }) => __typename === 'UnknownRouteError',
    );
  });

  it('a breaker that opens on one is open on the other, and closes on both', async () => {
    const input = { model: 'lab/ill', routing: { breaker: { consecutiveFailures: 3, openMs: 1_500 } } };
    const { first } = here.upstreams;
    first.behave(fails(500));
    for (let n = 0; n < 3; n++) await here.complete(input);
    const plan = await until(
      () => there.plan(input),
      ({ rejected }) => rejected.length > 0,
    );
    expect(plan.rejected).toMatchObject([{ offeringId: 'first/ill', reason: 'BREAKER_OPEN' }]);
    const calls = first.calls.length;
    expect((await there.complete(input)).attempts).toMatchObject([{ offeringId: 'second/ill' }]);
    expect(first.calls.length).toBe(calls);

    // The probe is answered only once all others are: else those that come late meet a closed breaker.
    const othersAnswered = Promise.withResolvers<void>();
    first.behave(answer({ after: othersAnswered.promise }));
    const { second } = here.upstreams;
    const before = second.calls.length;
    for (const node of [here, there]) {
      await until(
        () => node.plan(input),
        ({ candidates }) => candidates[0].breaker === 'HALF_OPEN',
      );
    }
    // One probe for both nodes.
    const asked = [here, there, here, there].map((node) => node.complete(input));
    for (let n = 0; n < 3; n += 1) await (await second.call(before + n)).answered;
    othersAnswered.resolve();
    const answers = await Promise.all(asked);
    expect(answers.filter(({ offering }) => offering.id === 'first/ill')).toHaveLength(1);
    expect(first.calls.length).toBe(calls + 1);
    for (const node of [here, there]) {
      const closed = await until(
        () => node.plan(input),
        ({ candidates }) => candidates[0].breaker === 'CLOSED',
      );
      expect(closed.rejected).toEqual([]);
    }
  });

  it('a conversation stays at home, whichever node it comes to', async () => {
    const input = { model: 'lab/home', routing: { strategy: 'STICKY', conversation: 'c1' } };
    here.upstreams.first.next(fails(500));
    expect((await here.complete(input)).offering.id).toBe('second/home');
    // It is told beside the answer, and asked for during 50 ms: on a busy machine either may be late.
    await until(
      () => there.plan(input),
      ({ candidates }) => candidates[0].offering.id === 'second/home',
    );
    expect((await there.complete(input)).offering.id).toBe('second/home');
  });
});
