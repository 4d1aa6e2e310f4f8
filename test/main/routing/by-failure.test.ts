import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { type Json, logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two' | 'long' | 'own';
const SMALL = { id: 'small', model: 'lab/small' };
let routing: RoutingServer<Id>;
beforeAll(async () => {
  // A test that overloads an offering has one of its own: it is left alone for a while.
  const models = ['m', 'n', 'o'].map((id) => ({ id, model: `lab/${id}` }));
  routing = await startRoutingServer<Id>({
    providers: { one: { models: [...models, SMALL] }, two: { models }, long: { models }, own: { models } },
    overrides: { models: [{ slug: 'lab/small', facts: { limits: { contextWindow: 1000 } } }] },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const CANDIDATES = [{ offering: 'one/m' }, { offering: 'two/m' }];
const BY_FAILURE = [
  { on: ['CONTEXT_LENGTH_EXCEEDED'], candidates: [{ offering: 'long/m' }] },
  { on: ['CONTENT_FILTERED', 'OVERLOADED'], candidates: [{ offering: 'own/m' }] },
];
const routed = (fallback: object = {}, candidates: readonly object[] = CANDIDATES): Json => ({
  routing: {
    candidates,
    fallback: { byFailure: BY_FAILURE, ...fallback },
    breaker: { consecutiveFailures: 1_000 },
  },
});
const TOO_LONG = fails(400, { code: 'context_length_exceeded' });
const FILTERED = fails(400, { code: 'content_filter' });

it('a prompt that is too long goes to the list for that, any other failure to the general one', async () => {
  routing.upstreams.one.behave(TOO_LONG);
  const completion = await routing.complete(routed());
  expect(logOf(completion.attempts)).toEqual([
    'one FIRST FAILED CONTEXT_LENGTH_EXCEEDED',
    'long FALLBACK SUCCEEDED',
  ]);
  expect(completion).toMatchObject({ text: 'Good answer', offering: { id: 'long/m' } });
  routing.upstreams.one.behave(fails(500));
  expect(logOf((await routing.complete(routed())).attempts)).toEqual([
    'one FIRST FAILED SERVER_ERROR',
    'two FALLBACK SUCCEEDED',
  ]);
});

it('what is left of the general list follows, and nobody is asked twice', async () => {
  routing.upstreams.one.behave(TOO_LONG);
  routing.upstreams.long.behave(fails(500));
  const candidates = [...CANDIDATES, { offering: 'long/m' }];
  expect(logOf((await routing.complete(routed({}, candidates))).attempts)).toEqual([
    'one FIRST FAILED CONTEXT_LENGTH_EXCEEDED',
    'long FALLBACK FAILED SERVER_ERROR',
    'two FALLBACK SUCCEEDED',
  ]);
  routing.upstreams.two.behave(TOO_LONG);
  const error = await routing.complete(routed({}, candidates));
  expect(logOf(error.attempts)).toEqual([
    'one FIRST FAILED CONTEXT_LENGTH_EXCEEDED',
    'long FALLBACK FAILED SERVER_ERROR',
    'two FALLBACK FAILED CONTEXT_LENGTH_EXCEEDED',
  ]);
});

it('a filtered prompt goes to its list and nowhere else, unless `on` says so', async () => {
  routing.upstreams.one.behave(FILTERED);
  expect(logOf((await routing.complete(routed())).attempts)).toEqual([
    'one FIRST FAILED CONTENT_FILTERED',
    'own FALLBACK SUCCEEDED',
  ]);
  routing.upstreams.own.behave(FILTERED);
  expect(logOf((await routing.complete(routed())).attempts)).toEqual([
    'one FIRST FAILED CONTENT_FILTERED',
    'own FALLBACK FAILED CONTENT_FILTERED',
  ]);
  expect(logOf((await routing.complete(routed({ on: ['CONTENT_FILTERED'] }))).attempts)).toEqual([
    'one FIRST FAILED CONTENT_FILTERED',
    'own FALLBACK FAILED CONTENT_FILTERED',
    'two FALLBACK SUCCEEDED',
  ]);
});

it('is followed though `on` names other failures, after retries, and within the attempts', async () => {
  routing.upstreams.one.behave(fails(503));
  const rules = { on: ['RATE_LIMITED'], retries: 1, backoff: { baseMs: 1, maxMs: 1 } };
  expect(logOf((await routing.complete(routed(rules, [{ offering: 'one/n' }]))).attempts)).toEqual([
    'one FIRST FAILED OVERLOADED',
    'one RETRY FAILED OVERLOADED',
    'own FALLBACK SUCCEEDED',
  ]);
  const error = await routing.complete(routed({ maxAttempts: 1 }, [{ offering: 'one/o' }]));
  expect(logOf(error.attempts)).toEqual(['one FIRST FAILED OVERLOADED']);
});

it('a stream goes on there while nothing was shown', async () => {
  routing.upstreams.one.behave(TOO_LONG);
  routing.upstreams.long.behave(answer({ tokens: ['From', ' afar'] }));
  const events = await routing.watch(routed());
  expect(
    events
      .filter(({ text }) => text !== undefined)
      .map(({ text }) => text)
      .join(''),
  ).toBe('From afar');
});

it('nobody is asked where all are known to be too small', async () => {
  const input = {
    ...routed({}, [{ offering: 'one/small' }]),
    messages: [{ user: { text: 'word '.repeat(5_000) } }],
  };
  const completion = await routing.complete(input);
  expect(completion).toMatchObject({ offering: { id: 'long/m' } });
  expect(routing.called()).toEqual({ long: 1 });
  const plan = await routing.plan(input);
  expect(plan.candidates.map(({ offering }: Json) => offering.id)).toEqual(['long/m']);
  expect(plan.rejected).toMatchObject([{ offeringId: 'one/small', reason: 'CONTEXT_TOO_SMALL' }]);
});

it('its candidates hold to their conditions and to what the route requires', async () => {
  routing.upstreams.one.behave(TOO_LONG);
  const byFailure = [
    {
      on: ['CONTEXT_LENGTH_EXCEEDED'],
      candidates: [{ offering: 'own/m', when: { expression: 'user == "ann"' } }, { offering: 'long/m' }],
    },
  ];
  const input = routed({ byFailure });
  expect((await routing.complete(input)).offering.id).toBe('long/m');
  expect((await routing.complete({ ...input, user: 'ann' })).offering.id).toBe('own/m');
  const strict = { routing: { ...input.routing, require: { excludeProviders: ['long', 'own'] } } };
  expect((await routing.complete(strict)).offering.id).toBe('two/m');
});

it('is saved as it was written, and refused where it makes no sense', async () => {
  const saved = await routing.save('by-failure', {
    candidates: CANDIDATES,
    fallback: { byFailure: BY_FAILURE },
  });
  expect(saved.document.fallback.byFailure).toEqual(BY_FAILURE);
  const twice = await routing.save('twice', {
    candidates: CANDIDATES,
    fallback: { byFailure: [...BY_FAILURE, { on: ['TIMEOUT', 'OVERLOADED'], candidates: CANDIDATES }] },
  });
  expect(twice).toMatchObject({
    path: 'policy.fallback.byFailure[2].on[1]',
    problem: 'says OVERLOADED a second time.',
  });
  const unknown = await routing.save('unknown', {
    candidates: CANDIDATES,
    fallback: { byFailure: [{ on: ['TIMEOUT'], candidates: [{ route: 'nowhere' }] }] },
  });
  expect(unknown).toMatchObject({ path: 'policy.fallback.byFailure[0].candidates[0].route' });
});
