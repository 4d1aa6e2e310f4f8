import { describe, expect, it } from 'vitest';
import { prepareWorkload, workloadPricer } from '../../src/catalogue/comparison/price-workload.ts';
import { METER_OF_USAGE } from '../../src/catalogue/meter.ts';
import { costOf } from '../../src/catalogue/price-engine.ts';
import { Decimal, nearNumber } from '../../src/domain/money.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { catalogueOf, type Known } from './comparison/catalogue-of.ts';
import { row } from './price-rows.ts';
import { createRandom, type Random, someRows } from './random-rows.ts';

/** Rows of one offering, some with what rates alone do not tell: the clock, tiers by token, two currencies, calls, zeros. */
const someOffering = (random: Random): Known => {
  const hasClock = random.chance(0.2);
  const rows = someRows(random).filter(({ conditions }) => hasClock || conditions.timeWindow === undefined);
  return {
    prices: [
      ...(random.chance(0.7) ? [row('1.5'), row('6', METER_OF_USAGE.output)] : []),
      ...rows.map((price) => ({
        ...price,
        ...(random.chance(0.1) && { tierMode: 'GRADUATED' as const }),
        ...(random.chance(0.1) && { currency: 'CNY' }),
        ...(random.chance(0.05) && { amount: new Decimal(0) }),
      })),
      ...(random.chance(0.1) ? [row('0.01', METER_OF_USAGE.requests, { per: 1 })] : []),
    ],
  };
};

const SIZES = [0, 1, 49, 50, 100, 149, 150, 199, 200, 250, 400];

describe('what a workload costs by the rates of a catalogue', () => {
  it.each([1, 2, 3])('is what the price engine bills, whatever was asked before (run %i)', (seed) => {
    const random = createRandom(seed);
    const known = Object.fromEntries(
      Array.from({ length: 100 }, (_, number) => [`model-${number}`, someOffering(random)]),
    );
    const catalogue = catalogueOf(known);
    const some = (): number => SIZES[random.below(SIZES.length)] ?? 0;
    const kinds = new Set<string>();
    for (let ask = 0; ask < 40; ask += 1) {
      const at = new Date(Date.UTC(2026, 0, 1 + random.below(28), random.below(24)));
      const [inputTokens, outputTokens] = [some() + 1, some()];
      const reasoningTokens = random.chance(0.3) ? some() : 0;
      const workload = {
        inputTokens,
        outputTokens,
        reasoningTokens,
        serviceTier: random.chance(0.8) ? 'STANDARD' : 'BATCH',
      } as const;
      const price = workloadPricer(catalogue, prepareWorkload(workload), at);
      const usage = usageOf({ input: inputTokens, output: outputTokens, reasoning: reasoningTokens });
      for (const [place, offering] of catalogue.offerings.entries()) {
        const bill = costOf({
          offering,
          prices: catalogue.pricesOf(offering.id),
          usage,
          at,
          serviceTier: workload.serviceTier,
          thinking: reasoningTokens > 0,
        });
        const { cost } = price(place);
        kinds.add(bill.kind);
        if (bill.kind !== 'PRICED') {
          expect(cost).toMatchObject(
            bill.kind === 'UNPRICED' ? { kind: bill.kind, reason: bill.reason } : { kind: bill.kind },
          );
          continue;
        }
        if (cost.kind !== 'PRICED') throw new Error(`${offering.id} has a price`);
        expect([cost.total.toString(), cost.currency]).toEqual([bill.total.toString(), bill.currency]);
        expect(Math.abs(cost.nearly - bill.total.toNumber())).toBeLessThanOrEqual(1e-12 * cost.nearly);
      }
    }
    expect([...kinds].sort()).toEqual(['PRICED', 'UNPRICED']);
  });

  it('follows a row that ends and a row that begins between two questions', () => {
    const change = new Date('2026-06-01T00:00:00Z');
    const catalogue = catalogueOf({
      one: { prices: [row('1', {}, { effectiveTo: change }), row('3', {}, { effectiveFrom: change })] },
    });
    const workload = prepareWorkload({ inputTokens: 1_000_000, outputTokens: 0 });
    const costAt = (day: string) => {
      const { cost } = workloadPricer(catalogue, workload, new Date(`${day}T00:00:00Z`))(0);
      return cost.kind === 'PRICED' ? cost.nearly : cost.kind;
    };
    expect(['2026-05-31', '2026-06-01', '2026-05-30', '2027-01-01'].map(costAt)).toEqual([1, 3, 1, 3]);
  });
});

describe('an amount in floating point', () => {
  it.each([
    '0',
    '-0',
    '0.15',
    '2.5',
    '1e-9',
    '0.0000006000000000000001',
    '12345678.9',
    '123456789012345.678',
    '1e22',
    '1e23',
    '1e-30',
    '-3.75',
    '99999999999999',
    '9007199254740993',
    '0.1',
  ])('%s is the same as by way of text', (text) => {
    expect(nearNumber(new Decimal(text))).toBe(Number(text));
  });
});
