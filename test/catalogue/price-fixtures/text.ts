import { row } from '../price-rows.ts';
import { genaiPrices, liteLlm, modelsDev, page, piAi, portkey, real } from './price-evidence.ts';
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

const webSearch = {
  family: 'TOOL_CALLS',
  direction: 'NONE',
  modality: 'NONE',
  attributes: { tool: 'web_search' },
} as const;
const opus5 = [
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

const SEARCH = 'tool_calls.none.none.plain tool=web_search';
const opus5Evidence = real(
  // "Batch API: 50% discount on input and output".
  page(
    'PROVIDER',
    "Anthropic's page of Claude Opus 5",
    'https://platform.claude.com/docs/en/models/opus-5/overview',
    {
      [INPUT]: '5',
      [OUTPUT]: '25',
      [CACHE_READ]: '0.5',
      [CACHE_WRITE_5M]: '6.25',
      [CACHE_WRITE_1H]: '10',
      [`${INPUT} BATCH`]: '2.5',
      [`${OUTPUT} BATCH`]: '12.5',
    },
  ),
  genaiPrices('anthropic', 'claude-opus-5', {
    [INPUT]: 'input_mtok',
    [OUTPUT]: 'output_mtok',
    [CACHE_READ]: 'cache_read_mtok',
    [CACHE_WRITE_5M]: 'cache_write_mtok',
    [CACHE_WRITE_1H]: 'cache_write_1h_mtok',
    [SEARCH]: { at: 'web_searches_kcount', of: 1000 },
  }),
  liteLlm('claude-opus-5', {
    [INPUT]: 'input_cost_per_token',
    [OUTPUT]: 'output_cost_per_token',
    [CACHE_READ]: 'cache_read_input_token_cost',
    [CACHE_WRITE_5M]: 'cache_creation_input_token_cost',
    [CACHE_WRITE_1H]: 'cache_creation_input_token_cost_above_1hr',
    [SEARCH]: 'search_context_cost_per_query.search_context_size_medium',
  }),
);

const gpt5 = [
  ...inTier('STANDARD', ['1.25', '0.125', '10']),
  ...inTier('FLEX', ['0.625', '0.0625', '5']),
  ...inTier('PRIORITY', ['2.5', '0.25', '20']),
];

const inModes = (mode: string, key: string): string =>
  `regions.default.execution_modes.${mode}.pricing_config.pay_as_you_go.${key}.price`;
const gpt5Evidence = real(
  genaiPrices('openai', 'gpt-5', {
    [INPUT]: 'input_mtok',
    [CACHE_READ]: 'cache_read_mtok',
    [OUTPUT]: 'output_mtok',
  }),
  liteLlm('gpt-5', {
    [INPUT]: 'input_cost_per_token',
    [CACHE_READ]: 'cache_read_input_token_cost',
    [OUTPUT]: 'output_cost_per_token',
    ...Object.fromEntries(
      ['FLEX', 'PRIORITY'].flatMap((tier) => [
        [`${INPUT} ${tier}`, `input_cost_per_token_${tier.toLowerCase()}`],
        [`${CACHE_READ} ${tier}`, `cache_read_input_token_cost_${tier.toLowerCase()}`],
        [`${OUTPUT} ${tier}`, `output_cost_per_token_${tier.toLowerCase()}`],
      ]),
    ),
  }),
  portkey(
    'openai',
    'gpt-5',
    Object.fromEntries(
      ['FLEX', 'PRIORITY'].flatMap((tier) => [
        [`${INPUT} ${tier}`, inModes(tier.toLowerCase(), 'request_token')],
        [`${CACHE_READ} ${tier}`, inModes(tier.toLowerCase(), 'cache_read_input_token')],
        [`${OUTPUT} ${tier}`, inModes(tier.toLowerCase(), 'response_token')],
      ]),
    ),
  ),
  page('PROVIDER', "OpenAI's page of priority processing", 'https://openai.com/api-priority-processing/', {
    [`${INPUT} PRIORITY`]: '2.5',
    [`${CACHE_READ} PRIORITY`]: '0.25',
    [`${OUTPUT} PRIORITY`]: '20',
  }),
);

const gpt55Batch = [
  row('5'),
  row('30', output),
  row('2.5', {}, { serviceTier: 'BATCH' }),
  row('15', output, { serviceTier: 'BATCH' }),
];
const gpt55BatchEvidence = real(
  liteLlm('gpt-5.5', {
    [INPUT]: 'input_cost_per_token',
    [OUTPUT]: 'output_cost_per_token',
    [`${INPUT} BATCH`]: 'input_cost_per_token_batches',
    [`${OUTPUT} BATCH`]: 'output_cost_per_token_batches',
  }),
  portkey(
    'openai',
    'gpt-5.5',
    Object.fromEntries(
      (['standard', 'batch'] as const).flatMap((mode) => {
        const at = `regions.default.execution_modes.${mode}.context_tiers.lte-272k.pricing_config.pay_as_you_go`;
        const tier = mode === 'batch' ? ' BATCH' : '';
        return [
          [`${INPUT}${tier}`, `${at}.request_token.price`],
          [`${OUTPUT}${tier}`, `${at}.response_token.price`],
        ];
      }),
    ),
  ),
);

// DeepSeek V4 Pro: new rates from 16:00 UTC on August 16, 2026, which is midnight in Beijing; peak is 01:00-04:00 and
// 06:00-10:00 UTC. From August 23 in Beijing it is Monday to Friday only. DeepSeek leaves public holidays out too, which no
// row can say.
const CHANGED = new Date('2026-08-16T16:00:00Z');
const v4 = { effectiveFrom: CHANGED };
const peaks = (from: string, to: string) => [
  {
    effectiveFrom: CHANGED,
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
  row('0.435', {}, { effectiveTo: CHANGED }),
  row('0.003625', cacheRead, { effectiveTo: CHANGED }),
  row('0.87', output, { effectiveTo: CHANGED }),
  row('0.66', {}, v4),
  row('0.022', cacheRead, v4),
  row('1.98', output, v4),
  ...[...peaks('09:00', '12:00'), ...peaks('14:00', '18:00')].flatMap((peak) => [
    row('1.32', {}, peak),
    row('0.044', cacheRead, peak),
    row('3.96', output, peak),
  ]),
];
const V4_KEYS = [
  [INPUT, 'input'],
  [CACHE_READ, 'cache_read'],
  [OUTPUT, 'output'],
] as const;
const deepseekEvidence = real(
  page('PROVIDER', "DeepSeek's page of prices", 'https://api-docs.deepseek.com/quick_start/pricing', {
    [INPUT]: '0.66',
    [CACHE_READ]: '0.022',
    [OUTPUT]: '1.98',
    [`${INPUT} peak`]: '1.32',
    [`${CACHE_READ} peak`]: '0.044',
    [`${OUTPUT} peak`]: '3.96',
  }),
  page(
    'PROVIDER',
    "DeepSeek's page of prices before the change",
    'https://api-docs.deepseek.com/quick_start/pricing?model_version=DeepSeek-V4-Pro-0813',
    { [`${INPUT} until`]: '0.435', [`${CACHE_READ} until`]: '0.003625', [`${OUTPUT} until`]: '0.87' },
  ),
  modelsDev(
    'deepseek/deepseek-v4-pro',
    Object.fromEntries(V4_KEYS.map(([meter, key]) => [`${meter} until`, key])),
  ),
  genaiPrices(
    'deepseek',
    'deepseek-v4-pro',
    Object.fromEntries(
      V4_KEYS.flatMap(([meter, key]) => [
        [`${meter} until`, `0.prices.${key}_mtok`],
        [meter, `1.prices.${key}_mtok`],
        [`${meter} peak`, `2.prices.${key}_mtok`],
      ]),
    ),
    {
      '1.constraint.start_date': '2026-08-17',
      '2.constraint.start_time': '01:00:00Z',
      '2.constraint.end_time': '04:00:00Z',
      '3.constraint.start_time': '06:00:00Z',
      '3.constraint.end_time': '10:00:00Z',
    },
  ),
  piAi('deepseek', 'deepseek-v4-pro', {
    [`${INPUT} peak`]: 'input',
    [`${CACHE_READ} peak`]: 'cacheRead',
    [`${OUTPUT} peak`]: 'output',
  }),
);
const deepseekAt = (name: string, at: string, rates: readonly [string, string], total: string) => ({
  name: `DeepSeek V4 Pro, ${name}`,
  evidence: deepseekEvidence,
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

// Doubao Seed 1.8, by thousands of input [0,32], (32,128], (128,256] and, for the shortest, of output [0,0.2].
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

const cny = (states: { readonly [row: string]: string }) =>
  Object.fromEntries(Object.entries(states).map(([name, amount]) => [`${name} CNY`, amount]));
const doubaoStates = cny({
  [INPUT]: '0.8',
  [OUTPUT]: '2',
  [`${OUTPUT} out from 201`]: '8',
  [`${INPUT} in from 32001`]: '1.2',
  [`${OUTPUT} in from 32001`]: '16',
  [`${INPUT} in from 128001`]: '2.4',
  [`${OUTPUT} in from 128001`]: '24',
});
const doubaoEvidence = real(
  page(
    'OTHER',
    "a copy of Volcengine's page of doubao-seed-1.8",
    'https://www.volcengine.com/docs/82379/1330310',
    doubaoStates,
  ),
  page(
    'OTHER',
    "LobeHub's model bank, of Seed 1.6 at the same rates",
    'https://github.com/lobehub/lobe-chat/blob/d46bc9c9e3a5c7c1ddc333d0d329991b688e0b7d/packages/model-bank/src/aiModels/volcengine.ts',
    doubaoStates,
  ),
);

// GLM-4.7 in China, by thousands of input [0,32], (32,200] and, for the shorter, of output [0,0.2].
const short = { promptTokens: { from: 0, to: 32_001 }, outputTokens: { from: 0, to: 201 } };
const wordy = { promptTokens: { from: 0, to: 32_001 }, outputTokens: { from: 201 } };
const long = { promptTokens: { from: 32_001, to: 200_001 } };
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

const glmStates = cny({
  [INPUT]: '2',
  [`${INPUT} out from 201`]: '3',
  [`${INPUT} in from 32001`]: '4',
  [CACHE_READ]: '0.4',
  [`${CACHE_READ} out from 201`]: '0.6',
  [`${CACHE_READ} in from 32001`]: '0.8',
  [OUTPUT]: '8',
  [`${OUTPUT} out from 201`]: '14',
  [`${OUTPUT} in from 32001`]: '16',
});
const glmEvidence = real(
  page(
    'OTHER',
    "LobeHub's model bank",
    'https://github.com/lobehub/lobe-chat/blob/19c7d45f2f02933672b57d03cf26826172d080c1/packages/model-bank/src/aiModels/zhipu.ts',
    glmStates,
  ),
  page(
    'OTHER',
    "a copy of Volcengine's table of models built in, which has GLM-4.7",
    'https://www.volcengine.com/docs',
    glmStates,
  ),
);

// qwen-plus abroad: what it answers after thinking costs more than what it answers at once.
const qwenPlus = [
  row('0.4'),
  row('1.2', output, when({ thinking: false })),
  row('4', output, when({ thinking: true })),
];
const qwenPlusIn = (input: string, plain: string, thought: string) =>
  real(
    modelsDev('alibaba/qwen-plus', { [input]: 'input', [plain]: 'output', [thought]: 'reasoning' }),
    liteLlm('dashscope/qwen-plus-2025-07-14', {
      [input]: 'input_cost_per_token',
      [plain]: 'output_cost_per_token',
      [thought]: 'output_cost_per_reasoning_token',
    }),
  );
const qwenPlusEvidence = qwenPlusIn(INPUT, `${OUTPUT} not thinking`, `${OUTPUT} thinking`);

// DeepSeek V4 Pro, off peak: 4.5 and 13.5 yuan in China, 0.66 and 1.98 dollars elsewhere.
const v4Tariffs = {
  usd: [row('0.66'), row('1.98', output)],
  cny: [row('4.5', {}, yuan), row('13.5', output, yuan)],
};
const usdSources = [
  page('PROVIDER', "DeepSeek's page of prices", 'https://api-docs.deepseek.com/quick_start/pricing', {
    [INPUT]: '0.66',
    [OUTPUT]: '1.98',
  }),
];
const cnyStates = cny({ [INPUT]: '4.5', [OUTPUT]: '13.5' });
const cnySources = [
  page(
    'OTHER',
    "LobeHub's model bank",
    'https://github.com/lobehub/lobe-chat/blob/main/packages/model-bank/src/aiModels/deepseek.ts',
    cnyStates,
  ),
  page(
    'OTHER',
    "dsh-meter's copy of DeepSeek's page in Chinese",
    'https://raw.githubusercontent.com/J-Chien/dsh-meter/afcd149b017e96e1c1ae6520f175e271ce823854/docs/examples/prices.deepseek.yaml',
    cnyStates,
  ),
];

export const textFixtures: readonly PriceFixture[] = [
  {
    name: 'Claude Opus 5, cache read and writes of both lives',
    evidence: opus5Evidence,
    prices: opus5,
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
    name: 'Claude Opus 5, three searches at 10 for a thousand',
    evidence: opus5Evidence,
    prices: opus5,
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
    name: 'Claude Opus 5, a tool that has no price',
    evidence: opus5Evidence,
    prices: opus5,
    usage: { input: 1000 },
    extras: searches('code_interpreter', 1),
    lines: [[INPUT, 1000, '5', '0.005']],
    total: 'METER_UNPRICED tool_calls.none.none.plain',
  },
  {
    name: 'Claude Opus 5, batch at half',
    evidence: opus5Evidence,
    prices: opus5,
    usage: { input: 1000, output: 500 },
    serviceTier: 'BATCH',
    lines: [
      [INPUT, 1000, '2.5', '0.0025'],
      [OUTPUT, 500, '12.5', '0.00625'],
    ],
    total: '0.00875 USD',
  },
  {
    name: 'Claude Opus 5, batch, a cache write that has no batch price',
    evidence: opus5Evidence,
    prices: opus5,
    usage: { input: 1000, cacheWrite5m: 10 },
    serviceTier: 'BATCH',
    lines: [[INPUT, 1000, '2.5', '0.0025']],
    total: 'METER_UNPRICED tokens.input.text.cache_write_5m',
  },
  {
    name: 'Claude Opus 5, a tier that nobody prices',
    evidence: opus5Evidence,
    prices: opus5,
    usage: { input: 1000 },
    serviceTier: 'FAST',
    lines: [],
    total: 'TIER_UNPRICED',
  },
  {
    name: 'gpt-5, reasoning as output',
    evidence: gpt5Evidence,
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
  // The same figures, where a list says them of reasoning tokens.
  {
    name: 'qwen-plus abroad, reasoning at its own rate',
    evidence: qwenPlusIn(INPUT, OUTPUT, REASONING),
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
      ['FLEX', '0.625', '0.0625', '5', '0.000625', '0.0000625', '0.005', '0.0056875'],
      ['PRIORITY', '2.5', '0.25', '20', '0.0025', '0.00025', '0.02', '0.02275'],
    ] as const
  ).map(([serviceTier, rateIn, rateCached, rateOut, paidIn, paidCached, paidOut, total]) => ({
    name: `gpt-5, ${serviceTier}`,
    evidence: gpt5Evidence,
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
  {
    name: 'gpt-5.5, batch at half',
    evidence: gpt55BatchEvidence,
    prices: gpt55Batch,
    usage: { input: 1000, output: 1000 },
    serviceTier: 'BATCH',
    lines: [
      [INPUT, 1000, '2.5', '0.0025'],
      [OUTPUT, 1000, '15', '0.015'],
    ],
    total: '0.0175 USD',
  },
  deepseekAt('the last moment before the new rates', '2026-08-16T15:59:59.999Z', flat, '1.305'),
  deepseekAt('at what would be peak, before its date', '2026-08-13T02:00:00Z', flat, '1.305'),
  deepseekAt('the first moment of the new rates', '2026-08-16T16:00:00Z', offPeak, '2.64'),
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
    name: `Doubao Seed 1.8, ${given} in and ${made} out`,
    evidence: doubaoEvidence,
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
      [31_000, 200, '2', '0.002', '0.4', '0.0124', '8', '0.0016', '0.016'],
      [31_000, 201, '3', '0.003', '0.6', '0.0186', '14', '0.002814', '0.024414'],
      [31_001, 200, '4', '0.004', '0.8', '0.0248008', '16', '0.0032', '0.0320008'],
    ] as const
  ).map(([cached, made, rateIn, paidIn, rateCached, paidCached, rateOut, paidOut, total]) => ({
    name: `GLM-4.7 in China, ${cached} cached and ${made} out`,
    evidence: glmEvidence,
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
    name: 'qwen-plus abroad, not thinking',
    evidence: qwenPlusEvidence,
    prices: qwenPlus,
    usage: { input: 1000, output: 1000 },
    thinking: false,
    lines: [
      [INPUT, 1000, '0.4', '0.0004'],
      [OUTPUT, 1000, '1.2', '0.0012'],
    ],
    total: '0.0016 USD',
  },
  {
    name: 'qwen-plus abroad, thinking',
    evidence: qwenPlusEvidence,
    prices: qwenPlus,
    usage: { input: 1000, output: 1000 },
    thinking: true,
    lines: [
      [INPUT, 1000, '0.4', '0.0004'],
      [OUTPUT, 1000, '4', '0.004'],
    ],
    total: '0.0044 USD',
  },
  {
    name: 'qwen-plus abroad, reasoning tokens show that it thought',
    evidence: qwenPlusEvidence,
    prices: qwenPlus,
    usage: { input: 1000, output: 100, reasoning: 900 },
    lines: [
      [INPUT, 1000, '0.4', '0.0004'],
      [OUTPUT, 100, '4', '0.0004'],
      [REASONING, 900, '4', '0.0036'],
    ],
    total: '0.0044 USD',
  },
  {
    name: 'DeepSeek V4 Pro, in dollars',
    evidence: real(...usdSources),
    prices: v4Tariffs.usd,
    usage: { input: 1000, output: 1000 },
    lines: [
      [INPUT, 1000, '0.66', '0.00066'],
      [OUTPUT, 1000, '1.98', '0.00198'],
    ],
    total: '0.00264 USD',
  },
  {
    name: 'DeepSeek V4 Pro, in yuan',
    evidence: real(...cnySources),
    prices: v4Tariffs.cny,
    usage: { input: 1000, output: 1000 },
    lines: [
      [INPUT, 1000, '4.5', '0.0045'],
      [OUTPUT, 1000, '13.5', '0.0135'],
    ],
    total: '0.018 CNY',
  },
  {
    name: 'two tariffs in one offering: never a line of each',
    evidence: real(
      page('PROVIDER', "DeepSeek's page of prices", 'https://api-docs.deepseek.com/quick_start/pricing', {
        [INPUT]: '0.66',
      }),
      ...cnySources,
    ),
    prices: [row('0.66'), ...v4Tariffs.cny],
    usage: { input: 1000, output: 1000 },
    lines: [
      [INPUT, 1000, '4.5', '0.0045'],
      [OUTPUT, 1000, '13.5', '0.0135'],
    ],
    total: '0.018 CNY',
  },
];
