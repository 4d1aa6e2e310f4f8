import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answer } from '../../support/scriptable-upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

let routing: RoutingServer<'dear' | 'fair' | 'cheap'>;
beforeAll(async () => {
  const at = (price: number) => ({
    models: [{ id: 'm', model: 'lab/m', prices: { input: price, output: price } }],
  });
  routing = await startRoutingServer({ providers: { dear: at(100), fair: at(10), cheap: at(1) } });
});
afterAll(() => routing?.stop());
beforeEach(() => routing.forget());

const BUDGET = /* GraphQL */ `
  query ($name: String!) {
    route(name: $name) { budget { share per from to spent { amount currency } limit { amount currency } } }
  }
`;
const budgetOf = async (name: string, key?: string): Promise<Json> =>
  (await routing.ask(BUDGET, { name }, key)).route.budget;

const CANDIDATES = [{ offering: 'dear/m' }, { offering: 'fair/m' }];
/** Costs a dollar at the dearest. */
const spendOne = async (route: string): Promise<Json> => {
  for (const upstream of Object.values(routing.upstreams))
    upstream.next(answer({ usage: { input: 5_000, output: 5_000 } }));
  const completion = await routing.complete({ model: `route:${route}` });
  routing.forget();
  return completion;
};

describe('a budget of a route', () => {
  it('lets cheaper ones come first from a share of it on, and counts what they cost', async () => {
    const budget = { amount: '2', per: 'MONTH', onBudgetShare: { share: 0.4 } };
    await routing.save('saving', { candidates: CANDIDATES, budget });
    expect(await budgetOf('saving')).toMatchObject({ share: 0, spent: { amount: '0', currency: 'USD' } });
    expect(await spendOne('saving')).toMatchObject({ offering: { id: 'dear/m' } });
    expect(await budgetOf('saving')).toMatchObject({
      share: 0.5,
      spent: { amount: '1', currency: 'USD' },
      limit: { amount: '2', currency: 'USD' },
    });
    const plan = await routing.plan({ model: 'route:saving' });
    expect(plan.candidates.map(({ offering }: Json) => offering.id)).toEqual(['fair/m', 'dear/m']);
    expect(await spendOne('saving')).toMatchObject({ offering: { id: 'fair/m' } });
    expect(await budgetOf('saving')).toMatchObject({ share: 0.55 });
    const { completions } = await routing.ask(
      '{ completions(first: 2) { nodes { route { savesBudget savedRoute { name } } } } }',
    );
    expect(completions.nodes).toEqual([
      { route: { savesBudget: true, savedRoute: { name: 'saving' } } },
      { route: { savesBudget: false, savedRoute: { name: 'saving' } } },
    ]);
  });

  it('lets the listed ones come first, before its own', async () => {
    const onBudgetShare = { share: 0.1, candidates: [{ offering: 'cheap/m' }] };
    await routing.save('listed', {
      strategy: 'RACE',
      candidates: CANDIDATES,
      budget: { amount: '5', per: 'MONTH', onBudgetShare },
    });
    expect(await routing.order({ model: 'route:listed' })).toEqual(['dear', 'fair']);
    await spendOne('listed');
    expect(await routing.order({ model: 'route:listed' })).toEqual(['cheap', 'dear', 'fair']);
    expect((await routing.plan({ model: 'route:listed' })).dispatch).toMatchObject({ kind: 'SERIAL' });
  });

  it('refuses once it is spent, and says until when; a higher one lets requests through again', async () => {
    const policy = { candidates: CANDIDATES, budget: { amount: '1', per: 'DAY', onExhausted: 'REFUSE' } };
    await routing.save('strict', policy);
    expect(await spendOne('strict')).toMatchObject({ offering: { id: 'dear/m' } });
    const refused = await routing.complete({ model: 'route:strict' });
    expect(refused).toMatchObject({
      __typename: 'NoCandidateError',
      rejections: [
        { offeringId: 'dear/m', reason: 'BUDGET_SPENT' },
        { offeringId: 'fair/m', reason: 'BUDGET_SPENT' },
      ],
    });
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(86_400_000);
    expect(refused.rejections[0].detail).toMatch(
      /^The budget of the route "strict" is spent until \d{4}-\d\d-\d\dT00:00:00\.000Z\.$/,
    );
    expect((await routing.plan({ model: 'route:strict' })).candidates).toEqual([]);
    expect(routing.called()).toEqual({});
    await routing.save('strict', { ...policy, budget: { ...policy.budget, amount: '9' } });
    expect(await routing.complete({ model: 'route:strict' })).toMatchObject({ __typename: 'Completion' });
  });

  it('counts what is in flight at its estimate', async () => {
    const budget = { amount: '1', per: 'DAY', onBudgetShare: { share: 0.01 } };
    await routing.save('busy', { candidates: CANDIDATES, budget });
    const held = Promise.withResolvers<void>();
    routing.upstreams.dear.next(answer({ after: held.promise }));
    const slow = routing.complete({ model: 'route:busy', maxOutputTokens: 2_000 });
    await routing.upstreams.dear.call(0);
    const during = await budgetOf('busy');
    expect(Number(during.spent.amount)).toBe(0);
    expect(during.share).toBeGreaterThan(0.001);
    held.resolve();
    await slow;
    expect((await budgetOf('busy')).share).toBeLessThan(during.share);
  });

  it('knows after a start what was spent before it', async () => {
    const budget = { amount: '4', per: 'MONTH' };
    await routing.save('kept', { candidates: CANDIDATES, budget });
    await spendOne('kept');
    expect(await budgetOf('kept')).toMatchObject({ share: 0.25 });
    // Counting begins anew, as another clock begins it: what was spent is in the ledger alone.
    await routing.save('kept', { candidates: CANDIDATES, budget: { ...budget, timeZone: 'Etc/GMT' } });
    expect(await budgetOf('kept')).toMatchObject({ share: 0.25, spent: { amount: '1' } });
  });

  it('is told to the admin alone', async () => {
    await routing.save('quiet', { candidates: CANDIDATES, budget: { amount: '4', per: 'HOUR' } });
    const { createKey } = await routing.ask(
      'mutation { createKey(input: { name: "member" }) { ... on CreatedKey { secret } } }',
    );
    expect(await budgetOf('quiet', createKey.secret)).toBeNull();
  });

  it.each([
    [{ amount: '0', per: 'DAY' }, 'budget.amount', 'takes more than 0.'],
    [{ amount: '1', per: 'DAY', timeZone: 'Mars' }, 'budget.timeZone', /^takes the IANA name/],
    [
      { amount: '1', per: 'DAY', currency: 'dollars' },
      'budget.currency',
      'takes an ISO 4217 code, e.g. USD.',
    ],
    [
      { amount: '1', per: 'DAY', onBudgetShare: { share: 2 } },
      'budget.onBudgetShare.share',
      'takes at most 1.',
    ],
    [
      { amount: '1', per: 'DAY', onBudgetShare: { share: 0.5, candidates: [{ model: 'nobody' }] } },
      'budget.onBudgetShare.candidates[0].model',
      /^No model is called/,
    ],
  ])('of %j is refused', async (budget, path, problem) => {
    const refused = await routing.save('wrong', { candidates: CANDIDATES, budget });
    expect(refused).toMatchObject({
      __typename: 'InvalidInputError',
      path: `policy.${path}`,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
  });
});
