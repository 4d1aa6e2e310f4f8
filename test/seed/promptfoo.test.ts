import { expect, it } from 'vitest';
import { convertPromptfoo } from '../../.ci/seed/promptfoo.ts';
import { loadShippedList } from '../../src/catalogue/shipped/load-shipped-lists.ts';
import type { ShippedList } from '../../src/catalogue/shipped/shipped-list.ts';

const table = (name: string, groups = ''): string => `const ${name} = buildRateTable([${groups}]);\n`;
const billing = [
  table('STANDARD_CACHED_INPUT_RATES', '{\n\tmodels: ["big"],\n\trates: perMillion(.4)\n}'),
  table('LONG_CONTEXT_CACHED_INPUT_RATES', '{ models: ["big"], rates: perMillion(.8) }'),
  table(
    'PRIORITY_TEXT_RATES',
    '{ models: ["big"], rates: { input: perMillion(8), cachedInput: perMillion(.8), output: perMillion(40) } }',
  ),
  table(
    'IMAGE_MODEL_RATES',
    '{ models: ["gpt-image-9"], rates: { text: { input: perMillion(5) }, image: { output: perMillion(40) } } }',
  ),
  table('REALTIME_MODAL_RATES'),
  'const FLEX_SUPPORTED_TEXT_MODELS = /* @__PURE__ */ new Set(["big"]);',
  'const CACHE_WRITE_MODELS = /* @__PURE__ */ new Set(["big"]);',
  table(
    'FINE_TUNED_TEXT_RATES',
    '{ models: ["ft:big", "ft:big-2026-04-23"], rates: { input: perMillion(5), cachedInput: perMillion(.5), output: perMillion(25) } }, { models: ["ft:old"], rates: { input: perMillion(1.6) } }',
  ),
  table('FINE_TUNED_BATCH_OVERRIDES', '{ models: ["ft:old"], rates: { input: perMillion(.9) } }'),
].join('\n');
const models = `
const GPT_LONG_CONTEXT_THRESHOLD = 272e3;
const RETIRED_OPENAI_MODELS = [{ id: "old", cost: { input: 1 / 1e6 } }];
const OPENAI_CHAT_MODELS = [
  ...["big", "big-2026-04-23"].map((model) => ({
    id: model,
    cost: {
      input: 4 / 1e6,
      output: 20 / 1e6,
      longContext: { threshold: GPT_LONG_CONTEXT_THRESHOLD, input: 8 / 1e6, output: 30 / 1e6 }
    }
  })),
  { id: "gpt-9-transcribe", cost: { input: 2.5 / 1e6, audioInput: 6 / 1e6, output: 10 / 1e6, perMinute: .006 } }
];
`;
const bedrock = `
/** Last reconciled 2026-09-01. */
const BEDROCK_PRICING = { "zai.glm-5": { input: 1, output: 3.2 }, "anthropic.claude": { input: 9, output: 9 } };
const SHARED_PRICING = { "zai.glm-5": { input: 1.2, output: 3.84 } };
const GPT_OSS_REGION_PRICING = { "eu-west-2": {} };
const BEDROCK_REGION_PRICING = { "eu-west-1": SHARED_PRICING, "us-gov-east-1": {} };
`;
const images = ['DALLE2', 'DALLE3', 'GPT_IMAGE1', 'GPT_IMAGE1_MINI', 'GPT_IMAGE1_5', 'GPT_IMAGE2']
  .map((name) => `const ${name}_COSTS = {\n\t"256x256": .016,\n\thigh_1024x1536: .25\n};`)
  .join('\n');
const convert = (code: string): ShippedList =>
  convertPromptfoo(
    { billing: code, models, images, bedrock },
    { version: '1', publishedAt: '2026-09-22T00:00:00.000Z' },
    ['zai.glm-5', 'zai.glm-5.1', 'us.zai.glm-5', 'anthropic.claude-9'],
    () => false,
  );

