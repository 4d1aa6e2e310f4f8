import { describe, expect, it } from 'vitest';
import type { RouteCandidate } from '../../../../src/gateway/routing/candidate.ts';
import type { OrderContext, Ordered } from '../../../../src/gateway/routing/strategies/order.ts';
import { orderBy } from '../../../../src/gateway/routing/strategies/registry.ts';
import { contextWith, firstsOf, namesOf, offers, seededRandom } from './candidates.ts';

const NOW = 1_000_000;
/** Measured just now. */
const timed = (ttftMs: number, outputTps = 100) => ({ ttftMs, outputTps, measuredAtMs: NOW });

const order = (candidates: readonly RouteCandidate[], context: Partial<OrderContext> = {}): Ordered =>
  orderBy(
    candidates,
    { kind: 'FASTEST' },
    contextWith({ outputTokens: () => 100, nowMs: NOW, random: () => 0.5, ...context }),
  );

describe('expected time', () => {
  it.each([
    ['a short answer goes to the soonest token', 10, ['soon', 'quick']],
    ['a long one to the quickest writer', 1_000, ['quick', 'soon']],
  ])('%s', (_title, tokens, names) => {
    const candidates = offers({ soon: { pulse: timed(200, 40) }, quick: { pulse: timed(900, 150) } });
    expect(namesOf(order(candidates, { outputTokens: () => tokens }))).toEqual(names);
  });

  it('counts the time of trying again', () => {
    const candidates = offers({
      failing: { pulse: { ...timed(200), errorRate: 0.5 } },
      sound: { pulse: timed(700) },
    });
    expect(order(candidates).ranked.map(({ score }) => score)).toEqual([1_700, 2_400]);
    expect(namesOf(order(candidates))).toEqual(['sound', 'failing']);
  });

  it('takes the usual pace for one whose own is not known', () => {
    const candidates = offers({
      unpaced: { pulse: { ttftMs: 500, measuredAtMs: NOW } },
      paced: { pulse: timed(100, 50) },
    });
    expect(order(candidates).ranked.map(({ score }) => score)).toEqual([2_100, 2_500]);
  });

  it('goes by the first token where no pace is known', () => {
    const candidates = offers({ a: { pulse: { ttftMs: 500 } }, b: { pulse: { ttftMs: 300 } } });
    expect(namesOf(order(candidates))).toEqual(['b', 'a']);
  });
});

