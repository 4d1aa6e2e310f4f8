import { describe, expect, it } from 'vitest';
import { choosePrice } from '../../src/catalogue/choose-price.ts';
import { meterOfTool, PAGE_METER, REQUEST_METER } from '../../src/catalogue/meter.ts';
import { costOf, currentPrices, ratePerMillion } from '../../src/catalogue/price-engine.ts';
import type { Price } from '../../src/domain/price.ts';
import { type Usage, usageOf } from '../../src/domain/usage.ts';
import { meter, row } from './price-rows.ts';

const noon = new Date('2026-09-01T12:00:00Z');
const metered = { billing: 'METERED' } as const;

const bill = (prices: readonly Price[], counts: Partial<Usage>, at: Date = noon) =>
  costOf({ offering: metered, prices, usage: usageOf(counts), at });

/** Total of a priced bill; the whole cost where there is none, so that a failure shows it. */
const totalOf = (prices: readonly Price[], counts: Partial<Usage>, at: Date = noon) => {
  const cost = bill(prices, counts, at);
  return cost.kind === 'PRICED' ? `${cost.total} ${cost.currency}` : cost;
};

describe('cost', () => {
  const plain = [row('0.15'), row('0.6', { direction: 'OUTPUT' })];
  const cached = [...plain, row('0.075', { tokenType: 'CACHE_READ' })];

  it.each([
    ['nothing used', plain, {}, '0 USD'],
    ['one token, exactly', plain, { input: 1 }, '0.00000015 USD'],
    ['input and output', plain, { input: 1000, output: 100 }, '0.00021 USD'],
    ['cached tokens at their own rate, once', cached, { input: 200, cacheRead: 800 }, '0.00009 USD'],
    ['reasoning at the output rate', plain, { output: 10, reasoning: 90 }, '0.00006 USD'],
    [
      'reasoning at a rate of its own',
      [...plain, row('3', { direction: 'OUTPUT', tokenType: 'REASONING' })],
      { output: 10, reasoning: 90 },
      '0.000276 USD',
    ],
    [
      'a rate with more digits than a float holds',
      [row('0.0000006000000000000001')],
      { input: 3 },
      '0.0000000000018000000000000003 USD',
    ],
    [
      'per request',
      [...plain, row('5', { family: 'REQUESTS', direction: 'NONE', modality: 'NONE' }, { per: 1000 })],
      { input: 1000 },
      '0.00515 USD',
    ],
    [
      'tool calls that were not made',
      [...plain, row('10', { family: 'TOOL_CALLS' })],
      { input: 1000 },
      '0.00015 USD',
    ],
    ['yuan', [row('2.5', {}, { currency: 'CNY' })], { input: 1_000_000 }, '2.5 CNY'],
    [
      'audio and images at rates of their own',
      [...plain, row('40', { modality: 'AUDIO' }), row('10', { modality: 'IMAGE', direction: 'OUTPUT' })],
      { audioInput: 1000, imageOutput: 1000 },
      '0.05 USD',
    ],
  ])('%s', (_, prices, counts, total) => {
    expect(totalOf(prices, counts)).toBe(total);
  });

  it('has one line a meter, and the lines sum to the total', () => {
    const cost = bill(cached, { input: 200, cacheRead: 800, output: 7 });
    if (cost.kind !== 'PRICED') throw new Error(cost.kind);
    expect(cost.lines.map((line) => [line.meter.tokenType, line.meter.direction, line.quantity])).toEqual([
      ['PLAIN', 'INPUT', 200],
      ['CACHE_READ', 'INPUT', 800],
      ['PLAIN', 'OUTPUT', 7],
    ]);
    expect(cost.lines.every((line) => cached.some((price) => price.id === line.priceId))).toBe(true);
    expect(cost.lines.reduce((sum, line) => sum.plus(line.amount), cost.total.minus(cost.total))).toEqual(
      cost.total,
    );
  });

  it('says FREE only of free offerings, with or without usage', () => {
    expect(costOf({ offering: { billing: 'FREE' }, prices: [], usage: undefined, at: noon })).toEqual({
      kind: 'FREE',
    });
  });

  it.each([
    ['no usage', { offering: metered, prices: plain, usage: undefined, at: noon }, 'NO_USAGE'],
    ['no rows', { offering: metered, prices: [], usage: usageOf({ input: 1 }), at: noon }, 'NO_PRICE'],
    [
      'billing that is not known',
      { offering: { billing: 'UNKNOWN' as const }, prices: plain, usage: usageOf({ input: 1 }), at: noon },
      'NO_PRICE',
    ],
    [
      'only rows of other times',
      {
        offering: metered,
        prices: [row('1', {}, { effectiveFrom: new Date('2027-01-01') })],
        usage: usageOf({ input: 1 }),
        at: noon,
      },
      'NO_PRICE',
    ],
    [
      'billing by the second, which usage does not tell',
      {
        offering: metered,
        prices: [row('0.111', { family: 'SECONDS', modality: 'AUDIO' }, { per: 3600 })],
        usage: usageOf({}),
        at: noon,
      },
      'NO_USAGE',
    ],
  ])('is not zero but unpriced: %s', (_, input, reason) => {
    expect(costOf(input)).toMatchObject({ kind: 'UNPRICED', reason, lines: [] });
  });

  const image = row('0.04', { family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE' }, { per: 1 });
  const hour = row('0.36', { family: 'SECONDS', modality: 'AUDIO' }, { per: 3600 });
  const letters = row('15', { family: 'CHARACTERS' });
  const thousandCalls = row('5', { family: 'REQUESTS', direction: 'NONE', modality: 'NONE' }, { per: 1000 });

  it.each([
    ['images by number', [image], { images: 3 }, '0.12 USD'],
    [
      'images by tokens, where a price by number stands beside',
      [image, ...plain],
      { input: 1000 },
      '0.00015 USD',
    ],
    ['seconds', [hour], { seconds: 90 }, '0.009 USD'],
    [
      'fractions of a second by their text, not their binary neighbour',
      [hour],
      { seconds: 0.1 },
      '0.00001 USD',
    ],
    ['long fractions', [hour], { seconds: 12.345678 }, '0.0012345678 USD'],
    ['characters', [letters], { characters: 200 }, '0.003 USD'],
    ['an embedding by its input alone', [plain[0] ?? image], { input: 1000 }, '0.00015 USD'],
    ['a call beside its tokens', [thousandCalls, ...plain], { input: 1000 }, '0.00515 USD'],
    ['what the provider counts as calls', [thousandCalls], { requests: 4 }, '0.02 USD'],
  ])('bills %s', (_, prices, counts, total) => {
    expect(totalOf(prices, counts)).toBe(total);
  });

  it.each([
    [
      'by number, where nothing states a price of their tokens',
      [image],
      { imageOutput: 900, images: 2 },
      '0.08 USD',
    ],
    [
      'by number, beside the tokens that have a price',
      [image, ...plain],
      { input: 1000, imageOutput: 900, images: 2 },
      '0.08015 USD',
    ],
    [
      'in tokens alone, where all of them have a price',
      [image, ...plain],
      { input: 1000, output: 1000, images: 2 },
      '0.00075 USD',
    ],
    ['by number, beside a prompt in tokens', [image, ...plain], { input: 1000, images: 2 }, '0.08015 USD'],
  ])('bills images that were counted in two ways %s', (_, prices, counts, total) => {
    expect(totalOf(prices, counts)).toBe(total);
  });

  it.each([
    ['seconds', [hour], { audioInput: 70, output: 9, seconds: 90 }, '0.009 USD'],
    ['characters', [letters], { input: 50, audioOutput: 9, characters: 200 }, '0.003 USD'],
    [
      'tokens where they have a price, not seconds',
      [hour, ...plain],
      { input: 1000, seconds: 90 },
      '0.00015 USD',
    ],
    [
      'tokens where they have a price, not characters',
      [letters, ...plain],
      { input: 1000, characters: 9 },
      '0.00015 USD',
    ],
    ['the call, where nothing else has a price', [thousandCalls], { input: 50, output: 9 }, '0.005 USD'],
    [
      'the calls that the provider counts beside tokens',
      [thousandCalls],
      { input: 50, requests: 2 },
      '0.01 USD',
    ],
  ])('bills sound, speech and calls once: by %s', (_, prices, counts, total) => {
    expect(totalOf(prices, counts)).toBe(total);
  });

  it('does not take a fee of the call for the price of tokens, nor of images that nobody counted', () => {
    const [input] = plain;
    if (input === undefined) throw new Error('no row');
    expect(bill([thousandCalls, input], { input: 5, output: 5 })).toMatchObject({ reason: 'METER_UNPRICED' });
    expect(bill([thousandCalls, image], { input: 5, output: 5 })).toMatchObject({ reason: 'NO_USAGE' });
  });

  it('bills one call where nothing but calls is priced, whether or not usage is reported', () => {
    const cost = costOf({ offering: metered, prices: [thousandCalls], usage: undefined, at: noon });
    expect(cost.kind === 'PRICED' && cost.total.toString()).toBe('0.005');
    expect(
      costOf({ offering: metered, prices: [thousandCalls, ...plain], usage: undefined, at: noon }),
    ).toMatchObject({ kind: 'UNPRICED', reason: 'NO_USAGE' });
  });

  it.each([
    ['images', [image], 'NO_USAGE'],
    ['seconds', [hour], 'NO_USAGE'],
    ['characters', [letters], 'NO_USAGE'],
  ])('does not take %s that nobody counted for none', (_, prices, reason) => {
    expect(bill(prices, {})).toMatchObject({ kind: 'UNPRICED', reason, lines: [] });
  });

  it.each([
    ['images', { images: 2 }],
    ['seconds', { seconds: 1.5 }],
    ['characters', { characters: 9 }],
    ['requests', { requests: 1 }],
  ])('does not bill %s that have no price', (_, counts) => {
    expect(bill(plain, { input: 1, ...counts })).toMatchObject({ reason: 'METER_UNPRICED' });
  });

  it.each([
    ['cache reads', { cacheRead: 5 }, meter({ tokenType: 'CACHE_READ' })],
    ['five-minute cache writes', { cacheWrite5m: 5 }, meter({ tokenType: 'CACHE_WRITE_5M' })],
    ['one-hour cache writes', { cacheWrite1h: 5 }, meter({ tokenType: 'CACHE_WRITE_1H' })],
    ['audio', { audioInput: 5 }, meter({ modality: 'AUDIO' })],
    ['images', { imageInput: 5 }, meter({ modality: 'IMAGE' })],
  ])('never bills %s as plain tokens, and keeps the lines that have a price', (_, counts, missing) => {
    const cost = bill(plain, { input: 100, ...counts });
    expect(cost).toMatchObject({ kind: 'UNPRICED', reason: 'METER_UNPRICED', missing: [missing] });
    expect(cost.kind === 'UNPRICED' && cost.lines.map((line) => line.quantity)).toEqual([100]);
  });

  it('does not bill a one-hour write at the five-minute rate', () => {
    const fiveMinutes = [...plain, row('6.25', { tokenType: 'CACHE_WRITE_5M' })];
    expect(bill(fiveMinutes, { cacheWrite1h: 10 })).toMatchObject({ reason: 'METER_UNPRICED' });
    expect(totalOf([...fiveMinutes, row('10', { tokenType: 'CACHE_WRITE_1H' })], { cacheWrite1h: 10 })).toBe(
      '0.0001 USD',
    );
  });

  it('bills in one currency, that which prices most', () => {
    const both = [
      row('2.5', {}, { currency: 'CNY' }),
      row('10', { direction: 'OUTPUT' }, { currency: 'CNY' }),
      row('1.2'),
    ];
    expect(totalOf(both, { input: 1_000_000, output: 100_000 })).toBe('3.5 CNY');
    expect(totalOf([row('1.2'), row('2.5', {}, { currency: 'CNY' })], { input: 1_000_000 })).toBe('1.2 USD');
  });
});

describe('fees in tiers', () => {
  const batch = { serviceTier: 'BATCH' } as const;
  const thousand = { per: 1000 };
  const tokens = [row('2'), row('1', {}, batch)];
  const search = row('10', meterOfTool('web_search'), thousand);
  const fees = [search, row('3', PAGE_METER, thousand)];
  const call = row('5', REQUEST_METER, thousand);
  const used = (
    prices: readonly Price[],
    tool = 'web_search',
    serviceTier: Price['serviceTier'] = 'BATCH',
  ) => {
    const extras = [
      { meter: meterOfTool(tool), quantity: 2 },
      { meter: PAGE_METER, quantity: 1 },
    ];
    const usage = usageOf({ input: 1_000_000 });
    const cost = costOf({ offering: metered, prices, usage, at: noon, serviceTier, extras });
    return cost.kind === 'PRICED' ? cost.total.toString() : cost;
  };

  it.each([
    ['as in STANDARD where the tier has no word of them', [...tokens, ...fees], '1.023'],
    [
      "at the tier's own rate where it has one",
      [...tokens, ...fees, row('4', meterOfTool('web_search'), { ...thousand, ...batch })],
      '1.011',
    ],
    [
      "at the tier's rate for all tools, though STANDARD has one for this tool",
      [...tokens, ...fees, row('4', { family: 'TOOL_CALLS' }, { ...thousand, ...batch })],
      '1.011',
    ],
    [
      'as in STANDARD where the rate of the tier has ended',
      [
        ...tokens,
        ...fees,
        row('4', meterOfTool('web_search'), { ...thousand, ...batch, effectiveTo: new Date('2026-01-01') }),
      ],
      '1.023',
    ],
    ['with the fee for the request', [...tokens, ...fees, call], '1.028'],
  ])('are charged %s', (_, prices, total) => {
    expect(used(prices)).toBe(total);
    expect(used(prices.toReversed())).toBe(total);
  });

  it('do not make a tier of their own, nor lend STANDARD those of another tier', () => {
    expect(used([row('2'), ...fees])).toMatchObject({ reason: 'TIER_UNPRICED' });
    expect(used([...tokens, ...fees], 'file_search')).toMatchObject({ reason: 'METER_UNPRICED' });
    const onlyBatch = fees.map((fee) => ({ ...fee, ...batch }));
    expect(used([...tokens, ...onlyBatch], 'web_search', 'STANDARD')).toMatchObject({
      reason: 'METER_UNPRICED',
    });
    expect(used([row('1', {}, { ...batch, currency: 'CNY' }), row('2'), ...fees])).toMatchObject({
      reason: 'METER_UNPRICED',
    });
  });

  it('are what is said of their price', () => {
    const asked = { kind: 'webSearch', at: noon, promptTokens: 1, outputTokens: 1, ...batch } as const;
    const own = row('4', meterOfTool('web_search'), { ...thousand, ...batch });
    expect(choosePrice(metered, [...tokens, ...fees], asked)).toEqual({ kind: 'PRICE', price: search });
    expect(choosePrice(metered, [...tokens, ...fees, own], asked)).toEqual({ kind: 'PRICE', price: own });
    expect(choosePrice(metered, [row('2'), ...fees], asked)).toMatchObject({ code: 'TIER_UNPRICED' });
    expect(choosePrice(metered, tokens, { ...asked, kind: 'input' })).toEqual({
      kind: 'PRICE',
      price: tokens[1],
    });
  });
});

describe('tiers by prompt size', () => {
  const upTo = (bound: number) => ({ conditions: { promptTokens: { from: 0, to: bound } } });
  const from = (bound: number) => ({ conditions: { promptTokens: { from: bound } } });
  // "Prompts over 200k": 200,000 itself is still the lower tier.
  const over200k = [
    row('1.25', {}, upTo(200_001)),
    row('2.5', {}, from(200_001)),
    row('0.125', { tokenType: 'CACHE_READ' }, upTo(200_001)),
    row('0.25', { tokenType: 'CACHE_READ' }, from(200_001)),
    row('10', { direction: 'OUTPUT' }, upTo(200_001)),
    row('15', { direction: 'OUTPUT' }, from(200_001)),
  ];
  // "128k and more": 128,000 itself is the upper tier.
  const from128k = [row('0.2', {}, upTo(128_000)), row('0.4', {}, from(128_000))];

  it.each([
    ['at the bound', over200k, { input: 200_000, output: 1_000_000 }, '10.25 USD'],
    ['one above: every token, output too', over200k, { input: 200_001, output: 1_000_000 }, '15.5000025 USD'],
    ['the bound counts cached input', over200k, { input: 1, cacheRead: 200_000 }, '0.0500025 USD'],
    ['output does not count', over200k, { input: 1, output: 300_000 }, '3.00000125 USD'],
    ['one below an inclusive bound', from128k, { input: 127_999 }, '0.0255998 USD'],
    ['at an inclusive bound', from128k, { input: 128_000 }, '0.0512 USD'],
  ])('CLIFF: %s', (_, prices, counts, total) => {
    expect(totalOf(prices, counts)).toBe(total);
  });

  it('is unpriced where no tier reaches', () => {
    expect(bill([row('1', {}, upTo(100))], { input: 100 })).toMatchObject({ reason: 'METER_UNPRICED' });
  });

  const graduated = over200k.map((price) => ({ ...price, tierMode: 'GRADUATED' as const }));
  it.each([
    ['below the bound', { input: 200_000 }, '0.25 USD'],
    ['each token at its own tier', { input: 200_010 }, '0.250025 USD'],
    ['cached tokens come first in the prompt', { input: 10, cacheRead: 200_000 }, '0.025025 USD'],
    ['cached tokens across the bound', { cacheRead: 200_010 }, '0.0250025 USD'],
    ['output goes by the whole prompt', { input: 200_010, output: 1_000_000 }, '15.250025 USD'],
  ])('GRADUATED: %s', (_, counts, total) => {
    expect(totalOf(graduated, counts)).toBe(total);
  });

  it('GRADUATED: has a line for each tier', () => {
    const cost = bill(graduated, { input: 200_010 });
    expect(cost.kind === 'PRICED' && cost.lines.map((line) => line.quantity)).toEqual([200_000, 10]);
  });
});

describe('conditions', () => {
  const at = (time: string) => new Date(`2026-09-01T${time}:00Z`);
  const night = { conditions: { timeWindow: { from: '16:30', to: '00:30', zone: 'UTC' } } };
  const discounted = [row('0.27'), row('0.135', {}, night)];

  it.each([
    ['16:29', '0.27 USD'],
    ['16:30', '0.135 USD'],
    ['23:59', '0.135 USD'],
    ['00:00', '0.135 USD'],
    ['00:29', '0.135 USD'],
    ['00:30', '0.27 USD'],
  ])('a window over midnight, at %s UTC', (time, total) => {
    expect(totalOf(discounted, { input: 1_000_000 }, at(time))).toBe(total);
  });

  it('reads the window in its own zone', () => {
    const shanghai = { conditions: { timeWindow: { from: '09:00', to: '12:00', zone: 'Asia/Shanghai' } } };
    const peak = [row('1'), row('2', {}, shanghai)];
    expect(totalOf(peak, { input: 1_000_000 }, at('00:59'))).toBe('1 USD');
    expect(totalOf(peak, { input: 1_000_000 }, at('01:00'))).toBe('2 USD');
    expect(totalOf(peak, { input: 1_000_000 }, at('04:00'))).toBe('1 USD');
  });

  it('needs all of them, and the most specific row wins', () => {
    const long = { promptTokens: { from: 100 } };
    const prices = [
      row('1'),
      row('2', {}, { conditions: long }),
      row('3', {}, { conditions: { ...long, ...night.conditions } }),
      row('4', {}, { conditions: { promptTokens: { from: 100, to: 200 } } }),
    ];
    expect(totalOf(prices, { input: 50 }, at('20:00'))).toBe('0.00005 USD');
    expect(totalOf(prices, { input: 1000 }, at('12:00'))).toBe('0.002 USD');
    expect(totalOf(prices, { input: 1000 }, at('20:00'))).toBe('0.003 USD');
    expect(totalOf(prices, { input: 100 }, at('12:00'))).toBe('0.0004 USD');
  });
});

describe('dated rows', () => {
  const change = new Date('2026-08-17T00:00:00Z');
  const before = row('1', {}, { effectiveTo: change });
  const after = row('2', {}, { effectiveFrom: change });
  const justBefore = new Date(change.getTime() - 1);

  it('are in force from their first moment to before their end', () => {
    expect(totalOf([before, after], { input: 1_000_000 }, justBefore)).toBe('1 USD');
    expect(totalOf([before, after], { input: 1_000_000 }, change)).toBe('2 USD');
    expect(currentPrices([before, after], justBefore)).toEqual([before]);
    expect(currentPrices([before, after], change)).toEqual([after]);
  });

  it('win over an open-ended row when they started later', () => {
    expect(totalOf([row('1'), after], { input: 1_000_000 }, noon)).toBe('2 USD');
  });
});

describe('rate for a million', () => {
  it('is that of a short prompt, in one currency', () => {
    const prices = [
      row('1.25', {}, { conditions: { promptTokens: { from: 0, to: 200_001 } } }),
      row('2.5', {}, { conditions: { promptTokens: { from: 200_001 } } }),
      row('0.003', { direction: 'OUTPUT' }, { per: 1000 }),
    ];
    expect(ratePerMillion(metered, prices, 'INPUT', 'USD', noon)?.toString()).toBe('1.25');
    expect(ratePerMillion(metered, prices, 'OUTPUT', 'USD', noon)?.toString()).toBe('3');
    expect(ratePerMillion(metered, prices, 'INPUT', 'CNY', noon)).toBeUndefined();
    expect(ratePerMillion({ billing: 'FREE' }, [], 'INPUT', 'CNY', noon)?.toString()).toBe('0');
    expect(ratePerMillion({ billing: 'UNKNOWN' }, prices, 'INPUT', 'USD', noon)).toBeUndefined();
  });
});
