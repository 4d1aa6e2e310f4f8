import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fails } from '../../support/scriptable-upstream.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Json, type RoutingNode, type RoutingServer, startRoutingServer } from './routing-server.ts';

const data = temporaryFolder();
let routing: RoutingServer<'good' | 'trial'>;
beforeAll(async () => {
  const at = (price: number) => ({
    models: [{ id: 'm', model: 'lab/m', prices: { input: price, output: price } }],
  });
  routing = await startRoutingServer({
    providers: { good: at(1), trial: at(1) },
    dataDir: data.path,
  });
});
afterAll(async () => {
  await routing?.stop();
  data.remove();
});
beforeEach(() => routing.forget());

const CANARY = { candidate: { offering: 'trial/m' }, share: 0.5, minSamples: 10 };
const policyWith = (canary: object): object => ({ candidates: [{ offering: 'good/m' }], canary });

const STATE = /* GraphQL */ `
  query ($name: String!) {
    route(name: $name) {
      canary { state share reason detail since canary { calls failed medianCostUsd } others { calls failed } }
    }
  }
`;
const canaryOf = async (node: RoutingNode, name: string): Promise<Json> =>
  (await node.ask(STATE, { name })).route.canary;

/** Completions, until the canary is not RUNNING any more. */
const untilRolledBack = async (name: string): Promise<Json> => {
  for (let round = 0; round < 30; round++) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => routing.complete({ model: `route:${name}` })),
    );
    for (const each of answers) expect(each.__typename).toBe('Completion');
    const canary = await canaryOf(routing, name);
    if (canary.state === 'ROLLED_BACK') return canary;
  }
  throw new Error('it still runs');
};

const RESUME = /* GraphQL */ `
  mutation ($route: String!) {
    resumeCanary(route: $route) { __typename ... on Route { canary { state share } } }
  }
`;

it('is resumed by the admin alone, and only of a route that there is', async () => {
  const { createKey } = await routing.ask(
    'mutation { createKey(input: { name: "member" }) { ... on CreatedKey { secret } } }',
  );
  const refused = await routing.ask(RESUME, { route: 'any' }, createKey.secret);
  expect(refused.resumeCanary.__typename).toBe('ForbiddenError');
  expect((await routing.ask(RESUME, { route: 'any' })).resumeCanary.__typename).toBe('UnknownRouteError');
});

describe('a canary', () => {
  it('gets its share, the same users always, and plans say so', async () => {
    await routing.save('shared', policyWith({ ...CANARY, share: 0.3, by: 'USER' }));
    const users = Array.from({ length: 40 }, (_, n) => `user-${n}`);
    const drawn = async (): Promise<readonly string[]> => {
      const plans = await Promise.all(users.map((user) => routing.order({ model: 'route:shared', user })));
      return users.filter((_, n) => plans[n]?.[0] === 'trial');
    };
    const first = await drawn();
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(25);
    expect(await drawn()).toEqual(first);
    await routing.save('shared', policyWith({ ...CANARY, share: 0.7, by: 'USER' }));
    expect(await drawn()).toEqual(expect.arrayContaining([...first]));
    const { route, candidates } = await routing.plan({ model: 'route:shared', user: first[0] });
    expect(route.candidates).toEqual(['trial/m', 'good/m']);
    expect(candidates.map(({ rank }: Json) => rank)).toEqual([1, 2]);
    expect(await canaryOf(routing, 'shared')).toMatchObject({ state: 'RUNNING', share: 0.7, reason: null });
  });

  it('that fails is rolled back by itself, also for who starts later, until it is resumed', async () => {
    await routing.save('failing', policyWith(CANARY));
    routing.upstreams.trial.behave(fails(500));
    const canary = await untilRolledBack('failing');
    expect(canary).toMatchObject({ share: 0, reason: 'ERROR_RATE', since: expect.any(String) });
    expect(canary.detail).toMatch(/^\d+ of \d+ calls failed \(100 %\), 0 % elsewhere\.$/);
    await routing.server.printed(/CANARY_ROLLED_BACK/);

    routing.forget();
    for (let n = 0; n < 12; n++) await routing.complete({ model: 'route:failing' });
    expect(routing.called()).toEqual({ good: 12 });
    const { rejected } = await routing.plan({ model: 'route:failing' });
    expect(rejected).toMatchObject([{ offeringId: 'trial/m', reason: 'ROLLED_BACK' }]);

    await routing.server.stop();
    const restarted = await routing.startAnother();
    expect(await canaryOf(restarted, 'failing')).toMatchObject({
      state: 'ROLLED_BACK',
      reason: 'ERROR_RATE',
      detail: canary.detail,
      since: canary.since,
    });
    expect((await restarted.ask(RESUME, { route: 'failing' })).resumeCanary).toEqual({
      __typename: 'Route',
      canary: { state: 'RUNNING', share: 0.5 },
    });
  });
});
