import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { type RoutingServer, startRoutingServer } from './routing-server.ts';

let routing: RoutingServer<'one' | 'two' | 'three' | 'four'>;
beforeAll(async () => {
  const served = { models: [{ id: 'm', model: 'lab/m', prices: { input: 1, output: 1 } }] };
  routing = await startRoutingServer({
    providers: { one: served, two: served, three: served, four: served },
  });
  const pair = [{ offering: 'two/m' }, { offering: 'three/m' }];
  await routing.save('raced', { strategy: 'RACE', race: { count: 3 }, candidates: pair });
  await routing.save('hedged', { strategy: 'HEDGE', hedge: { afterMs: 50 }, candidates: pair });
  await routing.save('single', {
    strategy: 'HEDGE',
    hedge: { afterMs: 50 },
    candidates: [{ offering: 'two/m' }],
  });
  await routing.save('chosen', { candidates: [{ route: 'raced' }] });
});
afterAll(() => routing?.stop());
beforeEach(() => routing.forget());

const dispatchOf = async (strategy: string, candidates: readonly object[], more: object = {}) =>
  (await routing.plan({ routing: { strategy, candidates, ...more } })).dispatch;

describe('a route within another one', () => {
  it('is raced among its own candidates alone, and what follows is tried after them', async () => {
    const { two, three } = routing.upstreams;
    two.behave(fails(500));
    three.behave(fails(500));
    const completion = await routing.complete({
      routing: { candidates: [{ route: 'raced' }, { offering: 'one/m' }, { offering: 'four/m' }] },
    });
    expect(completion).toMatchObject({ offering: { id: 'one/m' } });
    const causes = completion.attempts.map(
      ({ offeringId, cause }: { offeringId: string; cause: string }) => `${offeringId} ${cause}`,
    );
    expect(causes).toEqual(['two/m FIRST', 'three/m RACE', 'one/m FALLBACK']);
    expect(routing.called()).toEqual({ one: 1, two: 1, three: 1 });
  });

  it('is hedged by its own time, within a tier of COMPLEXITY too', async () => {
    const held = Promise.withResolvers<void>();
    routing.upstreams.two.behave(answer({ after: held.promise }));
    const completion = await routing.complete({
      routing: { strategy: 'COMPLEXITY', candidates: [{ route: 'hedged', upTo: 1 }, { offering: 'one/m' }] },
    });
    held.resolve();
    expect(completion).toMatchObject({ offering: { id: 'three/m' } });
    expect(routing.called()).toEqual({ two: 1, three: 1 });
  });

  it.each([
    ['PRIORITY', [{ route: 'chosen' }, { offering: 'one/m' }], { kind: 'RACE', count: 2, afterMs: null }],
    [
      'SPLIT',
      [{ route: 'hedged' }, { offering: 'one/m', weight: 0 }],
      { kind: 'HEDGE', count: null, afterMs: 50 },
    ],
    // Nobody of its own is left to be asked beside it.
    [
      'PRIORITY',
      [{ route: 'single' }, { offering: 'one/m' }],
      { kind: 'SERIAL', count: null, afterMs: null },
    ],
    // It comes later, or all are taken together.
    ['PRIORITY', [{ offering: 'one/m' }, { route: 'raced' }], { kind: 'SERIAL', count: null, afterMs: null }],
    ['CHEAPEST', [{ route: 'raced' }, { offering: 'one/m' }], { kind: 'SERIAL', count: null, afterMs: null }],
  ] as const)('of %s %j is called as %j', async (strategy, candidates, dispatch) => {
    expect(await dispatchOf(strategy, candidates)).toEqual(dispatch);
  });

  it('leaves an outer race its own way', async () => {
    const candidates = [{ route: 'hedged' }, { offering: 'one/m' }];
    expect(await dispatchOf('RACE', candidates, { race: { count: 3 } })).toMatchObject({
      kind: 'RACE',
      count: 3,
    });
  });
});
