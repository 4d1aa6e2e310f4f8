import { describe, expect, it } from 'vitest';
import { asOfferingId, asRouteName } from '../../../../src/domain/ids.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import {
  type CandidateRule,
  ORDERS,
  type Order,
  type OrderKind,
  type RoutePolicy,
  type Strategy,
} from '../../../../src/domain/route.ts';
import { documentOf, readPolicy } from '../../../../src/gateway/routing/policy/document.ts';

/** As it looks after a stay in the store. */
const kept = (policy: RoutePolicy): unknown => JSON.parse(JSON.stringify(documentOf(policy)));

/** Numbers that look drawn and are the same each time. */
const drawing = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
  const maybe = <Value extends object>(value: () => Value): Partial<Value> => (next() < 0.5 ? value() : {});
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, maybe, whole };
};

const orderOf = (kind: OrderKind, draw: ReturnType<typeof drawing>): Order => {
  switch (kind) {
    case 'BALANCED':
      return { kind, ...draw.maybe(() => ({ weights: { cost: draw.next() + 0.1, quality: draw.next() } })) };
    case 'QUALITY_FLOOR':
      return { kind, floor: { benchmark: 'aider-polyglot', score: draw.next() * 100 } };
    case 'COMPLEXITY':
      return {
        kind,
        ...draw.maybe(() => ({ model: { bias: draw.next() - 1, weights: { numbers: draw.next() } } })),
      };
    case 'SPLIT':
      return { kind, by: 'USER' };
    default:
      return { kind };
  }
};

const policyFrom = (seed: number): RoutePolicy => {
  const draw = drawing(seed);
  const { next, maybe, whole } = draw;
  const kind = ORDERS[whole(0, ORDERS.length - 1)] ?? 'PRIORITY';
  const order = orderOf(kind, draw);
  const strategies: readonly Strategy[] = [
    order,
    { kind: 'RACE', count: whole(2, 5), order },
    { kind: 'HEDGE', ...maybe(() => ({ afterMs: whole(1, 9_999) })), order },
    { kind: 'STICKY', forMs: whole(1, 9_999), maxCostRatio: 1 + next(), order },
  ];
  const filter = {
    ...maybe(() => ({ providers: ['openai'] })),
    ...maybe(() => ({ regions: ['eu', 'cn'], providerKinds: ['LAB', 'LOCAL'] as const })),
    ...maybe(() => ({ openWeights: true, minContextWindow: whole(1, 200_000) })),
    ...maybe(() => ({ minQuality: { benchmark: 'x', score: next() } })),
    ...maybe(() => ({ maxCostPerRequest: { amount: new Decimal(whole(1, 99)).div(8), currency: 'CNY' } })),
  };
  const rules = (plain: boolean): readonly CandidateRule[] => [
    { target: { kind: 'MODEL', name: 'gpt-4o-mini' }, weight: plain ? 1 : next() + 0.001 },
    {
      target: { kind: 'OFFERING', id: asOfferingId('relay/org/model:x') },
      weight: whole(0, 3),
      ...(!plain && kind === 'COMPLEXITY' && { upTo: next() }),
    },
    {
      target: { kind: 'ROUTE', name: asRouteName('inner') },
      weight: 1,
      ...(!plain &&
        kind === 'CONDITIONAL' && {
          when: {
            ...maybe(() => ({ metadata: { tier: ['gold', 'silver'] }, users: ['u'] })),
            ...maybe(() => ({ languages: ['de'], regions: ['eu'] })),
            time: {
              zone: 'Asia/Shanghai',
              from: '22:00',
              to: '06:00',
              ...maybe(() => ({ weekdays: ['MONDAY'] as const })),
            },
          },
        }),
    },
    {
      target: { kind: 'FILTER', filter },
      weight: 1,
      ...(!plain &&
        (kind === 'WEIGHTED' || kind === 'SPLIT') && {
          ramp: { from: 0, to: next(), startsAt: new Date(1e12), endsAt: new Date(1e12 + whole(1, 1e9)) },
        }),
    },
  ];
  return {
    ...maybe(() => ({ description: 'What it is for.' })),
    candidates: rules(false),
    strategy: strategies[whole(0, 3)] ?? order,
    ...maybe(() => ({ require: filter })),
    preferRegions: next() < 0.5 ? [] : ['cn', 'eu'],
    fallback: {
      ...maybe(() => ({ on: ['TIMEOUT', 'OVERLOADED'] as const })),
      candidates: next() < 0.5 ? [] : rules(true),
      maxAttempts: whole(1, 20),
      retries: whole(0, 5),
      maxQueueMs: whole(0, 9_000),
      backoff: { baseMs: whole(1, 100), maxMs: whole(100, 5_000) },
      timeouts: { ...maybe(() => ({ firstTokenMs: 1_000 })), ...maybe(() => ({ totalMs: 9_000 })) },
      ...maybe(() => ({ minOutputTps: 5.5 })),
      holdBackTokens: whole(0, 3),
    },
    breaker: {
      windowMs: whole(1, 60_000),
      minSamples: whole(1, 30),
      errorRate: next(),
      consecutiveFailures: whole(1, 9),
      ...maybe(() => ({ slowTtftMs: 1_000 })),
      slowRate: next(),
      openMs: whole(1, 9_000),
    },
    ...maybe(() => ({
      mirror: {
        candidates: [{ target: { kind: 'MODEL', name: 'new' }, weight: 1 }],
        share: next() / 2 + 0.1,
        budget: { amount: new Decimal(whole(1, 9)), currency: 'USD', per: 'HOUR', timeZone: 'UTC' },
        maxConcurrent: whole(9, 11),
      } as const,
    })),
    ...maybe(() => ({
      canary: {
        candidate: { target: { kind: 'MODEL', name: 'new' }, weight: 1 },
        rollBackOn: maybe(() => ({ errorRate: next(), costRatio: 1 + next() })),
        minSamples: whole(10, 60),
        windowMs: 600_000,
        ...(next() < 0.5
          ? { share: next() }
          : { share: 0, ramp: { from: 0, to: next(), startsAt: new Date(1e12), endsAt: new Date(2e12) } }),
        ...maybe(() => ({ by: 'USER' as const })),
      } as const,
    })),
    ...maybe(() => ({
      budget: {
        amount: new Decimal(whole(1, 99)).div(8),
        currency: 'CNY',
        per: 'DAY',
        timeZone: 'Asia/Shanghai',
        ...maybe(() => ({
          onBudgetShare: { share: next() / 2 + 0.1, candidates: next() < 0.5 ? [] : rules(true) },
        })),
        onExhausted: next() < 0.5 ? 'REFUSE' : 'CHEAPER',
      } as const,
    })),
  };
};

describe('a policy written down', () => {
  it('is read as the same policy', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const policy = policyFrom(seed);
      expect(readPolicy(kept(policy)), `seed ${seed}`).toEqual({ kind: 'OK', policy });
    }
  });

  it('leaves out what is usual', () => {
    const written = { candidates: [{ model: 'gpt-4o-mini' }], strategy: 'CHEAPEST' };
    const read = readPolicy(written);
    expect(read.kind === 'OK' && documentOf(read.policy)).toEqual(written);
  });
});
