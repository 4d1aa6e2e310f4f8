import { expect, it } from 'vitest';
import { compareLists, describeChanges } from '../../.ci/seed/compare-lists.ts';
import type { ShippedList, ShippedOffering } from '../../src/catalogue/shipped/shipped-list.ts';

const list = (offerings: readonly ShippedOffering[], currency = 'USD'): ShippedList => ({
  source: 'list',
  name: 'list',
  version: '1',
  publishedAt: '2026-11-20T00:00:00.000Z',
  licence: 'MIT',
  pageUrl: 'https://example.com',
  providers: [{ id: 'openai', currency, offerings }],
});
const priced = (id: string, input: string): ShippedOffering => ({ id, prices: [{ rates: { input } }] });

it('says what is new, gone and changed by more than a fifth', () => {
  const changes = compareLists(
    list([priced('kept', '1'), priced('dearer', '1'), priced('slightly', '1'), priced('gone', '1')]),
    list([priced('kept', '1'), priced('dearer', '1.5'), priced('slightly', '1.2'), priced('new', '1')]),
  );
  expect(changes.suspicious).toEqual([]);
  expect(describeChanges(changes).split('\n')).toEqual([
    'openai: 4 listed, 1 added, 1 gone, 1 changed by more than 20 %',
    '  added: new',
    '  gone: gone',
    '  openai/dearer input: 1 -> 1.5',
  ]);
});

it('suspects a jump over three times, up or down', () => {
  expect(compareLists(list([priced('a', '1')]), list([priced('a', '3')])).suspicious).toEqual([]);
  expect(compareLists(list([priced('a', '1')]), list([priced('a', '3.1')])).suspicious).toEqual([
    'openai/a: input jumps from 1 to 3.1 USD',
  ]);
  expect(compareLists(list([priced('a', '3.1')]), list([priced('a', '1')])).suspicious).toHaveLength(1);
});

it('suspects a change of currency and the disappearance of a third of a provider', () => {
  expect(compareLists(list([priced('a', '8')], 'CNY'), list([priced('a', '1.1')])).suspicious).toEqual([
    'openai/a: input is in USD instead of CNY',
  ]);
  const five = ['a', 'b', 'c', 'd', 'e'].map((id) => priced(id, '1'));
  expect(compareLists(list(five), list(five.slice(1))).suspicious).toEqual([]);
  expect(compareLists(list(five), list(five.slice(2))).suspicious).toEqual([
    'openai: 2 of 5 offerings are gone',
  ]);
  expect(compareLists(list(five), { ...list(five), providers: [] }).suspicious).toHaveLength(1);
});

it('compares rates that apply under the same conditions', () => {
  const tiered = (from: number, input: string): ShippedOffering => ({
    id: 'a',
    prices: [
      { promptTokens: [from], rates: { input } },
      { tier: 'BATCH', rates: { input: '0.1' } },
    ],
  });
  expect(compareLists(list([tiered(5, '1')]), list([tiered(5, '9')])).suspicious).toHaveLength(1);
  expect(compareLists(list([tiered(5, '1')]), list([tiered(6, '9')])).suspicious).toEqual([]);
});
