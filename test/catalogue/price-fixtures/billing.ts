import { row } from '../price-rows.ts';
import { genaiPrices, liteLlm, modelsDev, piAi, real, rule } from './price-evidence.ts';
import { INPUT, OUTPUT, output, type PriceFixture, when } from './price-fixture.ts';

// Lists state 0 for what a subscription covers, and a price by the hour for capacity that is bought ahead. Neither is 0.
const plan = [row('0', {}, { billing: 'PLAN' }), row('0', output, { billing: 'PLAN' })];
const commitment = [row('100', { family: 'REQUESTS' }, { billing: 'COMMITMENT', per: 1 })];
const free = [row('0', {}, { billing: 'FREE' }), row('0', output, { billing: 'FREE' })];
const usage = { input: 1000, output: 100 };

// Claude Haiku 4.5 on Bedrock: what is kept in a region costs 1.1 times as much.
const regional = [row('1'), row('1.1', {}, when({ region: 'eu' }))];
const HAIKU = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const EUROPE = `${INPUT} eu`;
const globally = [
  modelsDev(`amazon-bedrock/global.${HAIKU}`, { [INPUT]: 'input' }),
  piAi('amazon-bedrock', `global.${HAIKU}`, { [INPUT]: 'input' }),
];
const inEurope = [
  modelsDev(`amazon-bedrock/eu.${HAIKU}`, { [EUROPE]: 'input' }),
  piAi('amazon-bedrock', `eu.${HAIKU}`, { [EUROPE]: 'input' }),
  liteLlm(`eu.${HAIKU}`, { [EUROPE]: 'input_cost_per_token' }),
];

const sonnet = [row('3'), row('15', output)];
const sonnetEvidence = real(
  genaiPrices('anthropic', 'claude-sonnet-4-0', { [INPUT]: 'input_mtok', [OUTPUT]: 'output_mtok' }),
  liteLlm('claude-sonnet-4-20250514', { [INPUT]: 'input_cost_per_token', [OUTPUT]: 'output_cost_per_token' }),
);
const zeroes = rule('0 stands for what has no price of its own');
const commitmentRule = rule('a made-up rate for an hour of capacity, to show that it prices no request');

export const billingFixtures: readonly PriceFixture[] = [
  {
    name: 'a free offering',
    evidence: zeroes,
    prices: [],
    offering: { billing: 'FREE' },
    usage,
    lines: [],
    total: 'FREE',
  },
  {
    name: 'free rows have lines of 0',
    evidence: zeroes,
    prices: free,
    usage,
    lines: [
      [INPUT, 1000, '0', '0'],
      [OUTPUT, 100, '0', '0'],
    ],
    total: '0 USD',
  },
  {
    name: 'an offering of a plan',
    evidence: zeroes,
    prices: plan,
    offering: { billing: 'PLAN' },
    usage,
    lines: [],
    total: 'PLAN',
  },
  { name: 'nothing but rows of a plan', evidence: zeroes, prices: plan, usage, lines: [], total: 'PLAN' },
  {
    name: 'an offering of a commitment',
    evidence: commitmentRule,
    prices: commitment,
    offering: { billing: 'COMMITMENT' },
    usage,
    lines: [],
    total: 'COMMITMENT',
  },
  {
    name: 'nothing but rows of a commitment',
    evidence: commitmentRule,
    prices: commitment,
    usage,
    lines: [],
    total: 'COMMITMENT',
  },
  {
    name: 'a plan beside a price by use',
    evidence: rule('a plan and a made-up commitment beside rates as real ones are'),
    prices: [...plan, ...commitment, ...sonnet],
    usage,
    lines: [
      [INPUT, 1000, '3', '0.003'],
      [OUTPUT, 100, '15', '0.0015'],
    ],
    total: '0.0045 USD',
  },
  {
    name: 'Claude Sonnet 4, for the difference',
    evidence: sonnetEvidence,
    prices: sonnet,
    usage,
    lines: [
      [INPUT, 1000, '3', '0.003'],
      [OUTPUT, 100, '15', '0.0015'],
    ],
    total: '0.0045 USD',
  },
  { name: 'no price', evidence: zeroes, prices: [], usage, lines: [], total: 'NO_PRICE' },
  {
    name: 'what is not known',
    evidence: real(
      genaiPrices('anthropic', 'claude-sonnet-4-0', { [INPUT]: 'input_mtok' }),
      liteLlm('claude-sonnet-4-20250514', { [INPUT]: 'input_cost_per_token' }),
    ),
    prices: sonnet.slice(0, 1),
    usage,
    lines: [[INPUT, 1000, '3', '0.003']],
    total: `METER_UNPRICED ${OUTPUT}`,
  },
  {
    name: 'a region with a rate of its own',
    evidence: real(...globally, ...inEurope),
    prices: regional,
    usage: { input: 1000 },
    region: 'eu',
    lines: [[INPUT, 1000, '1.1', '0.0011']],
    total: '0.0011 USD',
  },
  {
    name: 'the offering is of that region',
    evidence: real(...globally, ...inEurope),
    prices: regional,
    usage: { input: 1000 },
    offering: { billing: 'METERED', region: 'eu' },
    lines: [[INPUT, 1000, '1.1', '0.0011']],
    total: '0.0011 USD',
  },
  {
    name: 'a region that has none',
    evidence: real(...globally, ...inEurope),
    prices: regional,
    usage: { input: 1000 },
    region: 'us',
    lines: [[INPUT, 1000, '1', '0.001']],
    total: '0.001 USD',
  },
  {
    name: 'a price of another region alone',
    evidence: real(...inEurope),
    prices: regional.slice(1),
    usage: { input: 1000 },
    lines: [],
    total: `METER_UNPRICED ${INPUT}`,
  },
];
