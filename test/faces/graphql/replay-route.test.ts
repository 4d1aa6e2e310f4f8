import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RoutingServer, startRoutingServer } from '../../main/routing/routing-server.ts';

const REPLAY = /* GraphQL */ `
  query ($input: ReplayRouteInput!) {
    replayRoute(input: $input) {
      __typename
      ... on ReplayResult {
        strategy completions hasMore from to replayed moved ttftCompletions
        notReplayed { reason count }
        recorded { cost { amount currency } medianTtftMs } draft { cost { amount currency } medianTtftMs } savings { amount currency } savingsShare
        offerings { offeringId recorded replayed cost { amount currency } ttftMs ttftSamples offering { id } }
        fxRates { base } unknowns
      }
      ... on Error { message }
      ... on InvalidInputError { path }
    }
  }
`;

type Id = 'dear' | 'cheap';
let routing: RoutingServer<Id>;
let member: string;
beforeAll(async () => {
  const served = (input: number, output: number) => ({
    models: [{ id: 'm', model: 'lab/m', prices: { input, output } }],
  });
  routing = await startRoutingServer<Id>({ providers: { dear: served(10, 30), cheap: served(1, 3) } });
  const { createKey } = await routing.ask(
    'mutation { createKey(input: { name: "app" }) { ... on CreatedKey { secret } } }',
  );
  member = createKey.secret;
  for (let number = 0; number < 3; number += 1) await routing.complete({ model: 'lab/m' });
  await routing.complete({ model: 'lab/m' }, member);
});
afterAll(() => routing?.stop());

const replay = async (input: object, key?: string) => (await routing.ask(REPLAY, { input }, key)).replayRoute;
const cheapest = { candidates: [{ model: 'lab/m' }], strategy: 'CHEAPEST' };

describe('replayRoute', () => {
  it('says what past completions would have cost and how fast they would have been', async () => {
    const result = await replay({ policy: cheapest });
    expect(result).toMatchObject({
      __typename: 'ReplayResult',
      strategy: 'CHEAPEST',
      completions: 4,
      hasMore: false,
      replayed: 4,
      moved: 4,
      notReplayed: [],
      // Nothing went to the cheap one yet, so that its speed is not known.
      ttftCompletions: 0,
      draft: { medianTtftMs: null },
      savingsShare: 0.9,
      offerings: [
        { offeringId: 'cheap/m', recorded: 0, replayed: 4, ttftMs: null, ttftSamples: 0 },
        { offeringId: 'dear/m', recorded: 4, replayed: 0, ttftSamples: 4, offering: { id: 'dear/m' } },
      ],
      fxRates: [],
      unknowns: expect.arrayContaining([expect.stringContaining('Prompts are not kept')]),
    });
    expect(Number(result.recorded.cost.amount)).toBeCloseTo(Number(result.draft.cost.amount) * 10, 12);
    expect(Number(result.savings.amount)).toBeCloseTo(Number(result.draft.cost.amount) * 9, 12);
    // No provider was asked.
    expect(routing.called()).toEqual({ dear: 4 });
  });

  it('of a key that is no admin is of its own completions alone', async () => {
    expect(await replay({ policy: cheapest }, member)).toMatchObject({ completions: 1, replayed: 1 });
  });

  it('takes a saved route, filters and a limit', async () => {
    await routing.save('as-it-is', { candidates: [{ offering: 'dear/m' }] });
    expect(await replay({ route: 'as-it-is', limit: 2 })).toMatchObject({
      strategy: 'PRIORITY',
      completions: 2,
      hasMore: true,
      moved: 0,
      ttftCompletions: 2,
      savingsShare: 0,
    });
    expect(await replay({ route: 'as-it-is', filter: { createdTo: '2020-01-01T00:00:00Z' } })).toMatchObject({
      completions: 0,
      from: null,
      savingsShare: null,
    });
  });

  it.each([
    [{}, 'InvalidInputError', 'input.policy'],
    [{ route: 'a', policy: cheapest }, 'InvalidInputError', 'input.policy'],
    [{ policy: { strategy: 'CHEAPEST' } }, 'InvalidInputError', 'input.policy.candidates'],
    [{ policy: cheapest, limit: 10_001 }, 'InvalidInputError', 'input.limit'],
    [{ policy: cheapest, currency: 'usd' }, 'InvalidInputError', 'input.currency'],
    [{ route: 'never-saved' }, 'UnknownRouteError', undefined],
    [{ policy: { candidates: [{ model: 'lab/none' }] } }, 'UnknownModelError', undefined],
  ])('refuses %j', async (input, typename, path) => {
    expect(await replay(input)).toMatchObject({ __typename: typename, ...(path !== undefined && { path }) });
  });
});
