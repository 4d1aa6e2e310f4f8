import { beforeAll, expect, it } from 'vitest';
import { listProviders } from '../../src/adapters/providers/configure-providers.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { CACHE_STORAGE_METER, meterOfTool } from '../../src/catalogue/meter.ts';
import { type Billed, costOf } from '../../src/catalogue/price-engine.ts';
import { loadSeed } from '../../src/catalogue/seed.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import { type Usage, usageOf } from '../../src/domain/usage.ts';

/**
 * Calls with awkward usage, billed by hand from the providers' rates of 2026-11: each term is a count and the dollars for a
 * million of it (`per` where it is not a million). What is served is the sum of the terms, exactly.
 */
type Term = readonly [count: number, rate: string, per?: number];
type Bill = {
  readonly id: string;
  readonly usage: Partial<Usage>;
  readonly terms: readonly Term[];
  readonly with?: Omit<Partial<Billed>, 'usage'>;
  readonly currency?: string;
};

const OFF_PEAK = new Date('2026-11-28T03:00:00Z');
const PEAK = new Date('2026-11-30T02:00:00Z');
const search = (quantity: number, tool = 'web_search') => ({
  extras: [{ meter: meterOfTool(tool), quantity }],
});

const BILLS: readonly Bill[] = [
  // Anthropic: writes of both lives, reads, thinking, batches, searches, inference in the US alone.
  {
    id: 'anthropic/claude-opus-4-8',
    usage: { input: 1200, cacheRead: 90_000, cacheWrite5m: 4000, cacheWrite1h: 20_000, output: 800 },
    terms: [
      [1200, '5'],
      [90_000, '0.5'],
      [4000, '6.25'],
      [20_000, '10'],
      [800, '25'],
    ],
  },
  {
    id: 'anthropic/claude-sonnet-4-6',
    usage: { input: 250_000, output: 3000, reasoning: 9000 },
    terms: [
      [250_000, '3'],
      [12_000, '15'],
    ],
  },
  {
    id: 'anthropic/claude-sonnet-4-6',
    usage: { input: 10_000, cacheRead: 50_000, cacheWrite1h: 8000, output: 1000 },
    with: { serviceTier: 'BATCH' },
    terms: [
      [10_000, '1.5'],
      [50_000, '0.15'],
      [8000, '3'],
      [1000, '7.5'],
    ],
  },
  {
    id: 'anthropic/claude-haiku-5-5',
    usage: { input: 80_000, cacheRead: 30_000, output: 2000 },
    terms: [
      [80_000, '0.5'],
      [30_000, '0.05'],
      [2000, '2.5'],
    ],
  },
  {
    id: 'anthropic/claude-haiku-5-5',
    usage: { input: 70_000, cacheRead: 30_000, output: 2000 },
    terms: [
      [70_000, '0.1'],
      [30_000, '0.01'],
      [2000, '0.5'],
    ],
  },
  {
    id: 'anthropic/claude-opus-5',
    usage: { input: 2000, output: 500 },
    with: search(7),
    terms: [
      [2000, '5'],
      [500, '25'],
      [7, '10', 1000],
    ],
  },
  {
    id: 'anthropic/claude-opus-5',
    usage: { input: 2000, output: 500 },
    with: { serviceTier: 'BATCH', ...search(3) },
    terms: [
      [2000, '2.5'],
      [500, '12.5'],
      [3, '10', 1000],
    ],
  },
  {
    id: 'anthropic/claude-opus-4-8',
    usage: { input: 1000, cacheRead: 2000, output: 100 },
    with: { region: 'us' },
    terms: [
      [1000, '5.5'],
      [2000, '0.55'],
      [100, '27.5'],
    ],
  },
  {
    id: 'bedrock/anthropic.claude-opus-4-8',
    usage: { input: 1000, cacheWrite5m: 3000, cacheWrite1h: 1000, output: 100 },
    terms: [
      [1000, '5.5'],
      [3000, '6.875'],
      [1000, '11'],
      [100, '27.5'],
    ],
  },
  {
    id: 'bedrock/global.anthropic.claude-opus-4-8',
    usage: { input: 1000, cacheWrite1h: 1000, output: 100 },
    terms: [
      [1000, '5'],
      [1000, '10'],
      [100, '25'],
    ],
  },
  {
    id: 'vertex/claude-opus-4-8',
    usage: { input: 1000, output: 100 },
    with: { region: 'europe-west1' },
    terms: [
      [1000, '5.5'],
      [100, '27.5'],
    ],
  },
  // OpenAI: long prompts with caches in every tier, tools, sound, images, residency.
  {
    id: 'openai/gpt-5.6-sol',
    usage: { input: 200_000, cacheRead: 100_000, cacheWrite5m: 5000, output: 4000, reasoning: 6000 },
    terms: [
      [200_000, '8'],
      [100_000, '0.8'],
      [5000, '10'],
      [10_000, '30'],
    ],
  },
  {
    id: 'openai/gpt-5.6-sol',
    usage: { input: 172_000, cacheRead: 100_000, output: 4000 },
    terms: [
      [172_000, '4'],
      [100_000, '0.4'],
      [4000, '20'],
    ],
  },
  {
    id: 'openai/gpt-5.6-sol',
    usage: { input: 172_001, cacheRead: 100_000, output: 4000 },
    with: { serviceTier: 'BATCH' },
    terms: [
      [172_001, '4'],
      [100_000, '0.4'],
      [4000, '15'],
    ],
  },
  {
    id: 'openai/gpt-5.6-sol',
    usage: { input: 300_000, output: 1000 },
    with: { serviceTier: 'PRIORITY' },
    terms: [
      [300_000, '16'],
      [1000, '60'],
    ],
  },
  {
    id: 'openai/gpt-5',
    usage: { input: 5000, cacheRead: 20_000, output: 300, reasoning: 1700 },
    with: { serviceTier: 'FLEX', ...search(2) },
    terms: [
      [5000, '0.625'],
      [20_000, '0.0625'],
      [2000, '5'],
      [2, '10', 1000],
    ],
  },
  {
    id: 'openai/gpt-5-mini',
    usage: { input: 1000, output: 100 },
    with: {
      extras: [
        { meter: meterOfTool('file_search'), quantity: 4 },
        { meter: meterOfTool('code_interpreter'), quantity: 1 },
      ],
    },
    terms: [
      [1000, '0.25'],
      [100, '2'],
      [4, '2.5', 1000],
      [1, '30', 1000],
    ],
  },
  {
    id: 'openai/gpt-realtime',
    usage: { input: 300, cacheRead: 1000, audioInput: 2000, output: 50, audioOutput: 1500 },
    terms: [
      [300, '4'],
      [1000, '0.4'],
      [2000, '32'],
      [50, '16'],
      [1500, '64'],
    ],
  },
  { id: 'openai/gpt-4o-transcribe', usage: { seconds: 90 }, terms: [[90, '0.36', 3600]] },
  { id: 'openai/whisper-1', usage: { seconds: 61.5 }, terms: [[61.5, '0.36', 3600]] },
  { id: 'openai/tts-1-hd', usage: { characters: 1234 }, terms: [[1234, '30']] },
  {
    id: 'openai/gpt-4o-mini-tts',
    usage: { input: 200, audioOutput: 3000 },
    terms: [
      [200, '0.6'],
      [3000, '12'],
    ],
  },
  {
    id: 'openai/gpt-image-1',
    usage: { input: 50, imageInput: 300, imageOutput: 4160 },
    terms: [
      [50, '5'],
      [300, '10'],
      [4160, '40'],
    ],
  },
  {
    id: 'openai/gpt-image-1-mini',
    usage: { images: 3 },
    with: { attributes: { quality: 'high', size: '1536x1024' } },
    terms: [[3, '0.052', 1]],
  },
  {
    id: 'openai/dall-e-3',
    usage: { images: 2 },
    with: { attributes: { quality: 'hd', size: '1024x1792' } },
    terms: [[2, '0.12', 1]],
  },
  {
    id: 'openai/gpt-5.5',
    usage: { input: 1000, output: 1000 },
    with: { region: 'eu' },
    terms: [
      [1000, '5.5'],
      [1000, '33'],
    ],
  },
  // Google: tiers by size, cache hits in batches, tokens that are kept, grounding, sound and images.
  {
    id: 'anthropic/claude-opus-5-5',
    usage: { input: 1000, cacheRead: 5000, output: 200 },
    with: { serviceTier: 'FAST' },
    terms: [
      [1000, '8'],
      [5000, '0.4'],
      [200, '40'],
    ],
  },
  {
    id: 'azure/gpt-5',
    usage: { input: 1000, output: 100 },
    with: { serviceTier: 'BATCH', region: 'eu' },
    terms: [
      [1000, '0.6875'],
      [100, '5.5'],
    ],
  },
  {
    id: 'google/gemini-2.5-pro',
    usage: { input: 150_000, cacheRead: 60_000, output: 2000, reasoning: 3000 },
    terms: [
      [150_000, '2.5'],
      [60_000, '0.25'],
      [5000, '15'],
    ],
  },
  {
    id: 'google/gemini-2.5-pro',
    usage: { input: 1000, cacheRead: 100_000, output: 500 },
    with: { serviceTier: 'BATCH' },
    terms: [
      [1000, '0.625'],
      [100_000, '0.125'],
      [500, '5'],
    ],
  },
  {
    id: 'google/gemini-2.5-pro',
    usage: { input: 1000, cacheRead: 100_000, output: 500 },
    with: {
      extras: [
        { meter: CACHE_STORAGE_METER, quantity: 50_000 },
        { meter: meterOfTool('web_search'), quantity: 1 },
      ],
    },
    terms: [
      [1000, '1.25'],
      [100_000, '0.125'],
      [500, '10'],
      [50_000, '4.5'],
      [1, '35', 1000],
    ],
  },
  {
    id: 'google/gemini-3.1-pro-preview',
    usage: { input: 1000, output: 200 },
    with: { serviceTier: 'PRIORITY', ...search(5) },
    terms: [
      [1000, '3.6'],
      [200, '21.6'],
      [5, '14', 1000],
    ],
  },
  {
    // Lists state the batch rates of short prompts alone.
    id: 'google/gemini-3.1-pro-preview',
    usage: { input: 250_000, output: 1000 },
    with: { serviceTier: 'BATCH' },
    terms: [
      [250_000, '2'],
      [1000, '9'],
    ],
  },
  {
    id: 'google/gemini-2.5-flash',
    usage: { input: 100, audioInput: 5000, output: 50 },
    terms: [
      [100, '0.3'],
      [5000, '1'],
      [50, '2.5'],
    ],
  },
  {
    id: 'google/gemini-3.8-flash',
    usage: { input: 10_000, output: 1000 },
    with: { at: new Date('2026-12-31T23:59:59Z') },
    terms: [
      [10_000, '0.75'],
      [1000, '3.75'],
    ],
  },
  {
    id: 'google/gemini-3.8-flash',
    usage: { input: 10_000, output: 1000 },
    with: { at: new Date('2027-01-01T00:00:00Z') },
    terms: [
      [10_000, '1.5'],
      [1000, '7.5'],
    ],
  },
  {
    id: 'google/gemini-3-pro-image',
    usage: { input: 100, output: 40, imageOutput: 1120 },
    terms: [
      [100, '2'],
      [40, '12'],
      [1120, '120'],
    ],
  },
  // Others: hours, yuan, thinking, requests.
  {
    id: 'deepseek/deepseek-v4-pro',
    usage: { input: 1000, cacheRead: 9000, output: 500, reasoning: 500 },
    with: { at: OFF_PEAK },
    terms: [
      [1000, '0.66'],
      [9000, '0.022'],
      [1000, '1.98'],
    ],
  },
  {
    id: 'deepseek/deepseek-v4-pro',
    usage: { input: 1000, cacheRead: 9000, output: 500 },
    with: { at: PEAK },
    terms: [
      [1000, '1.32'],
      [9000, '0.044'],
      [500, '3.96'],
    ],
  },
  {
    id: 'dashscope/qwen-plus',
    usage: { input: 1000, output: 100, reasoning: 900 },
    terms: [
      [1000, '0.4'],
      [1000, '4'],
    ],
  },
  {
    id: 'dashscope/qwen-plus',
    usage: { input: 1000, output: 100 },
    with: { thinking: false },
    terms: [
      [1000, '0.4'],
      [100, '1.2'],
    ],
  },
  {
    id: 'zhipu/glm-4.7',
    usage: { input: 20_000, cacheRead: 10_000, output: 500 },
    currency: 'CNY',
    terms: [
      [20_000, '3'],
      [10_000, '0.6'],
      [500, '14'],
    ],
  },
  {
    id: 'dashscope-cn/qwen3-max',
    usage: { input: 130_000, output: 1000 },
    currency: 'CNY',
    terms: [
      [130_000, '7'],
      [1000, '28'],
    ],
  },
  {
    // Its page says "≥ 200k tokens", and that a region's endpoint costs a tenth more.
    id: 'xai/grok-4.7',
    usage: { input: 200_000, output: 100 },
    with: { region: 'us' },
    terms: [
      [200_000, '4.4'],
      [100, '13.2'],
    ],
  },
  {
    id: 'xai/grok-4.7',
    usage: { input: 199_999, output: 100 },
    terms: [
      [199_999, '2'],
      [100, '6'],
    ],
  },
  {
    id: 'google/gemini-2.5-pro',
    usage: { input: 200_000, output: 100 },
    terms: [
      [200_000, '1.25'],
      [100, '10'],
    ],
  },
  {
    id: 'xai/grok-4.7',
    usage: { input: 200_001, output: 100 },
    with: search(2, 'x_search'),
    terms: [
      [200_001, '4'],
      [100, '12'],
      [2, '5', 1000],
    ],
  },
  {
    id: 'perplexity/sonar-pro',
    usage: { input: 500, output: 500 },
    terms: [
      [500, '3'],
      [500, '15'],
      [1, '6', 1000],
    ],
  },
  { id: 'cohere/rerank-v3.5', usage: { requests: 3 }, terms: [[3, '2', 1000]] },
  {
    id: 'mistral/mistral-small-latest',
    usage: { input: 100, cacheRead: 900, output: 10 },
    terms: [
      [100, '0.15'],
      [900, '0.015'],
      [10, '0.6'],
    ],
  },
  { id: 'elevenlabs/eleven_flash_v2_5', usage: { characters: 500 }, terms: [[500, '50']] },
  { id: 'deepgram/nova-3', usage: { seconds: 600 }, terms: [[600, '0.258', 3600]] },
];

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = buildCatalogue({
    seed: await loadSeed(),
    providers: await listProviders([], { secret: () => undefined, variable: () => undefined }),
    readings: [],
    readAt: new Date('2026-11-30T12:00:00Z'),
  });
});

it.each(BILLS.map((bill) => [bill.id, JSON.stringify({ ...bill.usage, ...bill.with }), bill] as const))(
  'bills %s for %s',
  (id, _usage, { usage, terms, with: circumstances, currency = 'USD' }) => {
    const offering = catalogue.offering(asOfferingId(id));
    if (offering === undefined) return expect.unreachable(id);
    const cost = costOf({
      at: new Date('2026-11-30T12:00:00Z'),
      ...circumstances,
      usage: usageOf(usage),
      offering,
      prices: catalogue.pricesOf(offering.id),
    });
    const expected = terms.reduce(
      (sum, [count, rate, per = 1_000_000]) => sum.plus(new Decimal(rate).times(count).dividedBy(per)),
      new Decimal(0),
    );
    expect(cost.kind === 'PRICED' ? `${cost.total} ${cost.currency}` : cost).toBe(`${expected} ${currency}`);
  },
);
