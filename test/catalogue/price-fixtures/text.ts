import { row } from '../price-rows.ts';
import {
  CACHE_READ,
  CACHE_WRITE_1H,
  CACHE_WRITE_5M,
  cacheRead,
  cacheWrite1h,
  cacheWrite5m,
  INPUT,
  inTier,
  OUTPUT,
  output,
  type PriceFixture,
  REASONING,
  reasoning,
  when,
} from './price-fixture.ts';

// Claude Opus 4.5: 5, 0.5, 25; cache writes 6.25 for 5 minutes, 10 for an hour. genai-prices and LiteLLM agree.
// Web search 10 for 1,000: genai-prices and LiteLLM (0.01 a query) agree. Batch at half: Portkey (2.5, 12.5).
const webSearch = {
  family: 'TOOL_CALLS',
  direction: 'NONE',
  modality: 'NONE',
  attributes: { tool: 'web_search' },
} as const;
const opus45 = [
  row('5'),
  row('0.5', cacheRead),
  row('6.25', cacheWrite5m),
  row('10', cacheWrite1h),
  row('25', output),
  row('10', webSearch, { per: 1000 }),
  row('2.5', {}, { serviceTier: 'BATCH' }),
  row('12.5', output, { serviceTier: 'BATCH' }),
];
const searches = (tool: string, quantity: number) => [
  {
    meter: {
      family: 'TOOL_CALLS',
      direction: 'NONE',
      modality: 'NONE',
      tokenType: 'PLAIN',
      attributes: { tool },
    } as const,
    quantity,
  },
];

// gpt-5: 1.25, 0.125, 10 (genai-prices, models.dev, LiteLLM agree); batch at half (Portkey: 0.625, 0.0625, 5); flex 0.625,
// 0.0625, 5 and priority 2.5, 0.25, 20 (LiteLLM, which has half and double as OpenAI's page).
const gpt5 = [
  ...inTier('STANDARD', ['1.25', '0.125', '10']),
  ...inTier('BATCH', ['0.625', '0.0625', '5']),
  ...inTier('FLEX', ['0.625', '0.0625', '5']),
  ...inTier('PRIORITY', ['2.5', '0.25', '20']),
];

// DeepSeek V4 Pro: 0.435, 0.003625, 0.87 until 2026-08-17 (genai-prices, models.dev, LiteLLM agree), then 0.66, 0.022, 1.98 and
// at peak, 01:00-04:00 and 06:00-10:00 UTC, twice that (genai-prices; pi-ai has the peak's). From 2026-08-23 the peak is Monday
// to Friday by Beijing's clock (genai-prices, in its comment).
const since = (day: string) => new Date(`${day}T00:00:00Z`);
const v4 = { effectiveFrom: since('2026-08-17') };
const peaks = (from: string, to: string) => [
  {
    effectiveFrom: since('2026-08-17'),
    effectiveTo: new Date('2026-08-22T16:00:00Z'),
    ...when({ timeWindow: { from, to, zone: 'Asia/Shanghai' } }),
  },
  {
    effectiveFrom: new Date('2026-08-22T16:00:00Z'),
    ...when({
      timeWindow: {
        from,
        to,
        weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'],
        zone: 'Asia/Shanghai',
      },
    }),
  },
];
const deepseek = [
  row('0.435', {}, { effectiveTo: since('2026-08-17') }),
  row('0.003625', cacheRead, { effectiveTo: since('2026-08-17') }),
  row('0.87', output, { effectiveTo: since('2026-08-17') }),
  row('0.66', {}, v4),
  row('0.022', cacheRead, v4),
  row('1.98', output, v4),
  ...[...peaks('09:00', '12:00'), ...peaks('14:00', '18:00')].flatMap((peak) => [
    row('1.32', {}, peak),
    row('0.044', cacheRead, peak),
    row('3.96', output, peak),
  ]),
];
const deepseekAt = (name: string, at: string, rates: readonly [string, string], total: string) => ({
  name: `DeepSeek V4 Pro, ${name}`,
  prices: deepseek,
  at,
  usage: { input: 1_000_000, output: 1_000_000 },
  lines: [
    [INPUT, 1_000_000, rates[0], rates[0]],
    [OUTPUT, 1_000_000, rates[1], rates[1]],
  ] as const,
  total: `${total} USD`,
});
const flat = ['0.435', '0.87'] as const;
const offPeak = ['0.66', '1.98'] as const;
const peak = ['1.32', '3.96'] as const;

