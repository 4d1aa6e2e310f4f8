import { describe, expect, it } from 'vitest';
import { METER_OF_USAGE, meterKey } from '../../src/catalogue/meter.ts';
import { costOf } from '../../src/catalogue/price-engine.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { Price, PriceConditions } from '../../src/domain/price.ts';
import { inputTokensOf, outputTokensOf, type Usage, usageOf } from '../../src/domain/usage.ts';
import { row } from './price-rows.ts';
import { createRandom, DAYS, KINDS, type Random, someRows } from './random-rows.ts';

const someUsage = ({ below }: Random): Usage =>
  usageOf({ input: below(200), cacheRead: below(100), output: below(80), reasoning: below(2) * below(60) });

type Asked = {
  readonly usage: Usage;
  readonly at: Date;
  readonly thinking: boolean;
  readonly region: string;
};

/** Walks a window minute by minute from each of the days on which it can have begun. */
const openAt = (window: NonNullable<PriceConditions['timeWindow']>, at: Date): boolean => {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60;
  for (const daysAgo of [0, 1]) {
    const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() - daysAgo);
    const day = DAYS[(new Date(midnight).getUTCDay() + 6) % 7];
    if (day === undefined || window.weekdays?.includes(day) === false) continue;
    const from = minutes(window.from ?? '00:00');
    const to = minutes(window.to ?? '00:00');
    const begin = midnight + from * 60_000;
    const end = midnight + (to > from ? to : to + 1440) * 60_000;
    if (begin <= at.getTime() && at.getTime() < end) return true;
  }
  return false;
};

/** The rule again, in the plainest words: keep what applies, then knock out what is less specific, one rule after another. */
const naiveRow = (rows: readonly Price[], kind: (typeof KINDS)[number], asked: Asked): Price | undefined => {
  const ofMeter = rows.filter(
    (price) =>
      meterKey(price.meter) === meterKey(METER_OF_USAGE[kind]) &&
      price.serviceTier === 'STANDARD' &&
      price.billing === 'METERED' &&
      !(price.effectiveFrom !== undefined && price.effectiveFrom > asked.at) &&
      !(price.effectiveTo !== undefined && price.effectiveTo <= asked.at),
  );
  if (ofMeter.length === 0 && kind === 'reasoning') return naiveRow(rows, 'output', asked);
  const within = (range: { from: number; to?: number } | undefined, count: number) =>
    range === undefined || (range.from <= count && count < (range.to ?? Number.POSITIVE_INFINITY));
  let left = ofMeter.filter(
    ({ conditions }) =>
      within(conditions.promptTokens, inputTokensOf(asked.usage)) &&
      within(conditions.outputTokens, outputTokensOf(asked.usage)) &&
      (conditions.thinking ?? asked.thinking) === asked.thinking &&
      (conditions.region ?? asked.region) === asked.region &&
      (conditions.timeWindow === undefined || openAt(conditions.timeWindow, asked.at)),
  );
  const width = (range: { from: number; to?: number } | undefined) =>
    (range?.to ?? Number.POSITIVE_INFINITY) - (range?.from ?? 0);
  const hours = ({ timeWindow }: PriceConditions) => {
    if (timeWindow === undefined) return 168;
    const from = Number((timeWindow.from ?? '00').slice(0, 2));
    const to = Number((timeWindow.to ?? '00').slice(0, 2));
    return (to > from ? to - from : to - from + 24) * (timeWindow.weekdays?.length ?? 7);
  };
  const least = (measure: (price: Price) => number) => {
    const best = Math.min(...left.map(measure));
    left = left.filter((price) => measure(price) === best);
  };
  least(({ conditions }) => -Object.keys(conditions).length);
  least(({ conditions }) => (conditions.region === undefined ? 1 : 0));
  least(({ conditions }) => width(conditions.promptTokens));
  least(({ conditions }) => -(conditions.promptTokens?.from ?? 0));
  least(({ conditions }) => width(conditions.outputTokens));
  least(({ conditions }) => -(conditions.outputTokens?.from ?? 0));
  least(({ conditions }) => hours(conditions));
  least(({ effectiveFrom }) => -(effectiveFrom?.getTime() ?? Number.NEGATIVE_INFINITY));
  least(({ effectiveTo }) => effectiveTo?.getTime() ?? Number.POSITIVE_INFINITY);
  return left.toSorted((one, other) => (one.id < other.id ? -1 : 1))[0];
};

describe('against a plain reading of the rule', () => {
  it('takes the same row for every kind of usage, in 2,000 random cases', () => {
    const random = createRandom(20_260_901);
    let priced = 0;
    for (let round = 0; round < 2000; round += 1) {
      const rows = someRows(random);
      const usage = someUsage(random);
      const at = new Date(Date.UTC(2026, 0, 1 + random.below(28), random.below(24), random.below(60)));
      const region = random.chance(0.5) ? 'eu' : 'us';
      const thinking = random.chance(0.5) || usage.reasoning > 0;
      const cost = costOf({ offering: { billing: 'METERED' }, prices: rows, usage, at, region, thinking });
      if (cost.kind === 'FREE') throw new Error('nothing here is free');
      const asked = { usage, at, thinking, region };
      const expected = KINDS.filter((kind) => usage[kind] > 0).flatMap((kind) => {
        const found = naiveRow(rows, kind, asked);
        return found === undefined ? [] : [{ quantity: usage[kind], priceId: found.id }];
      });
      expect(cost.lines.map(({ quantity, priceId }) => ({ quantity, priceId }))).toEqual(expected);
      priced += expected.length;
    }
    // Or it would say nothing.
    expect(priced).toBeGreaterThan(1000);
  });
});

