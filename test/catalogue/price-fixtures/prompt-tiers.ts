import { row } from '../price-rows.ts';
import { genaiPrices, liteLlm, modelsDev, piAi, portkey, real, rule } from './price-evidence.ts';
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

/** Names of the two rows of a meter that part at a bound. */
const tiers = (meter: string, first: number) => [`${meter}`, `${meter} in from ${first}`] as const;
const statesOf = (
  first: number,
  stated: readonly (readonly [meter: string, low: string, high: string])[],
): { readonly [row: string]: string } =>
  Object.fromEntries(
    stated.flatMap(([meter, low, high]) => {
      const [lower, upper] = tiers(meter, first);
      return [
        [lower, low],
        [upper, high],
      ];
    }),
  );

// All of these say "above" or "over" the bound, so that the bound itself is the lower tier.
const grok4Fast = [
  ...parted(128_001, {}, '0.2', '0.4'),
  row('0.05', cacheRead),
  ...parted(128_001, output, '0.5', '1'),
];
const grok4FastEvidence = real(
  liteLlm('xai/grok-4-fast-reasoning', {
    ...statesOf(128_001, [
      [INPUT, 'input_cost_per_token', 'input_cost_per_token_above_128k_tokens'],
      [OUTPUT, 'output_cost_per_token', 'output_cost_per_token_above_128k_tokens'],
    ]),
    [CACHE_READ]: 'cache_read_input_token_cost',
  }),
  genaiPrices(
    'openrouter',
    'x-ai/grok-4-fast',
    {
      ...statesOf(128_001, [
        [INPUT, 'input_mtok.base', 'input_mtok.tiers.0.price'],
        [OUTPUT, 'output_mtok.base', 'output_mtok.tiers.0.price'],
      ]),
      [CACHE_READ]: 'cache_read_mtok',
    },
    { 'input_mtok.tiers.0.start': 128_000, 'output_mtok.tiers.0.start': 128_000 },
  ),
);

const inMillions = (first: number, meters: readonly (readonly [meter: string, key: string])[]) =>
  statesOf(
    first,
    meters.map(([meter, key]) => [meter, `${key}.base`, `${key}.tiers.0.price`]),
  );
const PLAIN = [
  [INPUT, 'input'],
  [CACHE_READ, 'cache_read'],
  [OUTPUT, 'output'],
] as const;
const tieredAt = (first: number, meters: readonly (readonly [meter: string, key: string])[]) =>
  statesOf(
    first,
    meters.map(([meter, key]) => [meter, key, `tiers.0.${key}`]),
  );
const PI = [
  [INPUT, 'input'],
  [CACHE_READ, 'cacheRead'],
  [OUTPUT, 'output'],
] as const;

const gemini25 = [
  ...parted(200_001, {}, '1.25', '2.5'),
  ...parted(200_001, cacheRead, '0.125', '0.25'),
  ...parted(200_001, output, '10', '15'),
];

const gemini25Evidence = real(
  genaiPrices(
    'google',
    'gemini-2.5-pro',
    inMillions(200_001, [
      [INPUT, 'input_mtok'],
      [CACHE_READ, 'cache_read_mtok'],
      [OUTPUT, 'output_mtok'],
    ]),
    { 'input_mtok.tiers.0.start': 200_000 },
  ),
  modelsDev('google/gemini-2.5-pro', tieredAt(200_001, PLAIN), { 'tiers.0.tier.size': 200_000 }),
  piAi('google', 'gemini-2.5-pro', tieredAt(200_001, PI), { 'tiers.0.inputTokensAbove': 200_000 }),
);

const sonnet45 = [
  ...parted(200_001, {}, '3', '6'),
  ...parted(200_001, cacheRead, '0.3', '0.6'),
  ...parted(200_001, cacheWrite5m, '3.75', '7.5'),
  ...parted(200_001, cacheWrite1h, '6', '12'),
  ...parted(200_001, output, '15', '22.5'),
];

const sonnet45Evidence = real(
  genaiPrices(
    'anthropic',
    'claude-sonnet-4-5',
    inMillions(200_001, [
      [INPUT, 'input_mtok'],
      [CACHE_READ, 'cache_read_mtok'],
      [CACHE_WRITE_5M, 'cache_write_mtok'],
      [CACHE_WRITE_1H, 'cache_write_1h_mtok'],
      [OUTPUT, 'output_mtok'],
    ]),
    { 'input_mtok.tiers.0.start': 200_000 },
  ),
  liteLlm(
    'claude-sonnet-4-5',
    statesOf(
      200_001,
      (
        [
          [INPUT, 'input_cost_per_token'],
          [CACHE_READ, 'cache_read_input_token_cost'],
          [CACHE_WRITE_5M, 'cache_creation_input_token_cost'],
          [CACHE_WRITE_1H, 'cache_creation_input_token_cost_above_1hr'],
          [OUTPUT, 'output_cost_per_token'],
        ] as const
      ).map(([meter, key]) => [meter, key, `${key}_above_200k_tokens`]),
    ),
  ),
);

