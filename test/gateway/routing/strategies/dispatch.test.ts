import { describe, expect, it } from 'vitest';
import { asOfferingId } from '../../../../src/domain/ids.ts';
import type { Strategy } from '../../../../src/domain/route.ts';
import { dispatchOf, orderBy, orderOf } from '../../../../src/gateway/routing/strategies/registry.ts';
import { stickTo } from '../../../../src/gateway/routing/strategies/sticky.ts';
import { AT, type CandidateOptions, contextWith, namesOf, offers } from './candidates.ts';

const PRIORITY = { kind: 'PRIORITY' } as const;
const listed = (named: { readonly [name: string]: CandidateOptions }) =>
  orderBy(offers(named), PRIORITY, contextWith());

describe('how candidates are called', () => {
  const three = listed({ a: { pulse: { p95TtftMs: 740 } }, b: { pulse: { p95TtftMs: 90 } }, c: {} });
  it.each<readonly [Strategy, unknown]>([
    [PRIORITY, { kind: 'SERIAL' }],
    [{ kind: 'STICKY', forMs: 1, maxCostRatio: 2, order: PRIORITY }, { kind: 'SERIAL' }],
    [
      { kind: 'RACE', count: 2, order: PRIORITY },
      { kind: 'RACE', count: 2 },
    ],
    [
      { kind: 'RACE', count: 9, order: PRIORITY },
      { kind: 'RACE', count: 3 },
    ],
    [
      { kind: 'HEDGE', order: PRIORITY },
      { kind: 'HEDGE', afterMs: 740 },
    ],
    [
      { kind: 'HEDGE', afterMs: 100, order: PRIORITY },
      { kind: 'HEDGE', afterMs: 100 },
    ],
  ])('%j', (strategy, dispatch) => {
    expect(dispatchOf({ strategy, ...three, all: [] })).toEqual(dispatch);
  });

  it('is not hedged while nothing is known of the first', () => {
    const hedge: Strategy = { kind: 'HEDGE', order: PRIORITY };
    expect(
      dispatchOf({ strategy: hedge, ...listed({ a: {}, b: { pulse: { p95TtftMs: 90 } } }), all: [] }),
    ).toEqual({ kind: 'HEDGE' });
    expect(dispatchOf({ strategy: hedge, ...listed({}), all: [] })).toEqual({ kind: 'HEDGE' });
  });

  it('orders by what a strategy holds, or by itself', () => {
    const order = { kind: 'CHEAPEST' } as const;
    expect(orderOf({ kind: 'RACE', count: 2, order })).toBe(order);
    expect(orderOf({ kind: 'HEDGE', order })).toBe(order);
    expect(orderOf({ kind: 'STICKY', forMs: 1, maxCostRatio: 2, order })).toBe(order);
    expect(orderOf(order)).toBe(order);
  });
});

describe('a conversation and its home', () => {
  const NOW_MS = 5_000;
  const STICKY = { forMs: 60_000, maxCostRatio: 1.5 };
  type Home = NonNullable<Parameters<typeof stickTo>[1]>;
  const stick = (home: CandidateOptions, at: Partial<Home> | 'none' = {}): readonly string[] => {
    const { ranked } = listed({ best: { cost: 2 }, other: { cost: 2.5 }, home });
    const warm = at === 'none' ? undefined : { offeringId: asOfferingId('home'), at: AT, ...at };
    return namesOf({ ranked: stickTo(ranked, warm, STICKY, contextWith({ nowMs: NOW_MS })) });
  };
  const STAYS = ['home', 'best', 'other'];
  const LEAVES = ['best', 'other', 'home'];
  const ago = (ms: number) => ({ at: new Date(AT.getTime() - ms) });

  it.each<readonly [string, CandidateOptions, Partial<Home> | 'none', readonly string[]]>([
    ['stays while it is well', { cost: 2 }, {}, STAYS],
    ['stays though it costs a little more', { cost: 3 }, {}, STAYS],
    ['leaves when it costs too much', { cost: 3.01 }, {}, LEAVES],
    ['stays where its cost is not known', {}, {}, STAYS],
    ['leaves while its breaker is open', { cost: 2, breaker: 'OPEN' }, {}, LEAVES],
    ['leaves while it is silent', { cost: 2, pulse: { isSuspect: true } }, {}, LEAVES],
    ['leaves while its breaker is probed', { cost: 2, breaker: 'HALF_OPEN' }, {}, LEAVES],
    [
      'leaves while its provider asks not to be called',
      { cost: 2, pulse: { closedUntil: NOW_MS + 1 } },
      {},
      LEAVES,
    ],
    ['stays once that is over', { cost: 2, pulse: { closedUntil: NOW_MS } }, {}, STAYS],
    ['stays as long as its cache is warm', { cost: 2 }, ago(60_000), STAYS],
    ['leaves when it has gone cold', { cost: 2 }, ago(60_001), LEAVES],
    ['has none yet', { cost: 2 }, 'none', LEAVES],
    ['leaves one that is no candidate', { cost: 2 }, { offeringId: asOfferingId('gone') }, LEAVES],
  ])('%s', (_title, home, at, names) => {
    expect(stick(home, at)).toEqual(names);
  });

  it('leaves what costs something for what is free', () => {
    const { ranked } = listed({ free: { cost: 0 }, home: { cost: 0.001 } });
    const home = { offeringId: asOfferingId('home'), at: AT };
    expect(namesOf({ ranked: stickTo(ranked, home, STICKY, contextWith()) })).toEqual(['free', 'home']);
  });
});
