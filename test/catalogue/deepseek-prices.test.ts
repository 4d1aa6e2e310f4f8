import { beforeAll, describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { choosePrice } from '../../src/catalogue/choose-price.ts';
import { currentPrices } from '../../src/catalogue/price-engine.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import { shippedSeed } from '../support/shipped.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = buildCatalogue({
    seed: await shippedSeed(),
    providers: [],
    readings: [],
    readAt: new Date('2026-11-30T00:00:00Z'),
  });
});

const rateAt = (
  model: string,
  kind: 'input' | 'cacheRead' | 'output',
  at: string | Date,
  currency = 'USD',
): string | undefined => {
  const moment = new Date(at);
  const chosen = choosePrice(
    { billing: 'METERED' },
    currentPrices(catalogue.pricesOf(asOfferingId(`deepseek/${model}`)), moment),
    { kind, at: moment, serviceTier: 'STANDARD', promptTokens: 1, outputTokens: 1, currency },
  );
  return chosen.kind === 'PRICE' ? chosen.price.amount.toString() : undefined;
};

// https://api-docs.deepseek.com/quick_start/pricing and /zh-cn/quick_start/pricing as of 2026-10-17: "Off-peak rates are half of
// the peak rates. Peak hours are 01:00 - 04:00 and 06:00 - 10:00 UTC, Monday through Friday, excluding Chinese public holidays."
describe('DeepSeek’s rates', () => {
  it.each([
    // Monday 09:59, 10:00 and 12:00 in Beijing after noon.
    ['deepseek-flash', 'input', '2026-11-30T01:00:00Z', '0.3'],
    ['deepseek-flash', 'output', '2026-11-30T03:59:59Z', '1.2'],
    ['deepseek-flash', 'output', '2026-11-30T04:00:00Z', '0.6'],
    ['deepseek-flash', 'cacheRead', '2026-11-30T09:59:59Z', '0.006'],
    ['deepseek-flash', 'cacheRead', '2026-11-30T10:00:00Z', '0.003'],
    // Saturday and Sunday in Beijing.
    ['deepseek-v4-pro', 'input', '2026-11-28T02:00:00Z', '0.66'],
    ['deepseek-v4-pro', 'input', '2026-11-29T07:00:00Z', '0.66'],
    ['deepseek-v4-pro', 'input', '2026-11-27T07:00:00Z', '1.32'],
    // Mid-Autumn Festival is a Friday, National Day a week; Sunday the 20th is worked in exchange and stays off-peak.
    ['deepseek-flash', 'input', '2026-09-25T02:00:00Z', '0.15'],
    ['deepseek-flash', 'input', '2026-10-07T02:00:00Z', '0.15'],
    ['deepseek-flash', 'input', '2026-10-08T02:00:00Z', '0.3'],
    ['deepseek-flash', 'input', '2026-09-20T02:00:00Z', '0.15'],
    // The weekend before weekends were off-peak: Saturday is peak, Sunday the 23rd is not.
    ['deepseek-v4-flash', 'output', '2026-08-22T02:00:00Z', '1.32'],
    ['deepseek-v4-flash', 'output', '2026-08-23T02:00:00Z', '0.66'],
    // Midnight in Beijing of August 17, noon of September 10.
    ['deepseek-v4-flash', 'input', '2026-08-16T15:59:59Z', '0.14'],
    ['deepseek-v4-flash', 'input', '2026-08-16T16:00:00Z', '0.22'],
    ['deepseek-v4-flash', 'input', '2026-09-10T03:59:59Z', '0.44'],
    ['deepseek-v4-flash', 'input', '2026-09-10T04:00:00Z', '0.15'],
    ['deepseek-v4-pro', 'cacheRead', '2026-08-16T15:00:00Z', '0.003625'],
    ['deepseek-v4-pro', 'output', '2026-11-30T02:00:00Z', '3.96'],
    // The names of V3 ended on 2026-07-24 at 15:59 UTC.
    ['deepseek-chat', 'input', '2026-07-24T15:58:59Z', '0.14'],
    ['deepseek-reasoner', 'output', '2026-01-15T00:00:00Z', '0.42'],
    ['deepseek-chat', 'input', '2026-07-24T15:59:00Z', undefined],
  ] as const)('%s %s at %s is %s', (model, kind, at, expected) => {
    expect(rateAt(model, kind, at)).toBe(expected);
  });

  it('in yuan are a list of their own', () => {
    expect(rateAt('deepseek-flash', 'input', '2026-11-30T02:00:00Z', 'CNY')).toBe('2');
    expect(rateAt('deepseek-v4-pro', 'output', '2026-11-29T02:00:00Z', 'CNY')).toBe('13.5');
  });

  it('follow the page’s own words, every 70 minutes for half a year', () => {
    const holidays = new Set(
      ['09-25', '10-01', '10-02', '10-05', '10-06', '10-07'].map((day) => `2026-${day}`),
    );
    const wrong: string[] = [];
    for (
      let time = Date.parse('2026-07-01T00:00:00Z');
      time < Date.parse('2027-01-01T00:00:00Z');
      time += 4_200_000
    ) {
      const at = new Date(time);
      const beijing = new Date(time + 8 * 3_600_000).toISOString();
      const [date = '', clock = ''] = beijing.split('T');
      const isWeekend = [0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay());
      const isWorkingHour = (clock >= '09:00' && clock < '12:00') || (clock >= '14:00' && clock < '18:00');
      const isPeak =
        isWorkingHour &&
        beijing >= '2026-08-17' &&
        !(isWeekend && date >= '2026-08-23') &&
        !holidays.has(date);
      const offPeak = beijing < '2026-08-17' ? '0.435' : '0.66';
      const expected = isPeak ? '1.32' : offPeak;
      if (rateAt('deepseek-v4-pro', 'input', at) !== expected) wrong.push(`${beijing}: ${expected}`);
    }
    expect(wrong).toEqual([]);
  });

  it('are compared with other lists’ windows by what is open, and a flat list is shown as saying otherwise', () => {
    const rows = catalogue.pricesOf(asOfferingId('deepseek/deepseek-v4-pro'));
    const inForce = (row: (typeof rows)[number]) =>
      row.currency === 'USD' && row.meter.direction === 'OUTPUT' && row.effectiveTo === undefined;
    const peak = rows.filter((row) => inForce(row) && row.conditions.timeWindow !== undefined);
    expect(peak).toHaveLength(2);
    for (const row of peak)
      expect(catalogue.disagreementOf(row.id)?.sources ?? []).not.toContain('genai-prices');
    const [offPeak] = rows.filter((row) => inForce(row) && row.conditions.timeWindow === undefined);
    if (offPeak === undefined) throw new Error('no row');
    expect(catalogue.disagreementOf(offPeak.id)?.sources).toContain('pi-ai');
  });
});
