import {
  CACHE_READ,
  CACHE_WRITE_1H,
  CACHE_WRITE_5M,
  cacheRead,
  cacheWrite1h,
  cacheWrite5m,
  INPUT,
  OUTPUT,
  output,
  type PriceFixture,
  parted,
} from './price-fixture.ts';

// Gemini 1.5 Pro: 1.25 and 5, over 128,000 tokens 2.5 and 10. genai-prices states it; Google's price page said "prompts up
// to 128k" and "longer than 128k", so that 128,000 itself is the lower tier.
const gemini15 = [...parted(128_001, {}, '1.25', '2.5'), ...parted(128_001, output, '5', '10')];

// Gemini 2.5 Pro: 1.25, 0.125 and 10, over 200,000 tokens 2.5, 0.25 and 15. genai-prices, models.dev and pi-ai agree.
const gemini25 = [
  ...parted(200_001, {}, '1.25', '2.5'),
  ...parted(200_001, cacheRead, '0.125', '0.25'),
  ...parted(200_001, output, '10', '15'),
];

// Claude Sonnet 4.5 with long context: genai-prices and LiteLLM agree on every figure, "above 200k".
const sonnet45 = [
  ...parted(200_001, {}, '3', '6'),
  ...parted(200_001, cacheRead, '0.3', '0.6'),
  ...parted(200_001, cacheWrite5m, '3.75', '7.5'),
  ...parted(200_001, cacheWrite1h, '6', '12'),
  ...parted(200_001, output, '15', '22.5'),
];

// gpt-5.5: 5, 0.5 and 30, then 10, 1 and 45. genai-prices, models.dev and LiteLLM agree on the rates. OpenAI's page lists the
// lower ones for "<272K input tokens": 272,000 itself is the upper tier (genai-prices: more than 271,999).
const gpt55 = [
  ...parted(272_000, {}, '5', '10'),
  ...parted(272_000, cacheRead, '0.5', '1'),
  ...parted(272_000, output, '30', '45'),
];

// The same figures read as graduated tiers, for the difference; no provider above bills so.
const graduated = gemini25.map((price) => ({ ...price, tierMode: 'GRADUATED' as const }));

export const promptTiers: readonly PriceFixture[] = [
  {
    name: 'Gemini 1.5 Pro, one below 128k',
    prices: gemini15,
    usage: { input: 127_999, output: 1000 },
    lines: [
      [INPUT, 127_999, '1.25', '0.15999875'],
      [OUTPUT, 1000, '5', '0.005'],
    ],
    total: '0.16499875 USD',
  },
  {
    name: 'Gemini 1.5 Pro, at 128k',
    prices: gemini15,
    usage: { input: 128_000 },
    lines: [[INPUT, 128_000, '1.25', '0.16']],
    total: '0.16 USD',
  },
  {
    name: 'Gemini 1.5 Pro, one above 128k',
    prices: gemini15,
    usage: { input: 128_001, output: 1000 },
    lines: [
      [INPUT, 128_001, '2.5', '0.3200025'],
      [OUTPUT, 1000, '10', '0.01'],
    ],
    total: '0.3300025 USD',
  },
  {
    name: 'Gemini 2.5 Pro, one below 200k',
    prices: gemini25,
    usage: { input: 199_999 },
    lines: [[INPUT, 199_999, '1.25', '0.24999875']],
    total: '0.24999875 USD',
  },
  {
    name: 'Gemini 2.5 Pro, at 200k, cached tokens counted',
    prices: gemini25,
    usage: { input: 50_000, cacheRead: 150_000, output: 100 },
    lines: [
      [INPUT, 50_000, '1.25', '0.0625'],
      [CACHE_READ, 150_000, '0.125', '0.01875'],
      [OUTPUT, 100, '10', '0.001'],
    ],
    total: '0.08225 USD',
  },
  {
    name: 'Gemini 2.5 Pro, one above 200k: every token, the answer too',
    prices: gemini25,
    usage: { input: 50_001, cacheRead: 150_000, output: 100 },
    lines: [
      [INPUT, 50_001, '2.5', '0.1250025'],
      [CACHE_READ, 150_000, '0.25', '0.0375'],
      [OUTPUT, 100, '15', '0.0015'],
    ],
    total: '0.1640025 USD',
  },
  {
    name: 'Claude Sonnet 4.5, one below 200k',
    prices: sonnet45,
    usage: { input: 199_999 },
    lines: [[INPUT, 199_999, '3', '0.599997']],
    total: '0.599997 USD',
  },
  {
    name: 'Claude Sonnet 4.5, at 200k, with every kind of cache',
    prices: sonnet45,
    usage: { input: 100_000, cacheRead: 50_000, cacheWrite5m: 30_000, cacheWrite1h: 20_000, output: 1000 },
    lines: [
      [INPUT, 100_000, '3', '0.3'],
      [CACHE_READ, 50_000, '0.3', '0.015'],
      [CACHE_WRITE_5M, 30_000, '3.75', '0.1125'],
      [CACHE_WRITE_1H, 20_000, '6', '0.12'],
      [OUTPUT, 1000, '15', '0.015'],
    ],
    total: '0.5625 USD',
  },
  {
    name: 'Claude Sonnet 4.5, one above 200k, with every kind of cache',
    prices: sonnet45,
    usage: { input: 100_001, cacheRead: 50_000, cacheWrite5m: 30_000, cacheWrite1h: 20_000, output: 1000 },
    lines: [
      [INPUT, 100_001, '6', '0.600006'],
      [CACHE_READ, 50_000, '0.6', '0.03'],
      [CACHE_WRITE_5M, 30_000, '7.5', '0.225'],
      [CACHE_WRITE_1H, 20_000, '12', '0.24'],
      [OUTPUT, 1000, '22.5', '0.0225'],
    ],
    total: '1.117506 USD',
  },
  {
    name: 'gpt-5.5, one below 272k',
    prices: gpt55,
    usage: { input: 271_999, output: 10 },
    lines: [
      [INPUT, 271_999, '5', '1.359995'],
      [OUTPUT, 10, '30', '0.0003'],
    ],
    total: '1.360295 USD',
  },
  {
    name: 'gpt-5.5, at 272k',
    prices: gpt55,
    usage: { input: 272_000, output: 10 },
    lines: [
      [INPUT, 272_000, '10', '2.72'],
      [OUTPUT, 10, '45', '0.00045'],
    ],
    total: '2.72045 USD',
  },
  {
    name: 'gpt-5.5, one above 272k',
    prices: gpt55,
    usage: { input: 272_001 },
    lines: [[INPUT, 272_001, '10', '2.72001']],
    total: '2.72001 USD',
  },
  {
    name: 'graduated: each token at its own tier',
    prices: graduated,
    usage: { input: 200_010, output: 100 },
    lines: [
      [INPUT, 200_000, '1.25', '0.25'],
      [INPUT, 10, '2.5', '0.000025'],
      [OUTPUT, 100, '15', '0.0015'],
    ],
    total: '0.251525 USD',
  },
];