const yuan = { currency: 'CNY' };

// Doubao Seed 1.6, in yuan: Volcengine's table by thousands of input (0,32], (32,128], (128,256] and of output (0,0.2]: 0.8 and 2,
// longer answers 8; 1.2 and 16; 2.4 and 24. LobeHub's model bank states 1.2 and 16, and 2.4 and 24, the same.
const doubao = [
  row('0.8', {}, { ...yuan, ...when({ promptTokens: { from: 0, to: 32_001 } }) }),
  row('2', output, {
    ...yuan,
    ...when({ promptTokens: { from: 0, to: 32_001 }, outputTokens: { from: 0, to: 201 } }),
  }),
  row('8', output, {
    ...yuan,
    ...when({ promptTokens: { from: 0, to: 32_001 }, outputTokens: { from: 201 } }),
  }),
  row('1.2', {}, { ...yuan, ...when({ promptTokens: { from: 32_001, to: 128_001 } }) }),
  row('16', output, { ...yuan, ...when({ promptTokens: { from: 32_001, to: 128_001 } }) }),
  row('2.4', {}, { ...yuan, ...when({ promptTokens: { from: 128_001 } }) }),
  row('24', output, { ...yuan, ...when({ promptTokens: { from: 128_001 } }) }),
];

// GLM-4.6 in China, in yuan, by thousands of input [0,32) and [32,200) and, under 32, of output [0,0.2): input 2, 3, 4; cache
// read 0.4, 0.6, 0.8 (LobeHub's model bank, after Zhipu's page); output 8, 14, 16 (Zhipu's page).
const short = { promptTokens: { from: 0, to: 32_000 }, outputTokens: { from: 0, to: 200 } };
const wordy = { promptTokens: { from: 0, to: 32_000 }, outputTokens: { from: 200 } };
const long = { promptTokens: { from: 32_000, to: 200_000 } };
const glmChina = [
  row('2', {}, { ...yuan, ...when(short) }),
  row('3', {}, { ...yuan, ...when(wordy) }),
  row('4', {}, { ...yuan, ...when(long) }),
  row('0.4', cacheRead, { ...yuan, ...when(short) }),
  row('0.6', cacheRead, { ...yuan, ...when(wordy) }),
  row('0.8', cacheRead, { ...yuan, ...when(long) }),
  row('8', output, { ...yuan, ...when(short) }),
  row('14', output, { ...yuan, ...when(wordy) }),
  row('16', output, { ...yuan, ...when(long) }),
];

// qwen-plus in China, in yuan: 0.8 in, 2 out, 8 out when it thinks (Alibaba's page; models.dev has the same in dollars: 0.115,
// 0.287, 1.147 at 6.97).
const qwenPlus = [
  row('0.8', {}, yuan),
  row('2', output, { ...yuan, ...when({ thinking: false }) }),
  row('8', output, { ...yuan, ...when({ thinking: true }) }),
];

// qwen3-max: 1.2 and 6 in dollars (genai-prices, models.dev, Portkey agree), 2.5 and 10 in yuan for up to 32k (LobeHub's model
// bank): 2.5 yuan are no 1.2 dollars.
const qwen3Max = {
  usd: [row('1.2'), row('6', output)],
  cny: [row('2.5', {}, yuan), row('10', output, yuan)],
};

