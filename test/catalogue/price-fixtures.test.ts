import { describe, expect, it } from 'vitest';
import { meterKey } from '../../src/catalogue/meter.ts';
import { costOf } from '../../src/catalogue/price-engine.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { billingFixtures } from './price-fixtures/billing.ts';
import { deepseekFixtures } from './price-fixtures/deepseek.ts';
import { lengthAndThinkingFixtures } from './price-fixtures/length-and-thinking.ts';
import { mediaFixtures } from './price-fixtures/media.ts';
import type { PriceFixture } from './price-fixtures/price-fixture.ts';
import { promptTiers } from './price-fixtures/prompt-tiers.ts';
import { textFixtures } from './price-fixtures/text.ts';

const billOf = ({ name: _, lines: __, total: ___, evidence: ____, usage, at, ...rest }: PriceFixture) => {
  const cost = costOf({
    offering: { billing: 'METERED' },
    ...rest,
    usage: usageOf(usage),
    at: new Date(at ?? '2026-07-01T12:00:00Z'),
  });
  if (cost.kind === 'FREE') return { lines: [], total: 'FREE' };
  return {
    lines: cost.lines.map(({ meter, quantity, unitPrice, amount }) => [
      meterKey(meter),
      quantity,
      unitPrice.toString(),
      amount.toString(),
    ]),
    total:
      cost.kind === 'PRICED'
        ? `${cost.total} ${cost.currency}`
        : [cost.reason, ...cost.missing.map(meterKey)].join(' '),
  };
};

describe.each([
  ['tiers by prompt size', promptTiers],
  ['text', textFixtures],
  ['dates, hours, currencies', deepseekFixtures],
  ['lengths and thinking', lengthAndThinkingFixtures],
  ['images, audio, speech, pages', mediaFixtures],
  ['free, plan, commitment, region, unknown', billingFixtures],
])('%s', (_, fixtures) => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
    const { lines, total } = fixture;
    expect(billOf(fixture)).toEqual({ lines, total });
  });
});
