import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answer, fails, neverAnswers } from '../../support/scriptable-upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

let routing: RoutingServer<'main' | 'other' | 'unpriced'>;
beforeAll(async () => {
  const at = (price: number) => ({
    models: [{ id: 'm', model: 'lab/m', prices: { input: price, output: price } }],
  });
  routing = await startRoutingServer({
    providers: { main: at(10), other: at(100), unpriced: { models: [{ id: 'm', model: 'lab/m' }] } },
  });
});
afterAll(() => routing?.stop());
beforeEach(() => routing.forget());

const MIRROR = { candidates: [{ offering: 'other/m' }], share: 1, budget: { amount: '5', per: 'MONTH' } };
const saved = async (name: string, mirror: object = {}): Promise<Json> =>
  routing.save(name, { candidates: [{ offering: 'main/m' }], mirror: { ...MIRROR, ...mirror } });

const SIDE = 'completions errorShare priced cost { amount currency } ttftMs { p50 p95 }';
const COMPARISON = /* GraphQL */ `
  query ($route: String!) {
    mirrorComparison(route: $route) {
      __typename
      ... on MirrorComparison {
        pairs isCut
        offerings { offeringId sameFinishReasonShare sameTextShare main { ${SIDE} } mirror { ${SIDE} } }
      }
    }
  }
`;
const compared = async (route: string, pairs: number): Promise<Json> => {
  let comparison: Json;
  await expect
    .poll(
      async () => {
        comparison = (await routing.ask(COMPARISON, { route })).mirrorComparison;
        return comparison.pairs;
      },
      { timeout: 20_000 },
    )
    .toBe(pairs);
  return comparison;
};
const ROWS = /* GraphQL */ `
  { completions(first: 20) { nodes {
    id key { id } user metadata attempts { offeringId cause status } route { mirrorOf savedRoute { name } }
    cost { ... on PricedCost { total { amount } } }
  } } }
`;
const mirrorsOf = async (id: string): Promise<readonly Json[]> =>
  (await routing.ask(ROWS)).completions.nodes.filter(({ route }: Json) => route.mirrorOf === id);

const newKey = async (name: string): Promise<Json> =>
  (
    await routing.ask(
      `mutation { createKey(input: { name: "${name}" }) { ... on CreatedKey { secret key { id } } } }`,
    )
  ).createKey;