describe('choosing', () => {
  it('never takes one that is far from the best, though the best is busy', () => {
    const candidates = offers({
      best: { pulse: { ...timed(300), inFlight: 50 } },
      far: { pulse: timed(3_000) },
    });
    expect(firstsOf(2_000, () => order(candidates, { random: seededRandom(1) }))).toEqual({ best: 2_000 });
  });

  it('spreads over those near the best, the less busy one of two the more often', () => {
    const near = (inFlight: number) => ({ pulse: { ...timed(300), inFlight } });
    const candidates = offers({ a: near(0), b: near(1), c: near(5), far: { pulse: timed(900) } });
    const random = seededRandom(2);
    const counts = firstsOf(3_000, () => order(candidates, { random }));
    // Of the pairs ab, ac and bc, a wins two and b one.
    expect(counts.a).toBeGreaterThan(1_850);
    expect(counts.b).toBeGreaterThan(850);
    expect(counts.far ?? 0).toBe(0);
  });

  it('does not send all of many requests at once to one', () => {
    const inFlight = { a: 0, b: 0, c: 0, d: 0 };
    const random = seededRandom(3);
    for (let request = 0; request < 400; request++) {
      const candidates = offers(
        Object.fromEntries(
          Object.entries(inFlight).map(([name, calls], index) => [
            name,
            { pulse: { ...timed(300 + 10 * index), inFlight: calls } },
          ]),
        ),
      );
      const first = namesOf(order(candidates, { random }))[0];
      if (first === 'a' || first === 'b' || first === 'c' || first === 'd') inFlight[first]++;
    }
    for (const calls of Object.values(inFlight)) expect(Math.abs(calls - 100)).toBeLessThan(15);
  });

  it('keeps all others in order of their times', () => {
    const candidates = offers({
      d: { pulse: timed(4_000) },
      b: { pulse: timed(2_500) },
      a: { pulse: timed(300) },
      c: { pulse: timed(3_000) },
    });
    expect(namesOf(order(candidates))).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('finding out', () => {
  it('spreads the first calls, when nothing was ever timed, over those that are asked least and do not fail', () => {
    const candidates = offers({
      asked: { pulse: { inFlight: 1 } },
      failing: { pulse: { errorRate: 0.3 } },
      idle1: {},
      idle2: {},
    });
    const random = seededRandom(4);
    const counts = firstsOf(1_000, () => order(candidates, { random }));
    expect(Object.keys(counts).sort()).toEqual(['idle1', 'idle2']);
    expect(counts.idle1).toBeGreaterThan(400);
    expect(order(candidates, { random }).ranked.map(({ score }) => score)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('tries another at once while there are no two to choose from', () => {
    expect(namesOf(order(offers({ known: { pulse: timed(300) }, fresh: {} })))).toEqual(['fresh', 'known']);
  });

  it.each([
    ['is under way to it', { inFlight: 1 }],
    ['has failed there', { errorRate: 0.2 }],
  ])('does not where a call %s', (_title, pulse) => {
    const candidates = offers({ known: { pulse: timed(300) }, fresh: { pulse } });
    expect(namesOf(order(candidates))[0]).toBe('known');
  });

  it('lets no second call find out while one does', () => {
    const candidates = offers({ known: { pulse: timed(300) }, asked: { pulse: { inFlight: 1 } }, fresh: {} });
    expect(namesOf(order(candidates))[0]).toBe('known');
  });

  const shareOf = (name: string, candidates: readonly RouteCandidate[]): number => {
    const random = seededRandom(5);
    return (firstsOf(20_000, () => order(candidates, { random }))[name] ?? 0) / 20_000;
  };
  const two = { best: { pulse: timed(300) }, second: { pulse: timed(500) } };

  it('then spends about one request in a hundred on those never timed', () => {
    const share = shareOf('fresh', offers({ ...two, fresh: {} }));
    expect(share).toBeGreaterThan(0.006);
    expect(share).toBeLessThan(0.014);
    expect(shareOf('fresh', offers({ ...two, fresh: { pulse: { inFlight: 1 } } }))).toBe(0);
  });

  it.each([
    ['just now', 0, false],
    ['a while ago, but far too slow', 60_000, false],
    ['long enough ago to have become the best', 180_000, true],
  ])('asks a slow one again that was timed %s: %d ms', (_title, age, isTried) => {
    const slow = { pulse: { ...timed(8_000), measuredAtMs: NOW - age } };
    expect(shareOf('slow', offers({ ...two, slow })) > 0).toBe(isTried);
  });

  it('counts all as fresh where the time is not known', () => {
    const slow = { pulse: { ...timed(8_000), measuredAtMs: NOW - 1e9 } };
    const random = seededRandom(6);
    const candidates = offers({ ...two, slow });
    // Built without `nowMs`, as its absence is what matters.
    const context = contextWith({ outputTokens: () => 100, random });
    const counts = firstsOf(5_000, () => orderBy(candidates, { kind: 'FASTEST' }, context));
    expect(counts).toEqual({ best: 5_000 });
  });

  it('takes a guess for one never timed among the fallbacks: between the best and the worst', () => {
    const candidates = offers({
      best: { pulse: timed(300) },
      worst: { pulse: timed(9_000) },
      fresh: { pulse: { inFlight: 1 } },
    });
    expect(namesOf(order(candidates))).toEqual(['best', 'fresh', 'worst']);
  });
});

it('makes nothing of nothing', () => {
  expect(order([])).toEqual({ ranked: [], leftOut: [] });
});
