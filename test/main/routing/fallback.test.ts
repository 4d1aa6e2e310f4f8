import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, fails, neverAnswers } from '../../support/scriptable-upstream.ts';
import { logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two' | 'other' | 'ollama';
const FAILURES = [
  ['a limited rate', 'limit', 429, null, 'RATE_LIMITED'],
  ['a quota that is used up', 'quota', 429, 'insufficient_quota', 'QUOTA_EXHAUSTED'],
  ['a refused key', 'key', 401, 'invalid_api_key', 'AUTHENTICATION'],
  ['a model that is not there', 'missing', 404, 'model_not_found', 'MODEL_NOT_FOUND'],
  ['a prompt that is too long', 'long', 400, 'context_length_exceeded', 'CONTEXT_LENGTH_EXCEEDED'],
  ['an overload', 'load', 503, null, 'OVERLOADED'],
  ['a server’s error', 'error', 500, null, 'SERVER_ERROR'],
] as const;
/** Each test has a model of its own, so that none meets a breaker that another has opened. */
const MODELS = [
  'only',
  'filter',
  'final',
  'retry',
  'wait',
  'most',
  'first',
  'stall',
  'total',
  'tps',
  'chain',
  'own',
].concat(FAILURES.map(([, model]) => model));
const served = { models: MODELS.map((id) => ({ id, model: `lab/${id}` })) };

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      one: served,
      two: served,
      other: { models: [{ id: 'm', model: 'lab/other' }] },
      ollama: { local: ['tiny:1b'] },
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

describe('falling back', () => {
  it.each(FAILURES)('%s goes to the next', async (_what, model, status, code, expected) => {
    routing.upstreams.one.behave(fails(status, { code }));
    const completion = await routing.complete({ model: `lab/${model}` });
    expect(completion).toMatchObject({ __typename: 'Completion', text: 'Good answer' });
    expect(logOf(completion.attempts)).toEqual([`one FIRST FAILED ${expected}`, 'two FALLBACK SUCCEEDED']);
  });

  it('what no other could help with is final', async () => {
    routing.upstreams.one.behave(fails(400, { code: 'invalid_request' }));
    const error = await routing.complete({ model: 'lab/final' });
    expect(error).toMatchObject({ __typename: 'UpstreamError', code: 'INVALID_REQUEST', retry: 'FINAL' });
    expect(routing.called()).toEqual({ one: 1 });
  });

  it('only on the failures that the route names', async () => {
    const fallback = { on: ['RATE_LIMITED'] };
    routing.upstreams.one.next(fails(500));
    const error = await routing.complete({ model: 'lab/only', routing: { fallback } });
    expect(error).toMatchObject({ __typename: 'UpstreamError', code: 'SERVER_ERROR' });
    expect(logOf(error.attempts)).toEqual(['one FIRST FAILED SERVER_ERROR']);
    routing.upstreams.one.next(fails(429));
    const completion = await routing.complete({ model: 'lab/only', routing: { fallback } });
    expect(logOf(completion.attempts)).toEqual(['one FIRST FAILED RATE_LIMITED', 'two FALLBACK SUCCEEDED']);
  });

  it('on a filtered prompt where the route says so', async () => {
    routing.upstreams.one.behave(fails(400, { code: 'content_filter' }));
    expect(await routing.complete({ model: 'lab/filter' })).toMatchObject({ code: 'CONTENT_FILTERED' });
    const completion = await routing.complete({
      model: 'lab/filter',
      routing: { fallback: { on: ['CONTENT_FILTERED'] } },
    });
    expect(logOf(completion.attempts)).toEqual([
      'one FIRST FAILED CONTENT_FILTERED',
      'two FALLBACK SUCCEEDED',
    ]);
  });

  it('to another model, and then to a local one', async () => {
    for (const id of ['one', 'two', 'other'] as const) routing.upstreams[id].behave(fails(503));
    const routed = {
      model: 'lab/chain',
      routing: {
        fallback: { candidates: [{ model: 'lab/other' }, { filter: { providerKinds: ['LOCAL'] } }] },
      },
    };
    const plan = await routing.plan(routed);
    expect(plan.candidates).toMatchObject([
      { rank: 1, offering: { id: 'one/chain' }, isFallback: false },
      { rank: 2, offering: { id: 'two/chain' }, isFallback: false },
      { rank: 3, offering: { id: 'other/m' }, isFallback: true },
      { rank: 4, offering: { id: 'ollama/tiny:1b' }, isFallback: true },
    ]);
    const completion = await routing.complete(routed);
    expect(completion).toMatchObject({
      offering: { id: 'ollama/tiny:1b' },
      cost: { __typename: 'FreeCost' },
    });
    expect(logOf(completion.attempts)).toEqual([
      'one FIRST FAILED OVERLOADED',
      'two FALLBACK FAILED OVERLOADED',
      'other FALLBACK FAILED OVERLOADED',
      'ollama FALLBACK SUCCEEDED',
    ]);
  });

  it('no further than the route allows', async () => {
    for (const id of ['one', 'two'] as const) routing.upstreams[id].behave(fails(500));
    const error = await routing.complete({
      model: 'lab/most',
      routing: { fallback: { maxAttempts: 2, candidates: [{ model: 'lab/other' }] } },
    });
    expect(logOf(error.attempts)).toEqual([
      'one FIRST FAILED SERVER_ERROR',
      'two FALLBACK FAILED SERVER_ERROR',
    ]);
    expect(routing.called()).toEqual({ one: 1, two: 1 });
  });
});

describe('retrying', () => {
  it('the same one as often as the route says, then the next', async () => {
    routing.upstreams.one.next(fails(500), fails(503), fails(500));
    const completion = await routing.complete({
      model: 'lab/retry',
      routing: { fallback: { retries: 2, backoff: { baseMs: 5, maxMs: 10 } } },
    });
    expect(logOf(completion.attempts)).toEqual([
      'one FIRST FAILED SERVER_ERROR',
      'one RETRY FAILED OVERLOADED',
      'one RETRY FAILED SERVER_ERROR',
      'two FALLBACK SUCCEEDED',
    ]);
  });

  it('waits as long as the provider asks', async () => {
    const { one } = routing.upstreams;
    one.next(fails(429, { headers: { 'retry-after-ms': '250' } }));
    const completion = await routing.complete({
      model: 'lab/wait',
      routing: { fallback: { retries: 1, backoff: { baseMs: 1, maxMs: 1_000 } } },
    });
    expect(logOf(completion.attempts)).toEqual(['one FIRST FAILED RATE_LIMITED', 'one RETRY SUCCEEDED']);
    const [first, second] = one.calls;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(249);
  });
});

describe('time limits of a route', () => {
  it('to the first token', async () => {
    routing.upstreams.one.behave(neverAnswers);
    const completion = await routing.complete({
      model: 'lab/first',
      routing: { fallback: { timeouts: { firstTokenMs: 1_000 } } },
    });
    expect(logOf(completion.attempts)).toEqual(['one FIRST FAILED TIMEOUT', 'two FALLBACK SUCCEEDED']);
    expect(completion.attempts[0].durationMs).toBeGreaterThanOrEqual(999);
    await routing.upstreams.one.calls[0]?.gone;
  });

  it('between tokens', async () => {
    routing.upstreams.one.behave(answer({ tokens: ['One'], ending: 'hang' }));
    const completion = await routing.complete({
      model: 'lab/stall',
      routing: { fallback: { timeouts: { stallMs: 1_000 } } },
    });
    expect(completion.text).toBe('Good answer');
    expect(completion.attempts[0]).toMatchObject({ ttftMs: expect.any(Number), error: { code: 'TIMEOUT' } });
    expect(logOf(completion.attempts)).toEqual(['one FIRST FAILED TIMEOUT', 'two FALLBACK SUCCEEDED']);
  });

  it('in all, whatever is still to be tried', async () => {
    routing.upstreams.one.behave(neverAnswers);
    const error = await routing.complete({
      model: 'lab/total',
      routing: { fallback: { timeouts: { totalMs: 1_000, firstTokenMs: 10_000 } } },
    });
    expect(error).toMatchObject({ __typename: 'UpstreamError', code: 'TIMEOUT' });
    expect(routing.called()).toEqual({ one: 1 });
    await routing.upstreams.one.calls[0]?.gone;
  });

  it('give way to the request’s own', async () => {
    routing.upstreams.one.behave(answer({ ttftMs: 300, tokens: ['patient'] }));
    const completion = await routing.complete({
      model: 'lab/own',
      timeouts: { firstTokenMs: 10_000 },
      routing: { fallback: { timeouts: { firstTokenMs: 50 } } },
    });
    expect(completion.text).toBe('patient');
  });

  it('and a least pace: a stream that is slower from its third second on has failed', async () => {
    const tokens = Array.from({ length: 60 }, () => ' slow');
    routing.upstreams.one.behave(answer({ tokens, tokenMs: 250 }));
    const completion = await routing.complete({
      model: 'lab/tps',
      routing: { fallback: { minOutputTps: 20 } },
    });
    expect(completion.text).toBe('Good answer');
    expect(logOf(completion.attempts)).toEqual(['one FIRST FAILED TIMEOUT', 'two FALLBACK SUCCEEDED']);
    expect(completion.attempts[0].durationMs).toBeGreaterThanOrEqual(2_900);
    expect(completion.attempts[0].durationMs).toBeLessThan(8_000);
  });
});