describe('a mirror', () => {
  it('is sent what was asked, answers nobody, and is paid by the key that saved the route', async () => {
    await saved('watched');
    routing.upstreams.main.behave(answer({ tokens: ['Same'], usage: { input: 1_000, output: 1_000 } }));
    routing.upstreams.other.behave(answer({ tokens: ['Same'], usage: { input: 1_000, output: 9_000 } }));
    const { secret, key } = await newKey('member');
    const asked = { model: 'route:watched', user: 'u-1', metadata: { tier: 'gold' } };
    const completion = await routing.complete(asked, secret);
    expect(completion).toMatchObject({
      text: 'Same',
      offering: { id: 'main/m' },
      attempts: [{ offeringId: 'main/m', cause: 'FIRST' }],
      cost: { total: { amount: '0.02' } },
    });
    await compared('watched', 1);
    const [row, ...others] = await mirrorsOf(completion.id);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      user: null,
      metadata: null,
      attempts: [{ offeringId: 'other/m', cause: 'MIRROR', status: 'SUCCEEDED' }],
      route: { savedRoute: { name: 'watched' } },
      cost: { total: { amount: '1' } },
    });
    expect(row.key.id).not.toBe(key.id);
    const seen = await routing.ask('{ completions(first: 9) { nodes { id } } }', {}, secret);
    expect(seen.completions.nodes).toEqual([{ id: completion.id }]);
    const { body } = (await routing.upstreams.other.call(0)).request;
    expect(body).toMatchObject({ messages: [{ role: 'user', content: 'Hello there.' }] });
    const { route } = await routing.ask(
      '{ route(name: "watched") { mirrorBudget { share spent { amount } } } }',
    );
    expect(route.mirrorBudget).toEqual({ share: 0.2, spent: { amount: '1' } });
  });

  it('is compared with what it mirrors', async () => {
    await saved('compared');
    routing.upstreams.main.behave(answer({ tokens: ['Same'], usage: { input: 1_000, output: 1_000 } }));
    routing.upstreams.other.next(
      answer({ tokens: ['Same'], usage: { input: 1_000, output: 0 } }),
      answer({ tokens: ['Else'], usage: { input: 1_000, output: 0 } }),
      fails(400),
    );
    for (let n = 0; n < 3; n++) {
      await routing.complete({ model: 'route:compared' });
      await routing.upstreams.other.call(n);
    }
    const { isCut, offerings } = await compared('compared', 3);
    expect(isCut).toBe(false);
    expect(offerings).toMatchObject([
      {
        offeringId: 'other/m',
        sameFinishReasonShare: 1,
        sameTextShare: 0.5,
        main: { completions: 3, errorShare: 0, priced: 3, cost: { amount: '0.06', currency: 'USD' } },
        mirror: { completions: 3, errorShare: expect.closeTo(1 / 3, 5) },
      },
    ]);
  });

  it('keeps nobody waiting, and no more run at once than may', async () => {
    await saved('slow', { maxConcurrent: 1 });
    routing.upstreams.other.behave(neverAnswers);
    const completion = await routing.complete({ model: 'route:slow' });
    expect(completion).toMatchObject({ __typename: 'Completion', text: 'Good answer' });
    await routing.upstreams.other.call(0);
    await routing.complete({ model: 'route:slow' });
    await routing.complete({ model: 'route:slow' });
    expect(routing.called()).toEqual({ main: 3, other: 1 });
  });

  it('is closed where the client of what it mirrors leaves', async () => {
    await saved('left');
    for (const upstream of [routing.upstreams.main, routing.upstreams.other]) upstream.behave(neverAnswers);
    const leaving = new AbortController();
    const asked = fetch(`${routing.server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${routing.server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'route:left', messages: [{ role: 'user', content: 'Hi' }] }),
      signal: leaving.signal,
    }).catch(() => undefined);
    const calls = [await routing.upstreams.main.call(0), await routing.upstreams.other.call(0)];
    leaving.abort();
    await asked;
    await Promise.all(calls.map(({ gone }) => gone));
  });

  it.each([
    ['would cost more than is left', 'unsent-poor', { budget: { amount: '0.000001', per: 'DAY' } }],
    ['costs nobody knows what', 'unsent-unknown', { candidates: [{ offering: 'unpriced/m' }] }],
    ['is none of the share', 'unsent-share', { share: 1e-9 }],
  ])('that %s is not sent', async (_why, name, mirror) => {
    expect(await saved(name, mirror)).toMatchObject({ __typename: 'Route' });
    for (let n = 0; n < 3; n++) await routing.complete({ model: `route:${name}` });
    // One that is sent, to have something to wait for: what was to be sent before has been by then.
    await saved('told');
    await routing.complete({ model: 'route:told' });
    await routing.upstreams.other.call(0);
    expect(routing.called()).toEqual({ main: 4, other: 1 });
  });

  it('is held to the conditions of the key that asked', async () => {
    const when = { expression: 'key.name == "chosen"' };
    await saved('conditional', { candidates: [{ offering: 'other/m', when }] });
    await routing.complete({ model: 'route:conditional' }, (await newKey('another')).secret);
    await routing.complete({ model: 'route:conditional' }, (await newKey('chosen')).secret);
    await routing.upstreams.other.call(0);
    expect(routing.called()).toEqual({ main: 2, other: 1 });
  });

  it('is compared for the admin alone, of a route that there is, in a time that makes sense', async () => {
    const { secret } = await newKey('curious');
    const { mirrorComparison } = await routing.ask(COMPARISON, { route: 'watched' }, secret);
    expect(mirrorComparison.__typename).toBe('ForbiddenError');
    expect((await routing.ask(COMPARISON, { route: 'nobody' })).mirrorComparison).toBeNull();
    const long =
      '{ mirrorComparison(route: "watched", from: "2020-01-01T00:00:00Z") { ... on InvalidInputError { path problem } } }';
    expect((await routing.ask(long)).mirrorComparison).toEqual({
      path: 'from',
      problem: 'takes a moment up to 31 days before `to`.',
    });
  });
});
