import { row } from '../price-rows.ts';
import { INPUT, OUTPUT, output, type PriceFixture, when } from './price-fixture.ts';

// alibaba-token-plan lists 0 and 0 (models.dev): a subscription. Amazon Bedrock sells capacity by commitment. Neither is 0.
const plan = [row('0', {}, { billing: 'PLAN' }), row('0', output, { billing: 'PLAN' })];
const commitment = [row('39.6', { family: 'REQUESTS' }, { billing: 'COMMITMENT', per: 1 })];
const free = [row('0', {}, { billing: 'FREE' }), row('0', output, { billing: 'FREE' })];
const usage = { input: 1000, output: 100 };

// Regional processing of OpenAI's costs 1.1 times the rate (OpenAI's page): gpt-5, 1.25 and 1.375.
const regional = [row('1.25'), row('1.375', {}, when({ region: 'eu' }))];

export const billingFixtures: readonly PriceFixture[] = [
  { name: 'a free offering', prices: [], offering: { billing: 'FREE' }, usage, lines: [], total: 'FREE' },
  {
    name: 'free rows have lines of 0',
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
    prices: plan,
    offering: { billing: 'PLAN' },
    usage,
    lines: [],
    total: 'PLAN',
  },
  { name: 'nothing but rows of a plan', prices: plan, usage, lines: [], total: 'PLAN' },
  {
    name: 'an offering of a commitment',
    prices: commitment,
    offering: { billing: 'COMMITMENT' },
    usage,
    lines: [],
    total: 'COMMITMENT',
  },
  { name: 'nothing but rows of a commitment', prices: commitment, usage, lines: [], total: 'COMMITMENT' },
  {
    name: 'a plan beside a price by use',
    prices: [...plan, ...commitment, row('3'), row('15', output)],
    usage,
    lines: [
      [INPUT, 1000, '3', '0.003'],
      [OUTPUT, 100, '15', '0.0015'],
    ],
    total: '0.0045 USD',
  },
  { name: 'no price', prices: [], usage, lines: [], total: 'NO_PRICE' },
  {
    name: 'what is not known',
    prices: [row('3')],
    usage,
    lines: [[INPUT, 1000, '3', '0.003']],
    total: `METER_UNPRICED ${OUTPUT}`,
  },
  {
    name: 'a region with a rate of its own',
    prices: regional,
    usage: { input: 1000 },
    region: 'eu',
    lines: [[INPUT, 1000, '1.375', '0.001375']],
    total: '0.001375 USD',
  },
  {
    name: 'the offering is of that region',
    prices: regional,
    usage: { input: 1000 },
    offering: { billing: 'METERED', region: 'eu' },
    lines: [[INPUT, 1000, '1.375', '0.001375']],
    total: '0.001375 USD',
  },
  {
    name: 'a region that has none',
    prices: regional,
    usage: { input: 1000 },
    region: 'us',
    lines: [[INPUT, 1000, '1.25', '0.00125']],
    total: '0.00125 USD',
  },
  {
    name: 'a price of another region alone',
    prices: regional.slice(1),
    usage: { input: 1000 },
    lines: [],
    total: `METER_UNPRICED ${INPUT}`,
  },
];
