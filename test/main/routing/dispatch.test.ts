import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { quickest } from '../../support/quickest.ts';
import { answer, fails, neverAnswers } from '../../support/scriptable-upstream.ts';
import { type Json, logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'one' | 'two' | 'three';
/** Each test has a model of its own, so that none meets what another has measured. */
const MODELS = ['race', 'gone', 'good', 'none', 'hedge', 'late', 'p95', 'home', 'price', 'short', 'ill'];
const served = (input: number) => ({
  models: MODELS.map((id) => ({ id, model: `lab/${id}`, prices: { input, output: input * 2 } })),
});

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: { one: served(1), two: served(1.2), three: served(4) },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const sumOf = (attempts: readonly Json[]): number =>
  attempts.reduce((sum, { cost }) => sum + Number(cost?.total?.amount ?? 0), 0);

describe('RACE', () => {
  it('asks several at once; the first good answer wins, and all of the cost is accounted', async () => {
    const { one, two } = routing.upstreams;
    one.behave(answer({ ttftMs: 3_000, tokens: ['late'] }));
    two.behave(answer({ ttftMs: 30, tokens: ['soon', ' enough'], usage: { input: 100 } }));
    const completion = await routing.complete({
      model: 'lab/race',
      routing: { strategy: 'RACE', race: { count: 2 } },
    });
    expect(completion).toMatchObject({
      text: 'soon enough',
      offering: { id: 'two/race' },
      route: { strategy: 'RACE', candidates: ['one/race', 'two/race', 'three/race'] },
    });
    const attempts = completion.attempts.toSorted((a: Json, b: Json) =>
      a.offeringId.localeCompare(b.offeringId),
    );
    expect(attempts).toMatchObject([
      { offeringId: 'one/race', status: 'CANCELLED', usageEstimated: true, error: null, ttftMs: null },
      {
        offeringId: 'two/race',
        status: 'SUCCEEDED',
        usageEstimated: false,
        usage: { input: 100, output: 2 },
      },
    ]);
    expect(attempts[0].usage.input).toBeGreaterThan(0);
    expect(Number(attempts[0].cost.total.amount)).toBeGreaterThan(0);
    // 100 x 1.2 + 2 x 2.4, per 1,000,000
    expect(attempts[1].cost.total.amount).toBe('0.0001248');
    expect(Number(completion.cost.total.amount)).toBeCloseTo(sumOf(attempts), 12);
    expect(routing.called()).toEqual({ one: 1, two: 1 });
  });

  it('losers are gone upstream within 100 ms, before headers and amid a stream', async () => {
    const { one, two, three } = routing.upstreams;
    const tokens = Array.from({ length: 300 }, () => ' x');
    const ms = await quickest(100, async (n) => {
      routing.forget();
      one.behave(neverAnswers);
      two.behave(answer({ ttftMs: 5_000, tokens }));
      three.behave(answer({ ttftMs: 80, tokens: ['won'] }));
      const completion = await routing.complete({
        model: 'lab/gone',
        messages: [{ user: { text: `Race number ${n}` } }],
        routing: { strategy: 'RACE', race: { count: 3 } },
      });
      expect(completion.text).toBe('won');
      const won = await three.calls[0]?.answered;
      const gone = await Promise.all([one.calls[0]?.gone, two.calls[0]?.gone]);
      return Math.max(...gone.map((at) => (at ?? Number.NaN) - (won ?? Number.NaN)));
    });
    expect(ms).toBeLessThan(100);
  });

  it('a quick failure is no good answer', async () => {
    const { one, two } = routing.upstreams;
    one.behave(fails(500));
    two.behave(answer({ ttftMs: 50, tokens: ['good'] }));
    const completion = await routing.complete({
      model: 'lab/good',
      routing: { strategy: 'RACE', race: { count: 2 } },
    });
    expect(completion).toMatchObject({ text: 'good', offering: { id: 'two/good' } });
    expect(completion.attempts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ offeringId: 'one/good', status: 'FAILED' }),
        expect.objectContaining({ offeringId: 'two/good', status: 'SUCCEEDED' }),
      ]),
    );
  });

  it('where all that ran have failed, the next is asked', async () => {
    const { one, two } = routing.upstreams;
    for (const each of [one, two]) each.behave(fails(500));
    const completion = await routing.complete({
      model: 'lab/none',
      routing: { strategy: 'RACE', race: { count: 2 } },
    });
    expect(completion.offering.id).toBe('three/none');
    expect(completion.attempts).toHaveLength(3);
  });
});