describe('for any usage', () => {
  const tiered = (
    which: Parameters<typeof row>[1],
    rates: readonly [string, string],
    tierMode: Price['tierMode'],
  ) => [
    row(rates[0], which, { tierMode, conditions: { promptTokens: { from: 0, to: 1001 } } }),
    row(rates[1], which, { tierMode, conditions: { promptTokens: { from: 1001 } } }),
  ];
  const flat = [row('1.25'), row('0.125', { tokenType: 'CACHE_READ' }), row('10', { direction: 'OUTPUT' })];
  const cliff = [...tiered({}, ['1.25', '2.5'], 'CLIFF'), ...flat.slice(1)];
  const graduated = [...tiered({}, ['1.25', '2.5'], 'GRADUATED'), ...flat.slice(1)];
  const total = (prices: readonly Price[], usage: Usage): Decimal => {
    const cost = costOf({
      offering: { billing: 'METERED' },
      prices,
      usage,
      at: new Date('2026-09-01T12:00:00Z'),
    });
    if (cost.kind !== 'PRICED') throw new Error(cost.kind);
    const sum = cost.lines.reduce((so, { amount }) => so.plus(amount), new Decimal(0));
    expect(sum.equals(cost.total)).toBe(true);
    for (const { amount, quantity, unitPrice, per } of cost.lines) {
      expect(amount.isFinite() && amount.gte(0)).toBe(true);
      expect(amount.times(per).equals(unitPrice.times(quantity))).toBe(true);
    }
    return cost.total;
  };

  it('lines are exact and sum to the total, and a split request costs as much as its parts where there are no tiers', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const one = { ...someUsage(random), input: random.below(2000) };
      const other = { ...someUsage(random), input: random.below(2000) };
      const both = usageOf(Object.fromEntries(KINDS.map((kind) => [kind, one[kind] + other[kind]])));
      const parts = (prices: readonly Price[]) => total(prices, one).plus(total(prices, other));
      expect(parts(flat).equals(total(flat, both))).toBe(true);
      // A larger prompt never pays less for its tokens, and a cliff never less than a slope.
      expect(total(graduated, both).gte(parts(graduated))).toBe(true);
      expect(total(cliff, both).gte(total(graduated, both))).toBe(true);
    }
  });

  it('graduated input costs what its tokens would one by one', () => {
    for (const input of [1, 999, 1000, 1001, 1002, 2500]) {
      const low = Math.min(input, 1000);
      const expected = new Decimal('1.25').times(low).plus(new Decimal('2.5').times(input - low));
      expect(total(graduated, usageOf({ input })).times(1_000_000).toString()).toBe(expected.toString());
    }
  });

  it('graduated output goes by the length of the answer, thinking first', () => {
    const byLength = [
      row(
        '2',
        { direction: 'OUTPUT' },
        { tierMode: 'GRADUATED', conditions: { outputTokens: { from: 0, to: 101 } } },
      ),
      row(
        '8',
        { direction: 'OUTPUT' },
        { tierMode: 'GRADUATED', conditions: { outputTokens: { from: 101 } } },
      ),
    ];
    const cost = costOf({
      offering: { billing: 'METERED' },
      prices: byLength,
      usage: usageOf({ reasoning: 80, output: 50 }),
      at: new Date('2026-09-01T12:00:00Z'),
    });
    if (cost.kind !== 'PRICED') throw new Error(cost.kind);
    expect(
      cost.lines.map(({ meter, quantity, unitPrice }) => [meter.tokenType, quantity, `${unitPrice}`]),
    ).toEqual(
      [
        ['PLAIN', 30, '8'],
        ['PLAIN', 20, '2'],
        ['REASONING', 80, '2'],
      ].toSorted((one, other) =>
        one[0] === other[0] ? Number(one[2]) - Number(other[2]) : one[0] === 'PLAIN' ? -1 : 1,
      ),
    );
  });

  it('a window of a zone that does not exist never holds, and nothing is thrown', () => {
    const nowhere = row('9', {}, { conditions: { timeWindow: { zone: 'Mars/Olympus' } } });
    const misspelt = row('9', {}, { conditions: { timeWindow: { zone: 'UTC', from: 'noon', to: '13:00' } } });
    expect(total([row('1'), nowhere, misspelt], usageOf({ input: 1_000_000 })).toString()).toBe('1');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('a quantity of %s has no price', (quantity) => {
    const [plain] = flat;
    if (plain === undefined) throw new Error('a row');
    const cost = costOf({
      offering: { billing: 'METERED' },
      prices: flat,
      usage: usageOf({ input: 1 }),
      at: new Date(),
      extras: [{ meter: plain.meter, quantity }],
    });
    expect(cost).toMatchObject({ kind: 'UNPRICED', reason: 'METER_UNPRICED' });
  });
});
