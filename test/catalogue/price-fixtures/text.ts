import { row } from '../price-rows.ts';
import { genaiPrices, liteLlm, page, portkey, real } from './price-evidence.ts';
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
];
