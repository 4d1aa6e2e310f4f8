import { row } from '../price-rows.ts';
import { genaiPrices, modelsDev, page, piAi, real } from './price-evidence.ts';
import { CACHE_READ, cacheRead, INPUT, OUTPUT, output, type PriceFixture, when } from './price-fixture.ts';

// DeepSeek V4 Pro: new rates from 16:00 UTC on August 16, 2026, which is midnight in Beijing; peak is 01:00-04:00 and
// 06:00-10:00 UTC. From August 23 in Beijing it is Monday to Friday only. DeepSeek leaves public
// holidays out too, which these rows do not say.
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
const cnyStates = { [`${INPUT} CNY`]: '4.5', [`${OUTPUT} CNY`]: '13.5' };
const cnySources = [
  page(
    'OTHER',
    "LobeHub's model bank 1.0.20260927202305",
    'crosscheck-18-models.txt beside the other samples: dsv4pro, MB',
    cnyStates,
  ),
  page(
    'OTHER',
    "dsh-meter's copy of DeepSeek's page in Chinese",
    'https://raw.githubusercontent.com/J-Chien/dsh-meter/afcd149b017e96e1c1ae6520f175e271ce823854/docs/examples/prices.deepseek.yaml',
    cnyStates,
  ),
];

/** Dates, hours and weekdays at once; two tariffs of one model. */
export const deepseekFixtures: readonly PriceFixture[] = [
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