// Of those who tell the bound, models.dev, pi-ai, Portkey (`lte-272k`, `gt-272k`) and LiteLLM say above 272,000; genai-prices
// alone says above 271,999.
const gpt55 = [
  ...parted(272_001, {}, '5', '10'),
  ...parted(272_001, cacheRead, '0.5', '1'),
  ...parted(272_001, output, '30', '45'),
];
const portkeyTier = (tier: string, key: string): string =>
  `regions.default.execution_modes.standard.context_tiers.${tier}.pricing_config.pay_as_you_go.${key}.price`;
const gpt55Evidence = real(
  modelsDev('openai/gpt-5.5', tieredAt(272_001, PLAIN), { 'tiers.0.tier.size': 272_000 }),
  piAi('openai', 'gpt-5.5', tieredAt(272_001, PI), { 'tiers.0.inputTokensAbove': 272_000 }),
  portkey(
    'openai',
    'gpt-5.5',
    statesOf(
      272_001,
      (
        [
          [INPUT, 'request_token'],
          [CACHE_READ, 'cache_read_input_token'],
          [OUTPUT, 'response_token'],
        ] as const
      ).map(([meter, key]) => [meter, portkeyTier('lte-272k', key), portkeyTier('gt-272k', key)]),
    ),
    { 'context_tier_map.272000': 'gt-272k' },
  ),
);

// The same figures read as graduated tiers, for the difference; no provider above bills so.
const graduated = gemini25.map((price) => ({ ...price, tierMode: 'GRADUATED' as const }));

export const promptTiers: readonly PriceFixture[] = [
  {
    name: 'Grok 4 Fast, one below 128k',
    prices: grok4Fast,
    evidence: grok4FastEvidence,
    usage: { input: 127_999, output: 1000 },
    lines: [
      [INPUT, 127_999, '0.2', '0.0255998'],
      [OUTPUT, 1000, '0.5', '0.0005'],
    ],
    total: '0.0260998 USD',
  },
  {
    name: 'Grok 4 Fast, at 128k',
    prices: grok4Fast,
    evidence: grok4FastEvidence,
    usage: { input: 128_000 },
    lines: [[INPUT, 128_000, '0.2', '0.0256']],
    total: '0.0256 USD',
  },
  {
    name: 'Grok 4 Fast, one above 128k',
    prices: grok4Fast,
    evidence: grok4FastEvidence,
    usage: { input: 128_001, output: 1000 },
    lines: [
      [INPUT, 128_001, '0.4', '0.0512004'],
      [OUTPUT, 1000, '1', '0.001'],
    ],
    total: '0.0522004 USD',
  },
  {
    name: 'Gemini 2.5 Pro, one below 200k',
    prices: gemini25,
    evidence: gemini25Evidence,
    usage: { input: 199_999 },
    lines: [[INPUT, 199_999, '1.25', '0.24999875']],
    total: '0.24999875 USD',
  },
  {
    name: 'Gemini 2.5 Pro, at 200k, cached tokens counted',
    prices: gemini25,
    evidence: gemini25Evidence,
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
    evidence: gemini25Evidence,
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
    evidence: sonnet45Evidence,
    usage: { input: 199_999 },
    lines: [[INPUT, 199_999, '3', '0.599997']],
    total: '0.599997 USD',
  },
  {
    name: 'Claude Sonnet 4.5, at 200k, with every kind of cache',
    prices: sonnet45,
    evidence: sonnet45Evidence,
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
    evidence: sonnet45Evidence,
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
    evidence: gpt55Evidence,
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
    evidence: gpt55Evidence,
    usage: { input: 272_000, output: 10 },
    lines: [
      [INPUT, 272_000, '5', '1.36'],
      [OUTPUT, 10, '30', '0.0003'],
    ],
    total: '1.3603 USD',
  },
  {
    name: 'gpt-5.5, one above 272k',
    prices: gpt55,
    evidence: gpt55Evidence,
    usage: { input: 272_001, output: 10 },
    lines: [
      [INPUT, 272_001, '10', '2.72001'],
      [OUTPUT, 10, '45', '0.00045'],
    ],
    total: '2.72046 USD',
  },
  {
    name: 'graduated: each token at its own tier',
    prices: graduated,
    evidence: rule('no provider above bills graduated tiers; the figures of one of them, for the difference'),
    usage: { input: 200_010, output: 100 },
    lines: [
      [INPUT, 200_000, '1.25', '0.25'],
      [INPUT, 10, '2.5', '0.000025'],
      [OUTPUT, 100, '15', '0.0015'],
    ],
    total: '0.251525 USD',
  },
];
