import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../support/scriptable-upstream.ts';
import { gate } from '../../support/upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'reads' | 'writes' | 'caches' | 'unpriced' | 'slow' | 'quick' | 'bench';
const BOTH = [{ offering: 'reads/m' }, { offering: 'writes/m' }];
/** About five thousand tokens. */
const LONG = Array.from({ length: 2_500 }, (_, n) => `word${n % 7}`).join(' ');
const say = (text: string) => [{ user: { text } }];
const score = (points: number) => [{ benchmark: 'exam', score: points, maximum: 100 }];

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      // Cheap to read and dear to write, and the other way round.
      reads: { models: [{ id: 'm', model: 'lab/pair', prices: { input: 1, output: 10 } }] },
      writes: { models: [{ id: 'm', model: 'lab/pair', prices: { input: 2, output: 1 } }] },
      caches: { models: [{ id: 'm', model: 'lab/pair', prices: { input: 4, cacheRead: 0.01, output: 1 } }] },
      unpriced: { models: [{ id: 'm', model: 'lab/pair' }] },
      slow: { models: [{ id: 'm', model: 'lab/speed', prices: { input: 1, output: 1 } }] },
      quick: { models: [{ id: 'm', model: 'lab/speed', prices: { input: 2, output: 2 } }] },
      bench: {
        models: [
          { id: 'weak', model: 'lab/weak', prices: { input: 0.1, output: 0.2 } },
          { id: 'fair', model: 'lab/fair', prices: { input: 1, output: 2 } },
          { id: 'good', model: 'lab/good', prices: { input: 3, output: 6 } },
          { id: 'best', model: 'lab/best', prices: { input: 10, output: 20 } },
          { id: 'unknown', model: 'lab/unknown', prices: { input: 0.01, output: 0.01 } },
        ],
      },
    },
    overrides: {
      models: [
        { slug: 'lab/weak', quality: score(30) },
        { slug: 'lab/fair', quality: score(60) },
        { slug: 'lab/good', quality: score(80) },
        { slug: 'lab/best', quality: score(90) },
      ],
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const offeringsIn = (plan: Json): readonly string[] =>
  plan.candidates.map(({ offering }: { offering: { id: string } }) => offering.id);
const TIERS = ['weak', 'fair', 'good', 'best'].map((id) => ({ offering: `bench/${id}` }));

describe('PRIORITY', () => {
  it('goes by the list', async () => {
    expect(await routing.order({ routing: { strategy: 'PRIORITY', candidates: BOTH } })).toEqual([
      'reads',
      'writes',
    ]);
    expect(await routing.order({ routing: { candidates: BOTH.toReversed() } })).toEqual(['writes', 'reads']);
  });
});

describe('WEIGHTED', () => {
  it('draws by the weights, anew for each request; what has none is never first', async () => {
    const candidates = [
      { offering: 'reads/m', weight: 3 },
      { offering: 'writes/m', weight: 1 },
      { offering: 'caches/m', weight: 0 },
    ];
    const firsts: string[] = [];
    for (let n = 0; n < 12; n++) {
      const drawn = await Promise.all(
        Array.from({ length: 10 }, () => routing.order({ routing: { strategy: 'WEIGHTED', candidates } })),
      );
      firsts.push(...drawn.map(([first = '']) => first));
    }
    const share = firsts.filter((id) => id === 'reads').length / firsts.length;
    // Five standard deviations of 120 draws to either side.
    expect(share).toBeGreaterThan(0.55);
    expect(share).toBeLessThan(0.95);
    expect(firsts).not.toContain('caches');
  });
});

describe('CHEAPEST', () => {
  const asked = (text: string) => ({
    messages: say(text),
    maxOutputTokens: 200,
    routing: { strategy: 'CHEAPEST', candidates: [...BOTH, { offering: 'unpriced/m' }] },
  });

  it('goes by what this prompt costs: its length turns the order', async () => {
    expect(await routing.order(asked('Hi'))).toEqual(['writes', 'reads']);
    expect(await routing.order(asked(LONG))).toEqual(['reads', 'writes']);
    const completion = await routing.complete(asked(LONG));
    expect(completion).toMatchObject({ offering: { id: 'reads/m' }, route: { strategy: 'CHEAPEST' } });
  });

  it('tells what each would cost, and leaves out what has no known price', async () => {
    const plan = await routing.plan(asked('Hi'));
    const costs = plan.candidates.map(({ estimatedCost }: Json) => Number(estimatedCost.total.amount));
    expect(costs[0]).toBeGreaterThan(0);
    expect(costs[0]).toBeLessThan(costs[1]);
    // Ordered by tokens that are not rounded, told for whole ones.
    expect(plan.candidates[0].score / costs[0]).toBeGreaterThan(0.8);
    expect(plan.candidates[0].score / costs[0]).toBeLessThan(1.25);
    expect(plan.rejected).toMatchObject([{ offeringId: 'unpriced/m', reason: 'UNKNOWN_PRICE' }]);
    expect(plan.expectedTokens.input).toBeGreaterThan(0);
  });

  it('counts what is in the prompt cache as cached', async () => {
    const candidates = [{ offering: 'reads/m' }, { offering: 'caches/m' }];
    const first = { messages: say(LONG), maxOutputTokens: 10 };
    const cheapest = { strategy: 'CHEAPEST', candidates, conversation: 'warm' };
    expect(await routing.order({ ...first, routing: cheapest })).toEqual(['reads', 'caches']);

    routing.upstreams.caches.next(answer({ usage: { input: 5_000, cached: 0 } }));
    await routing.complete({
      ...first,
      routing: { candidates: [{ offering: 'caches/m' }], conversation: 'warm' },
    });
    const next = {
      ...first,
      messages: [...say(LONG), { assistant: { text: 'Good answer' } }, ...say('And now?')],
    };
    const plan = await routing.plan({ ...next, routing: cheapest });
    expect(offeringsIn(plan)).toEqual(['caches/m', 'reads/m']);
    expect(plan.expectedTokens.cacheRead).toBeGreaterThan(1_000);

    const elsewhere = { ...cheapest, conversation: 'cold' };
    expect(await routing.order({ ...next, routing: elsewhere })).toEqual(['reads', 'caches']);
  });
});

describe('FASTEST', () => {
  it('goes by what was measured', async () => {
    routing.upstreams.slow.behave(answer({ ttftMs: 1_000 }));
    routing.upstreams.quick.behave(answer({ ttftMs: 5 }));
    for (const id of ['slow', 'quick']) {
      expect(await routing.complete({ model: `offering:${id}/m` })).toMatchObject({
        __typename: 'Completion',
      });
    }
    for (let n = 0; n < 5; n++) {
      expect(await routing.order({ model: 'lab/speed', routing: { strategy: 'FASTEST' } })).toEqual([
        'quick',
        'slow',
      ]);
    }
    const completion = await routing.complete({ model: 'lab/speed', routing: { strategy: 'FASTEST' } });
    expect(completion).toMatchObject({ offering: { id: 'quick/m' }, route: { strategy: 'FASTEST' } });
    const [first, second] = completion.route.considered;
    expect(first.score).toBeLessThan(second.score);
    expect(second.parts).toEqual(
      expect.arrayContaining([expect.objectContaining({ criterion: 'ttft', value: expect.any(Number) })]),
    );
  });
});

describe('LEAST_BUSY', () => {
  it('goes where the fewest calls are under way', async () => {
    const { slow, quick } = routing.upstreams;
    const asked = { model: 'lab/speed', routing: { strategy: 'LEAST_BUSY' } };
    const done = gate();
    for (const upstream of [slow, quick])
      upstream.behave((request) => ({ ...answer()(request), before: done.opened }));
    const held = [routing.complete({ model: 'offering:slow/m' })];
    await slow.call(0);
    expect(await routing.order(asked)).toEqual(['quick', 'slow']);
    for (const n of [0, 1]) {
      held.push(routing.complete({ model: 'offering:quick/m' }));
      await quick.call(n);
    }
    const plan = await routing.plan(asked);
    expect(offeringsIn(plan)).toEqual(['slow/m', 'quick/m']);
    expect(plan.candidates.map(({ parts }: Json) => parts)).toMatchObject([
      [{ criterion: 'inFlight', value: 1 }],
      [{ criterion: 'inFlight', value: 2 }],
    ]);
    done.open();
    await Promise.all(held);
  });
});

describe('BALANCED', () => {
  it('weighs as it is told, and shows the parts of the score', async () => {
    const ordered = async (balanced: object) =>
      offeringsIn(await routing.plan({ routing: { strategy: 'BALANCED', balanced, candidates: TIERS } }));
    expect(await ordered({ cost: 1 })).toEqual(['bench/weak', 'bench/fair', 'bench/good', 'bench/best']);
    expect(await ordered({ quality: 1 })).toEqual(['bench/best', 'bench/good', 'bench/fair', 'bench/weak']);
    const plan = await routing.plan({
      routing: { strategy: 'BALANCED', balanced: { cost: 1, quality: 3 }, candidates: TIERS },
    });
    expect(plan.candidates[0].parts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ criterion: 'cost' }),
        expect.objectContaining({ criterion: 'quality' }),
      ]),
    );
    const [best, next] = plan.candidates;
    expect(best.score).toBeLessThanOrEqual(next.score);
  });
});

