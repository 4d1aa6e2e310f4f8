import { describe, expect, it } from 'vitest';
import type { Order } from '../../../../src/domain/route.ts';
import type { RouteCandidate } from '../../../../src/gateway/routing/candidate.ts';
import { subjectHash } from '../../../../src/gateway/routing/strategies/drawn.ts';
import type { OrderContext } from '../../../../src/gateway/routing/strategies/order.ts';
import { weightAt } from '../../../../src/gateway/routing/strategies/ramp.ts';
import { orderBy } from '../../../../src/gateway/routing/strategies/registry.ts';
import { AT, candidatesOf, contextWith, firstsOf, namesOf, offers, seededRandom } from './candidates.ts';

const DRAWS = 20_000;

const firsts = (
  candidates: readonly RouteCandidate[],
  order: Order,
  context: Partial<OrderContext>,
): { readonly [name: string]: number } =>
  firstsOf(DRAWS, () => orderBy(candidates, order, contextWith(context)));

/** Within five standard deviations of what a fair draw gives. */
const expectShare = (count: number | undefined, share: number): void => {
  const deviation = Math.sqrt(DRAWS * share * (1 - share));
  expect(Math.abs((count ?? 0) - DRAWS * share)).toBeLessThan(5 * deviation);
};

describe('WEIGHTED', () => {
  const rules = candidatesOf(
    { weight: 70, offers: { a1: {}, a2: {} } },
    { weight: 30, offers: { b: {} } },
    { weight: 0, offers: { spare: {} } },
  );

  it('draws rules in proportion to their weights', () => {
    const counts = firsts(rules, { kind: 'WEIGHTED' }, { random: seededRandom(1) });
    expectShare(counts.a1, 0.7);
    expectShare(counts.b, 0.3);
    expect(counts.spare).toBeUndefined();
  });

  it('keeps a rule together, and one without weight for the end', () => {
    const random = seededRandom(2);
    for (let draw = 0; draw < 50; draw++)
      expect(['a1,a2,b,spare', 'b,a1,a2,spare']).toContain(
        namesOf(orderBy(rules, { kind: 'WEIGHTED' }, contextWith({ random }))).join(),
      );
  });

  it('draws the second by the weights that are left', () => {
    const three = candidatesOf(
      { weight: 1, offers: { a: {} } },
      { weight: 2, offers: { b: {} } },
      { weight: 3, offers: { c: {} } },
    );
    const random = seededRandom(3);
    let afterC = 0;
    let withC = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const [first, second] = namesOf(orderBy(three, { kind: 'WEIGHTED' }, contextWith({ random })));
      if (first !== 'c') continue;
      withC++;
      if (second === 'b') afterC++;
    }
    expectShare(withC, 0.5);
    expect(afterC / withC).toBeGreaterThan(0.63);
    expect(afterC / withC).toBeLessThan(0.7);
  });

  it('goes by the list where no rule has any weight', () => {
    const none = candidatesOf({ weight: 0, offers: { a: {} } }, { weight: 0, offers: { b: {} } });
    expect(firsts(none, { kind: 'WEIGHTED' }, { random: seededRandom(4) })).toEqual({ a: DRAWS });
  });
});