describe('HEDGE', () => {
  const hedged = (model: string, afterMs?: number) => ({
    model,
    routing: { strategy: 'HEDGE', ...(afterMs && { hedge: { afterMs } }) },
  });

  it('asks a second only once the first is late', async () => {
    const { one } = routing.upstreams;
    one.behave(answer({ ttftMs: 5, tokens: ['in time'] }));
    const inTime = await routing.complete(hedged('lab/hedge', 2_000));
    expect(logOf(inTime.attempts)).toEqual(['one FIRST SUCCEEDED']);

    one.behave(neverAnswers);
    const late = await routing.complete(hedged('lab/late', 80));
    expect(late).toMatchObject({ text: 'Good answer', offering: { id: 'two/late' } });
    expect(logOf(late.attempts).toSorted()).toEqual(['one FIRST CANCELLED', 'two HEDGE SUCCEEDED']);
    expect(Number(late.cost.total.amount)).toBeCloseTo(sumOf(late.attempts), 12);
    await one.calls.at(-1)?.gone;
    expect(routing.called()).toEqual({ one: 2, two: 1 });
  });

  it('by itself waits for the p95 of what was measured, and does not hedge what was not', async () => {
    expect((await routing.plan(hedged('lab/p95'))).dispatch).toEqual({
      kind: 'HEDGE',
      count: null,
      afterMs: null,
    });
    routing.upstreams.one.behave(answer({ ttftMs: 40 }));
    for (let n = 0; n < 25; n++) await routing.complete({ model: 'offering:one/p95' });
    const { dispatch } = await routing.plan(hedged('lab/p95'));
    expect(dispatch.kind).toBe('HEDGE');
    expect(dispatch.afterMs).toBeGreaterThanOrEqual(39);
    expect(dispatch.afterMs).toBeLessThan(2_000);

    routing.upstreams.one.behave(neverAnswers);
    const completion = await routing.complete(hedged('lab/p95'));
    expect(logOf(completion.attempts).toSorted()).toEqual(['one FIRST CANCELLED', 'two HEDGE SUCCEEDED']);
  });
});

describe('STICKY', () => {
  const turn = (
    model: string,
    conversation: string,
    sticky: object = { maxCostRatio: 2 },
    candidates?: object,
  ) => ({
    model,
    routing: { strategy: 'STICKY', sticky, conversation, ...candidates },
  });
  /** The first turn goes to the second provider, since the first fails just then. */
  const settle = async (model: string, conversation: string): Promise<void> => {
    routing.upstreams.one.next(fails(500));
    const completion = await routing.complete(turn(model, conversation));
    expect(logOf(completion.attempts)).toEqual(['one FIRST FAILED SERVER_ERROR', 'two FALLBACK SUCCEEDED']);
  };
  const homeOf = async (input: object): Promise<string> => (await routing.complete(input)).offering.id;

  it('keeps a conversation where it is at home, and another one where it is cheapest', async () => {
    await settle('lab/home', 'c1');
    expect(await homeOf(turn('lab/home', 'c1'))).toBe('two/home');
    expect(await homeOf(turn('lab/home', 'c2'))).toBe('one/home');
    expect(await homeOf(turn('lab/home', 'c1'))).toBe('two/home');
  });

  it('knows a conversation by how it begins', async () => {
    const opening = [{ system: { text: 'You are brief.' } }, { user: { text: 'Tell me of the sea.' } }];
    const asked = (messages: object[]) => ({
      model: 'lab/home',
      messages,
      routing: { strategy: 'STICKY', sticky: { maxCostRatio: 2 } },
    });
    routing.upstreams.one.next(fails(500));
    expect(await homeOf(asked(opening))).toBe('two/home');
    const next = [...opening, { assistant: { text: 'Good answer' } }, { user: { text: 'And the sky?' } }];
    expect(await homeOf(asked(next))).toBe('two/home');
  });

  it('leaves where it has become too dear', async () => {
    await settle('lab/price', 'c1');
    expect(await homeOf(turn('lab/price', 'c1', { maxCostRatio: 1.1 }))).toBe('one/price');
  });

  it('leaves once the cache is cold', async () => {
    await settle('lab/short', 'c1');
    expect(await homeOf(turn('lab/short', 'c1', { forMs: 1, maxCostRatio: 2 }))).toBe('one/short');
  });

  it('leaves where it is not well', async () => {
    const breaker = { breaker: { consecutiveFailures: 1, openMs: 60_000 } };
    await settle('lab/ill', 'c1');
    routing.upstreams.two.next(fails(500));
    const moved = await routing.complete(turn('lab/ill', 'c1', { maxCostRatio: 2 }, breaker));
    expect(logOf(moved.attempts)).toEqual(['two FIRST FAILED SERVER_ERROR', 'one FALLBACK SUCCEEDED']);
    expect(await homeOf(turn('lab/ill', 'c1', { maxCostRatio: 2 }, breaker))).toBe('one/ill');
  });
});
