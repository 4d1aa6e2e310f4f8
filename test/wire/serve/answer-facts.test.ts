import { expect, test } from 'vitest';
import type { Cost } from '../../../src/domain/cost.ts';
import { Decimal } from '../../../src/domain/money.ts';
import { answerFacts, usageCost } from '../../../src/wire/serve/answer-facts.ts';

const factsOf = (cost: Cost) => answerFacts({ id: 'cmp_1', attempts: [], cost, warnings: [] });

const priced = (total: string): Cost => ({
  kind: 'PRICED',
  lines: [],
  total: new Decimal(total),
  currency: 'USD',
});

test.each([
  ['1e-7', '0.0000001'],
  ['1.25e-12', '0.00000000000125'],
  // Beyond where decimals write themselves with an exponent.
  ['1e-45', `0.${'0'.repeat(44)}1`],
  ['1e41', `1${'0'.repeat(41)}`],
])('a total of %s is written as a plain decimal', (total, written) => {
  expect(factsOf(priced(total))).toMatchObject({
    cost: { kind: 'PRICED', total: written, currency: 'USD' },
  });
});

test('what is free costs 0, and what is not known costs nothing that is told', () => {
  const unpriced: Cost = { kind: 'UNPRICED', reason: 'NO_USAGE', lines: [], missing: [] };
  expect(usageCost({ kind: 'FREE' })).toEqual({ cost: 0 });
  expect(usageCost(unpriced)).toEqual({});
  expect(factsOf(unpriced)).toMatchObject({ cost: { kind: 'UNPRICED', reason: 'NO_USAGE' } });
});