describe('QUALITY_FLOOR', () => {
  it('takes the cheapest that is good enough', async () => {
    const candidates = [...TIERS, { offering: 'bench/unknown' }];
    const plan = await routing.plan({
      routing: { strategy: 'QUALITY_FLOOR', qualityFloor: { benchmark: 'exam', score: 60 }, candidates },
    });
    expect(offeringsIn(plan)).toEqual(['bench/fair', 'bench/good', 'bench/best']);
    expect(plan.rejected).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ offeringId: 'bench/weak', reason: 'QUALITY_BELOW' }),
        expect.objectContaining({ offeringId: 'bench/unknown', reason: 'UNKNOWN_QUALITY' }),
      ]),
    );
    const completion = await routing.complete({
      routing: { strategy: 'QUALITY_FLOOR', qualityFloor: { benchmark: 'exam', score: 75 }, candidates },
    });
    expect(completion).toMatchObject({ __typename: 'Completion', offering: { id: 'bench/good' } });
  });

  it('does not stand without a floor', async () => {
    expect(
      await routing.complete({ routing: { strategy: 'QUALITY_FLOOR', candidates: TIERS } }),
    ).toMatchObject({ __typename: 'InvalidInputError', path: expect.stringContaining('qualityFloor') });
  });
});

describe('COMPLEXITY', () => {
  const HARD = `Prove that every continuous function on a compact metric space is uniformly continuous. Then write a
    lock-free queue in Rust with a formal argument for its linearizability, compare it step by step with Michael and
    Scott's algorithm, and derive the amortised complexity of each operation.
    \`\`\`rust
    pub struct Queue<T> { head: AtomicPtr<Node<T>>, tail: AtomicPtr<Node<T>> }
    impl<T> Queue<T> { pub fn push(&self, value: T) { todo!() } }
    \`\`\`
    1. State all invariants. 2. Refute the obvious counterexamples. 3. Generalise to bounded memory.`;
  const asked = (text: string, complexity?: object) => ({
    messages: say(text),
    routing: {
      strategy: 'COMPLEXITY',
      candidates: [
        { offering: 'bench/weak', upTo: 0.35 },
        { offering: 'bench/good', upTo: 0.6 },
        { offering: 'bench/best' },
      ],
      ...(complexity && { complexity }),
    },
  });

  it('sends simple work to a cheap model, and harder work to a stronger one', async () => {
    const simple = await routing.plan(asked('Hi, how are you?'));
    expect(offeringsIn(simple)).toEqual(['bench/weak', 'bench/good', 'bench/best']);
    expect(simple.complexity).toBeLessThanOrEqual(0.35);
    const hard = await routing.plan(asked(HARD));
    expect(hard.complexity).toBeGreaterThan(0.6);
    expect(offeringsIn(hard)[0]).toBe('bench/best');
    expect((await routing.complete(asked(HARD))).offering.id).toBe('bench/best');
  });

  it('takes a model of one’s own', async () => {
    const plan = await routing.plan(asked('Hi, how are you?', { bias: 4, weights: {} }));
    expect(plan.complexity).toBeCloseTo(0.982, 2);
    expect(offeringsIn(plan)[0]).toBe('bench/best');
  });
});
