import { expect, it } from 'vitest';
import { bindPrices } from '../../src/catalogue/declared-prices.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { Price } from '../../src/domain/price.ts';
import { meter, row } from './price-rows.ts';

const idOf = (price: Price): string | undefined => bindPrices(asOfferingId('lab/model'), [price])[0]?.id;

const window = { from: '09:00', to: '12:00', zone: 'Asia/Shanghai' } as const;
const distinct: readonly Price[] = [
  row('1'),
  row('2'),
  row('1', {}, { currency: 'CNY' }),
  row('1', {}, { per: 1000 }),
  row('1', { direction: 'OUTPUT' }),
  row('1', { attributes: { quality: 'high' } }),
  row('1', { attributes: { quality: 'high', size: '1024x1024' } }),
  row('1', { attributes: { quality: 'high&size=1024x1024' } }),
  row('1', {}, { serviceTier: 'BATCH' }),
  row('1', {}, { serviceTier: 'FLEX' }),
  row('1', {}, { billing: 'PLAN' }),
  row('1', {}, { billing: 'COMMITMENT' }),
  row('1', {}, { tierMode: 'GRADUATED' }),
  row('1', {}, { discount: new Decimal('0.5') }),
  row('1', {}, { effectiveFrom: new Date('2026-01-01') }),
  row('1', {}, { effectiveTo: new Date('2026-01-01') }),
  row('1', {}, { conditions: { promptTokens: { from: 0, to: 10 } } }),
  row('1', {}, { conditions: { promptTokens: { from: 0 } } }),
  row('1', {}, { conditions: { outputTokens: { from: 0, to: 10 } } }),
  row('1', {}, { conditions: { thinking: true } }),
  row('1', {}, { conditions: { thinking: false } }),
  row('1', {}, { conditions: { region: 'eu' } }),
  row('1', {}, { conditions: { timeWindow: window } }),
  row('1', {}, { conditions: { timeWindow: { ...window, weekdays: ['MONDAY'] } } }),
  row('1', {}, { conditions: { timeWindow: { ...window, zone: 'UTC' } } }),
  row('1', {}, { conditions: { timeWindow: { ...window, holidays: { calendar: 'CN', rule: 'EXCLUDE' } } } }),
  row('1', {}, { conditions: { timeWindow: { ...window, holidays: { calendar: 'CN', rule: 'ONLY' } } } }),
  row('1', {}, { conditions: { timeWindow: { weekdays: ['MONDAY'], zone: 'UTC' } } }),
];

it('rows that differ in anything have ids that differ', () => {
  expect(new Set(distinct.map(idOf)).size).toBe(distinct.length);
});

it('the same rate has the same id, however it is written down and whenever it was seen', () => {
  const one = row(
    '1',
    { attributes: { quality: 'high', size: '1024x1024' } },
    { conditions: { timeWindow: { ...window, weekdays: ['MONDAY', 'FRIDAY'] } } },
  );
  const other: Price = {
    ...one,
    amount: new Decimal('1.00'),
    meter: meter({ attributes: { size: '1024x1024', quality: 'high' } }),
    conditions: { timeWindow: { ...window, weekdays: ['FRIDAY', 'MONDAY'] } },
    provenance: { source: 'test', observedAt: new Date('2026-05-05') },
  };
  expect(idOf(other)).toBe(idOf(one));
});

it('the usual row keeps a plain id', () => {
  expect(idOf(row('1.25'))).toBe('lab/model#test#tokens.input.text.plain#1.25USD/1000000');
});
