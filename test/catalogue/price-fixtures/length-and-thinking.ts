import { row } from '../price-rows.ts';
import { liteLlm, modelsDev, page, real } from './price-evidence.ts';
import {
  CACHE_READ,
  cacheRead,
  INPUT,
  OUTPUT,
  output,
  type PriceFixture,
  REASONING,
  reasoning,
  when,
} from './price-fixture.ts';

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
    "Volcengine's page of model prices, as others copied its part of doubao-seed-1.8",
    'a copy without an address: 模型价格, 输入长度 [0, 32] 且输出长度 [0, 0.2], of doubao-seed-1.8',
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
    "Volcengine's table of models that are built in, as others copied it",
    'a copy without an address: 输入长度 [0, 32] 且 输出长度 [0, 0.2], of GLM-4.7',
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

/** Lengths of prompt and answer at once; thinking. */
export const lengthAndThinkingFixtures: readonly PriceFixture[] = [
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
];