it('reads what fine-tuned models cost, batches at half unless it says otherwise', () => {
  const { offerings = [] } = convert(billing).providers[0] ?? {};
  const tuned = offerings.filter(({ id }) => id.startsWith('ft:'));
  expect(tuned.map(({ id, prices = [] }) => [id, ...prices.map(({ tier, rates }) => [tier, rates])])).toEqual(
    [
      [
        'ft:big',
        [undefined, { input: '5', cacheRead: '0.5', output: '25' }],
        ['BATCH', { input: '2.5', cacheRead: '0.25', output: '12.5' }],
      ],
      [
        'ft:big-2026-04-23',
        [undefined, { input: '5', cacheRead: '0.5', output: '25' }],
        ['BATCH', { input: '2.5', cacheRead: '0.25', output: '12.5' }],
      ],
      ['ft:old', [undefined, { input: '1.6' }], ['BATCH', { input: '0.9' }]],
    ],
  );
});

it('reads what an image costs by quality and size', () => {
  const { offerings = [] } = convert(billing).providers[0] ?? {};
  expect(offerings.find(({ id }) => id === 'dall-e-3')?.prices).toEqual([
    {
      url: 'https://github.com/promptfoo/promptfoo/blob/main/src/providers/openai/image.ts',
      rates: { 'images{size=256x256}': '0.016', 'images{quality=high,size=1024x1536}': '0.25' },
    },
  ]);
});

it('reads what Bedrock asks for models in each region, of those that were compared with its list', () => {
  expect(convert(billing).providers[1]?.offerings).toEqual([
    {
      id: 'zai.glm-5',
      prices: [
        { checkedAt: '2026-09-01', rates: { input: '1', output: '3.2' } },
        { region: 'eu-west-1', checkedAt: '2026-09-01', rates: { input: '1.2', output: '3.84' } },
      ],
    },
  ]);
});

it('reads tiers, long prompts, images and minutes from the tables without running them', () => {
  const models = convert(billing).providers[0]?.offerings.filter(
    ({ id }) => !/^(?:ft:|dall-e-|gpt-image-[12])/.test(id),
  );
  expect(models).toEqual([
    {
      id: 'big',
      prices: [
        {
          promptTokens: [0, 272_001],
          rates: { input: '4', cacheRead: '0.4', cacheWrite5m: '5', output: '20' },
        },
        {
          promptTokens: [272_001],
          rates: { input: '8', cacheRead: '0.8', cacheWrite5m: '10', output: '30' },
        },
        ...(['BATCH', 'FLEX'] as const).flatMap((tier) => [
          {
            tier,
            promptTokens: [0, 272_001],
            rates: { input: '2', cacheRead: '0.2', cacheWrite5m: '2.5', output: '10' },
          },
          {
            tier,
            promptTokens: [272_001],
            rates: { input: '4', cacheRead: '0.4', cacheWrite5m: '5', output: '15' },
          },
        ]),
        {
          tier: 'PRIORITY',
          promptTokens: [0, 272_001],
          rates: { input: '8', cacheRead: '0.8', output: '40' },
        },
        {
          tier: 'PRIORITY',
          promptTokens: [272_001],
          rates: { input: '16', cacheRead: '1.6', output: '60' },
        },
      ],
    },
    {
      id: 'gpt-9-transcribe',
      prices: [
        { rates: { input: '2.5', output: '10', audioInput: '6' } },
        { rates: { audioSecondsIn: '0.36' } },
      ],
    },
    { id: 'gpt-image-9', prices: [{ rates: { input: '5', imageOutput: '40' } }] },
  ]);
});

it('stops where a table is no longer there', () => {
  expect(() => convert(billing.replace('PRIORITY_TEXT_RATES', 'OTHER'))).toThrow(
    'promptfoo no longer has "const PRIORITY_TEXT_RATES = buildRateTable(["',
  );
});

// developers.openai.com/api/docs/pricing, as promptfoo 0.123.1 of 2026-09-22 has it; LiteLLM and pi-ai agree.
it.each([
  ['gpt-5-mini', 'PRIORITY', { input: '0.45', cacheRead: '0.045', output: '3.6' }],
  ['gpt-5-mini', 'BATCH', { input: '0.125', cacheRead: '0.0125', output: '1' }],
  ['gpt-4.1', 'PRIORITY', { input: '3.5', cacheRead: '0.875', output: '14' }],
  ['o3', 'FLEX', { input: '1', cacheRead: '0.25', output: '4' }],
])('as shipped has the rates of %s in %s', async (id, tier, rates) => {
  const { providers } = await loadShippedList('promptfoo');
  const offering = providers[0]?.offerings.find((each) => each.id === id);
  expect(offering?.prices?.find((set) => set.tier === tier)?.rates).toEqual(rates);
});