describe('SPLIT', () => {
  const rules = candidatesOf(
    { weight: 95, offers: { stable: {}, stable2: {} } },
    { weight: 5, offers: { canary: {} } },
    { weight: 0, offers: { off: {} } },
  );

  it('gives each subject the same part each time, and parts their shares', () => {
    const counts: Record<string, number> = {};
    for (let user = 0; user < DRAWS; user++) {
      const context = contextWith({ subject: (by) => `${by}:user-${user}` });
      const names = namesOf(orderBy(rules, { kind: 'SPLIT', by: 'USER' }, context));
      expect(namesOf(orderBy(rules, { kind: 'SPLIT', by: 'USER' }, context))).toEqual(names);
      counts[names.join()] = (counts[names.join()] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(['canary,stable,stable2,off', 'stable,stable2,canary,off']);
    expectShare(counts['canary,stable,stable2,off'], 0.05);
  });

  it('asks for the subject that the route names', () => {
    const asked: string[] = [];
    const subject = (by: string): string => {
      asked.push(by);
      return by;
    };
    for (const by of ['KEY', 'USER', 'CONVERSATION'] as const)
      orderBy(rules, { kind: 'SPLIT', by }, contextWith({ subject }));
    expect(asked).toEqual(['KEY', 'USER', 'CONVERSATION']);
  });

  it('draws by chance where the request does not say', () => {
    const counts = firsts(
      rules,
      { kind: 'SPLIT', by: 'USER' },
      { subject: () => undefined, random: seededRandom(5) },
    );
    expectShare(counts.canary, 0.05);
    expectShare(counts.stable, 0.95);
  });

  it('goes by the list where no rule has any weight, and makes nothing of nothing', () => {
    const none = candidatesOf({ weight: 0, offers: { a: {} } }, { weight: 0, offers: { b: {} } });
    const context = contextWith({ subject: () => 'x' });
    expect(namesOf(orderBy(none, { kind: 'SPLIT', by: 'KEY' }, context))).toEqual(['a', 'b']);
    expect(namesOf(orderBy([], { kind: 'SPLIT', by: 'KEY' }, context))).toEqual([]);
  });
});

describe('weights with ramps', () => {
  const HOUR = 3_600_000;
  const ramp = { from: 0, to: 8, startsAt: AT, endsAt: new Date(AT.getTime() + 4 * HOUR) };
  const hoursOn = (hours: number): Date => new Date(AT.getTime() + hours * HOUR);
  const users = Array.from({ length: 2_000 }, (_, n) => `user_${n}`);

  it('stand at their beginning before, at their end after, and on the line between', () => {
    const weights = [-1, 0, 1, 3, 4, 9].map((hours) => weightAt({ weight: 1, ramp }, hoursOn(hours)));
    expect(weights).toEqual([0, 0, 2, 6, 8, 8]);
  });

  it('draw by what they weigh at the moment, and tell that share', () => {
    const rules = candidatesOf({ weight: 2, offers: { old: {} } }, { ramp, offers: { new: {} } });
    const context = contextWith({ at: hoursOn(3), random: seededRandom(9) });
    let first = 0;
    for (let n = 0; n < DRAWS; n++)
      if (namesOf(orderBy(rules, { kind: 'WEIGHTED' }, context))[0] === 'new') first += 1;
    expectShare(first, 6 / 8);
    const { ranked } = orderBy(rules, { kind: 'WEIGHTED' }, context);
    const shown = ranked.find(({ candidate }) => candidate.offering.id.endsWith('new'))?.parts?.();
    expect(shown).toEqual([{ criterion: 'weight', value: 6 / 8 }]);
  });

  const partsAt = (rules: ReturnType<typeof candidatesOf>, hours: number): ReadonlyMap<string, string> =>
    new Map(
      users.map((user) => {
        const context = contextWith({ at: hoursOn(hours), subject: () => user });
        return [user, namesOf(orderBy(rules, { kind: 'SPLIT', by: 'USER' }, context))[0] ?? ''];
      }),
    );

  it('move nobody out of a part of a split whose share grows, nor between parts that shrink', () => {
    const rules = candidatesOf(
      { weight: 4, offers: { a: {} } },
      { ramp, offers: { b: {} } },
      { weight: 2, offers: { c: {} } },
      { ramp: { ...ramp, to: 2 }, offers: { d: {} } },
    );
    let before = partsAt(rules, 0);
    expect(new Set(before.values())).toEqual(new Set(['a', 'c']));
    for (const hours of [0.5, 1, 2, 3, 4]) {
      const now = partsAt(rules, hours);
      for (const user of users)
        if (now.get(user) !== before.get(user)) {
          expect(['a', 'c']).toContain(before.get(user));
          expect(['b', 'd']).toContain(now.get(user));
        }
      before = now;
    }
    const counts = Map.groupBy(before.values(), (part) => part);
    expect(Math.abs((counts.get('b')?.length ?? 0) / users.length - 8 / 16)).toBeLessThan(0.04);
    expect(Math.abs((counts.get('d')?.length ?? 0) / users.length - 2 / 16)).toBeLessThan(0.04);
  });

  it('leave everybody where they are as long as a ramp has not begun', () => {
    const plain = candidatesOf({ weight: 3, offers: { a: {} } }, { weight: 1, offers: { b: {} } });
    const later = { ...ramp, from: 1, startsAt: hoursOn(5), endsAt: hoursOn(6) };
    const ramped = candidatesOf({ weight: 3, offers: { a: {} } }, { ramp: later, offers: { b: {} } });
    expect(partsAt(ramped, 0)).toEqual(partsAt(plain, 0));
  });
});

describe('the hash of a subject', () => {
  it('is the same on every node and in every version', () => {
    expect(['', 'a', 'user-1', '用户'].map((text) => subjectHash(text).toFixed(9))).toMatchInlineSnapshot(`
      [
        "0.668922188",
        "0.103526217",
        "0.467034037",
        "0.040702314",
      ]
    `);
  });

  it('spreads names that differ little evenly', () => {
    const buckets = new Array<number>(20).fill(0);
    for (let user = 0; user < DRAWS; user++) {
      const bucket = Math.floor(subjectHash(`key_${user}`) * 20);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expectShare(count, 1 / 20);
  });
});

describe('LEAST_BUSY', () => {
  it('puts those with the fewest calls first, ties by chance', () => {
    const candidates = offers({
      busy: { pulse: { inFlight: 3 } },
      idle1: {},
      some: { pulse: { inFlight: 1 } },
      idle2: {},
    });
    const random = seededRandom(6);
    const orders = new Set<string>();
    for (let draw = 0; draw < 50; draw++)
      orders.add(namesOf(orderBy(candidates, { kind: 'LEAST_BUSY' }, contextWith({ random }))).join());
    expect([...orders].sort()).toEqual(['idle1,idle2,some,busy', 'idle2,idle1,some,busy']);
    const counts = firsts(candidates, { kind: 'LEAST_BUSY' }, { random });
    expectShare(counts.idle1, 0.5);
  });

  it('takes one that fails at once for no idle one', () => {
    const candidates = offers({
      failing: { pulse: { inFlight: 0, failed: 3 } },
      working: { pulse: { inFlight: 2 } },
    });
    const { ranked } = orderBy(candidates, { kind: 'LEAST_BUSY' }, contextWith({ random: () => 0 }));
    expect(ranked.map(({ candidate, score }) => [candidate.offering.id, score])).toEqual([
      ['working', 2],
      ['failing', 3],
    ]);
    expect(ranked[1]?.parts?.()).toEqual([
      { criterion: 'inFlight', value: 0 },
      { criterion: 'failed', value: 3 },
    ]);
  });
});