export const textFixtures: readonly PriceFixture[] = [
  {
    name: 'Claude Opus 4.5, cache read and writes of both lives',
    prices: opus45,
    usage: { input: 1000, cacheRead: 20_000, cacheWrite5m: 4000, cacheWrite1h: 8000, output: 500 },
    lines: [
      [INPUT, 1000, '5', '0.005'],
      [CACHE_READ, 20_000, '0.5', '0.01'],
      [CACHE_WRITE_5M, 4000, '6.25', '0.025'],
      [CACHE_WRITE_1H, 8000, '10', '0.08'],
      [OUTPUT, 500, '25', '0.0125'],
    ],
    total: '0.1325 USD',
  },
  {
    name: 'Claude Opus 4.5, three searches at 10 for a thousand',
    prices: opus45,
    usage: { input: 1000, output: 100 },
    extras: searches('web_search', 3),
    lines: [
      [INPUT, 1000, '5', '0.005'],
      [OUTPUT, 100, '25', '0.0025'],
      ['tool_calls.none.none.plain', 3, '10', '0.03'],
    ],
    total: '0.0375 USD',
  },
  {
    name: 'Claude Opus 4.5, a tool that has no price',
    prices: opus45,
    usage: { input: 1000 },
    extras: searches('code_interpreter', 1),
    lines: [[INPUT, 1000, '5', '0.005']],
    total: 'METER_UNPRICED tool_calls.none.none.plain',
  },
  {
    name: 'Claude Opus 4.5, batch at half',
    prices: opus45,
    usage: { input: 1000, output: 500 },
    serviceTier: 'BATCH',
    lines: [
      [INPUT, 1000, '2.5', '0.0025'],
      [OUTPUT, 500, '12.5', '0.00625'],
    ],
    total: '0.00875 USD',
  },
  {
    name: 'Claude Opus 4.5, batch, a cache write that has no batch price',
    prices: opus45,
    usage: { input: 1000, cacheWrite5m: 10 },
    serviceTier: 'BATCH',
    lines: [[INPUT, 1000, '2.5', '0.0025']],
    total: 'METER_UNPRICED tokens.input.text.cache_write_5m',
  },
  {
    name: 'Claude Opus 4.5, a tier that nobody prices',
    prices: opus45,
    usage: { input: 1000 },
    serviceTier: 'FAST',
    lines: [],
    total: 'TIER_UNPRICED',
  },
  {
    name: 'gpt-5, reasoning as output',
    prices: gpt5,
    usage: { input: 1000, cacheRead: 1000, output: 300, reasoning: 1700 },
    lines: [
      [INPUT, 1000, '1.25', '0.00125'],
      [CACHE_READ, 1000, '0.125', '0.000125'],
      [OUTPUT, 300, '10', '0.003'],
      [REASONING, 1700, '10', '0.017'],
    ],
    total: '0.021375 USD',
  },
  // Claude has no row of reasoning; qwen-plus abroad has: 0.4, 1.2 and 4 (models.dev and LiteLLM agree).
  {
    name: 'qwen-plus abroad, reasoning at its own rate',
    prices: [row('0.4'), row('1.2', output), row('4', reasoning)],
    usage: { input: 1000, output: 100, reasoning: 400 },
    lines: [
      [INPUT, 1000, '0.4', '0.0004'],
      [OUTPUT, 100, '1.2', '0.00012'],
      [REASONING, 400, '4', '0.0016'],
    ],
    total: '0.00212 USD',
  },
  ...(
    [
      ['BATCH', '0.625', '0.0625', '5', '0.000625', '0.0000625', '0.005', '0.0056875'],
      ['FLEX', '0.625', '0.0625', '5', '0.000625', '0.0000625', '0.005', '0.0056875'],
      ['PRIORITY', '2.5', '0.25', '20', '0.0025', '0.00025', '0.02', '0.02275'],
    ] as const
  ).map(([serviceTier, rateIn, rateCached, rateOut, paidIn, paidCached, paidOut, total]) => ({
    name: `gpt-5, ${serviceTier}`,
    prices: gpt5,
    usage: { input: 1000, cacheRead: 1000, output: 1000 },
    serviceTier,
    lines: [
      [INPUT, 1000, rateIn, paidIn],
      [CACHE_READ, 1000, rateCached, paidCached],
      [OUTPUT, 1000, rateOut, paidOut],
    ] as const,
    total: `${total} USD`,
  })),
  deepseekAt(
    'the last moment before the new rates, at what is then peak',
    '2026-08-16T23:59:59.999Z',
    flat,
    '1.305',
  ),
  deepseekAt('at what would be peak, before its date', '2026-08-13T02:00:00Z', flat, '1.305'),
  deepseekAt('the first moment of the new rates', '2026-08-17T00:00:00Z', offPeak, '2.64'),
  deepseekAt('the first moment of the peak', '2026-08-17T01:00:00Z', peak, '5.28'),
  deepseekAt('the end of the first peak', '2026-08-17T04:00:00Z', offPeak, '2.64'),
  deepseekAt('the second peak', '2026-08-17T09:59:00Z', peak, '5.28'),
  deepseekAt('the end of the second peak', '2026-08-17T10:00:00Z', offPeak, '2.64'),
  deepseekAt('peak of a Saturday before weekends were free of it', '2026-08-22T02:00:00Z', peak, '5.28'),
  deepseekAt('the same hour of the first free Sunday', '2026-08-23T02:00:00Z', offPeak, '2.64'),
  deepseekAt('the same hour of a Monday', '2026-08-24T02:00:00Z', peak, '5.28'),
  deepseekAt('the same hour of a Saturday', '2026-08-29T02:00:00Z', offPeak, '2.64'),
  ...(
    [
      [32_000, 200, '0.8', '2', '0.0256', '0.0004', '0.026'],
      [32_000, 201, '0.8', '8', '0.0256', '0.001608', '0.027208'],
      [32_001, 200, '1.2', '16', '0.0384012', '0.0032', '0.0416012'],
      [128_000, 200, '1.2', '16', '0.1536', '0.0032', '0.1568'],
      [128_001, 200, '2.4', '24', '0.3072024', '0.0048', '0.3120024'],
    ] as const
  ).map(([given, made, rateIn, rateOut, paidIn, paidOut, total]) => ({
    name: `Doubao Seed 1.6, ${given} in and ${made} out`,
    prices: doubao,
    usage: { input: given, output: made },
    lines: [
      [INPUT, given, rateIn, paidIn],
      [OUTPUT, made, rateOut, paidOut],
    ] as const,
    total: `${total} CNY`,
  })),
  ...(
    [
      [30_999, 199, '2', '0.002', '0.4', '0.0123996', '8', '0.001592', '0.0159916'],
      [30_999, 200, '3', '0.003', '0.6', '0.0185994', '14', '0.0028', '0.0243994'],
      [31_000, 199, '4', '0.004', '0.8', '0.0248', '16', '0.003184', '0.031984'],
    ] as const
  ).map(([cached, made, rateIn, paidIn, rateCached, paidCached, rateOut, paidOut, total]) => ({
    name: `GLM-4.6 in China, ${cached} cached and ${made} out`,
    prices: glmChina,
    usage: { input: 1000, cacheRead: cached, output: made },
    lines: [
      [INPUT, 1000, rateIn, paidIn],
      [CACHE_READ, cached, rateCached, paidCached],
      [OUTPUT, made, rateOut, paidOut],
    ] as const,
    total: `${total} CNY`,
  })),
  {
    name: 'qwen-plus in China, not thinking',
    prices: qwenPlus,
    usage: { input: 1000, output: 1000 },
    thinking: false,
    lines: [
      [INPUT, 1000, '0.8', '0.0008'],
      [OUTPUT, 1000, '2', '0.002'],
    ],
    total: '0.0028 CNY',
  },
  {
    name: 'qwen-plus in China, thinking',
    prices: qwenPlus,
    usage: { input: 1000, output: 1000 },
    thinking: true,
    lines: [
      [INPUT, 1000, '0.8', '0.0008'],
      [OUTPUT, 1000, '8', '0.008'],
    ],
    total: '0.0088 CNY',
  },
  {
    name: 'qwen-plus in China, reasoning tokens show that it thought',
    prices: qwenPlus,
    usage: { input: 1000, output: 100, reasoning: 900 },
    lines: [
      [INPUT, 1000, '0.8', '0.0008'],
      [OUTPUT, 100, '8', '0.0008'],
      [REASONING, 900, '8', '0.0072'],
    ],
    total: '0.0088 CNY',
  },
  {
    name: 'qwen3-max, in dollars',
    prices: qwen3Max.usd,
    usage: { input: 1000, output: 1000 },
    lines: [
      [INPUT, 1000, '1.2', '0.0012'],
      [OUTPUT, 1000, '6', '0.006'],
    ],
    total: '0.0072 USD',
  },
  {
    name: 'qwen3-max, in yuan',
    prices: qwen3Max.cny,
    usage: { input: 1000, output: 1000 },
    lines: [
      [INPUT, 1000, '2.5', '0.0025'],
      [OUTPUT, 1000, '10', '0.01'],
    ],
    total: '0.0125 CNY',
  },
  {
    name: 'two tariffs in one offering: never a line of each',
    prices: [row('1.2'), ...qwen3Max.cny],
    usage: { input: 1000, output: 1000 },
    lines: [
      [INPUT, 1000, '2.5', '0.0025'],
      [OUTPUT, 1000, '10', '0.01'],
    ],
    total: '0.0125 CNY',
  },
];
