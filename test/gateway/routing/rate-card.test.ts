import { expect, it } from 'vitest';
import { conversionOf } from '../../../src/catalogue/fx.ts';
import { costOf } from '../../../src/catalogue/price-engine.ts';
import { SERVICE_TIERS } from '../../../src/domain/completion-request.ts';
import type { FxRate } from '../../../src/domain/fx.ts';
import { asOfferingId, asPriceId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { Price, PriceConditions, TokenType } from '../../../src/domain/price.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import {
  createRateCard,
  type ExpectedTokens,
  type RateTerms,
} from '../../../src/gateway/routing/rate-card.ts';
import { shippedCatalogue } from '../../support/shipped.ts';

const AT = new Date('2026-11-02T10:00:00Z');
const provenance = { source: 'test', observedAt: AT };
const FX: readonly FxRate[] = [
  { base: 'USD', quote: 'CNY', rate: new Decimal('7.2'), date: '2026-11-01', provenance },
];

/** Even over 0 inclusive to 1 exclusive, the same for the same seed. */
const seeded = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

type Row = Partial<Omit<Price, 'amount' | 'meter'>> & {
  readonly of: TokenType | 'OUTPUT' | 'REQUEST';
  readonly amount: string;
};

const priceOf = ({ of, amount, ...rest }: Row, index: number): Price => ({
  id: asPriceId(`row-${index}`),
  offeringId: asOfferingId('p/m'),
  meter:
    of === 'REQUEST'
      ? { family: 'REQUESTS', direction: 'NONE', modality: 'NONE', tokenType: 'PLAIN' }
      : {
          family: 'TOKENS',
          direction: of === 'OUTPUT' ? 'OUTPUT' : 'INPUT',
          modality: 'TEXT',
          tokenType: of === 'OUTPUT' ? 'PLAIN' : of,
        },
  amount: new Decimal(amount),
  per: of === 'REQUEST' ? 1 : 1_000_000,
  currency: 'USD',
  serviceTier: 'STANDARD',
  conditions: {},
  tierMode: 'CLIFF',
  billing: 'METERED',
  provenance,
  ...rest,
});

const METERED = { billing: 'METERED' } as const;
const cardOf = (rows: readonly Row[], fx = FX) => createRateCard(METERED, rows.map(priceOf), fx);

/** By the price engine, in US dollars; NaN where it is not priced. */
const exactly = (
  prices: readonly Price[],
  { input, cacheRead, output }: ExpectedTokens,
  at: Date,
  { serviceTier, thinks }: RateTerms,
  offering: Parameters<typeof costOf>[0]['offering'] = METERED,
): number => {
  const usage = usageOf({ input: input - cacheRead, cacheRead, output });
  const cost = costOf({ offering, prices, usage, at, serviceTier, thinking: thinks });
  if (cost.kind === 'FREE') return 0;
  if (cost.kind === 'UNPRICED') return Number.NaN;
  const factor = conversionOf(cost.currency, 'USD', FX)?.factor;
  return factor === undefined ? Number.NaN : cost.total.times(factor).toNumber();
};

const expectNear = (actual: number, exact: number, what: string): void => {
  if (Number.isNaN(exact) ? Number.isNaN(actual) : Math.abs(actual - exact) <= 1e-3 * exact + 1e-15) return;
  expect.unreachable(`${what}: the card says ${actual}, the engine ${exact}`);
};

/** Sizes around the bounds of tiers as often as others, and none at all. */
const sizeBy = (random: () => number, bounds: readonly number[], most: number): number => {
  const bound = bounds[Math.floor(random() * bounds.length)];
  if (bound !== undefined && random() < 0.5) return Math.max(0, bound - 2 + Math.floor(random() * 5));
  return random() < 0.1 ? 0 : Math.ceil(random() ** 3 * most);
};

const boundsIn = (prices: readonly Price[], of: 'promptTokens' | 'outputTokens'): readonly number[] =>
  prices.flatMap(({ conditions }) =>
    [conditions[of]?.from, conditions[of]?.to].filter((bound) => bound !== undefined),
  );

const tokensBy = (random: () => number, prices: readonly Price[]): ExpectedTokens => {
  const input = sizeBy(random, boundsIn(prices, 'promptTokens'), 400_000);
  const cacheRead =
    random() < 0.5 ? 0 : Math.min(input, sizeBy(random, boundsIn(prices, 'promptTokens'), input));
  return { input, cacheRead, output: sizeBy(random, boundsIn(prices, 'outputTokens'), 20_000) };
};

it('agrees with the price engine on each shipped offering, at all times, sizes and tiers', async () => {
  const catalogue = await shippedCatalogue();
  const random = seeded(7);
  let priced = 0;
  for (const offering of catalogue.offerings) {
    const prices = catalogue.pricesOf(offering.id);
    const card = createRateCard(offering, prices, FX);
    for (let round = 0; round < 8; round += 1) {
      const tokens = tokensBy(random, prices);
      const at = new Date(AT.getTime() + (random() - 0.7) * 2 * 365 * 86_400_000);
      const serviceTier =
        (random() < 0.6 ? 'STANDARD' : SERVICE_TIERS[Math.floor(random() * 5)]) ?? 'STANDARD';
      const terms = { serviceTier, thinks: random() < 0.3 };
      const exact = exactly(prices, tokens, at, terms, offering);
      expectNear(
        card.costOf(tokens, at, terms),
        exact,
        `${offering.id} ${JSON.stringify({ tokens, at, terms })}`,
      );
      if (exact > 0) priced += 1;
    }
  }
  expect(priced).toBeGreaterThan(5_000);
});

it('agrees with the price engine on tiers, graduated ones, hours and dates, in any order of asking', () => {
  const day = { from: '08:00', to: '20:00', zone: 'Asia/Shanghai' };
  const over = (from: number): PriceConditions => ({ promptTokens: { from } });
  const lists: readonly (readonly Row[])[] = [
    [
      { of: 'PLAIN', amount: '1' },
      { of: 'PLAIN', amount: '3', conditions: over(1_000), tierMode: 'GRADUATED' },
      { of: 'PLAIN', amount: '7', conditions: over(5_000), tierMode: 'GRADUATED' },
      { of: 'CACHE_READ', amount: '0.1' },
      { of: 'CACHE_READ', amount: '0.4', conditions: over(2_000), tierMode: 'GRADUATED' },
      { of: 'OUTPUT', amount: '10' },
      {
        of: 'OUTPUT',
        amount: '20',
        conditions: { outputTokens: { from: 100, to: 400 } },
        tierMode: 'GRADUATED',
      },
      { of: 'OUTPUT', amount: '30', conditions: { outputTokens: { from: 400 } }, tierMode: 'GRADUATED' },
    ],
    [
      { of: 'PLAIN', amount: '2', conditions: { timeWindow: day } },
      { of: 'PLAIN', amount: '1' },
      { of: 'OUTPUT', amount: '9', effectiveTo: AT },
      { of: 'OUTPUT', amount: '8', effectiveFrom: AT },
      { of: 'REQUEST', amount: '0.01' },
    ],
    [
      { of: 'PLAIN', amount: '1' },
      { of: 'OUTPUT', amount: '2', conditions: { thinking: false } },
      { of: 'OUTPUT', amount: '8', conditions: { thinking: true } },
      { of: 'OUTPUT', amount: '9', conditions: { thinking: true, outputTokens: { from: 300 } } },
    ],
    [
      { of: 'PLAIN', amount: '4', currency: 'CNY' },
      { of: 'OUTPUT', amount: '12', currency: 'CNY' },
      { of: 'OUTPUT', amount: '24', currency: 'CNY', conditions: over(3_000) },
    ],
  ];
  const random = seeded(11);
  for (const rows of lists) {
    const prices = rows.map(priceOf);
    const card = createRateCard(METERED, prices, FX);
    for (let round = 0; round < 3_000; round += 1) {
      const [input, output] = [Math.floor(random() * 8_000), Math.floor(random() * 600)];
      const tokens = { input, cacheRead: random() < 0.5 ? 0 : Math.floor(random() * (input + 1)), output };
      const at = new Date(AT.getTime() + Math.round((random() - 0.5) * 4 * 86_400_000));
      const terms: RateTerms = { serviceTier: 'STANDARD', thinks: random() < 0.5 };
      expectNear(
        card.costOf(tokens, at, terms),
        exactly(prices, tokens, at, terms),
        JSON.stringify({ tokens, at, terms }),
      );
    }
  }
});

const USUAL: RateTerms = { serviceTier: 'STANDARD', thinks: false };
const TOKENS = { input: 1_000, cacheRead: 0, output: 100 };
const RATES: readonly Row[] = [
  { of: 'PLAIN', amount: '1' },
  { of: 'OUTPUT', amount: '10' },
];

it.each([
  ['free', createRateCard({ billing: 'FREE' }, [], []), TOKENS, 0],
  ['without a price', createRateCard({ billing: 'UNKNOWN' }, [], []), TOKENS, Number.NaN],
  ['covered by a plan', createRateCard({ billing: 'PLAN' }, RATES.map(priceOf), []), TOKENS, Number.NaN],
  ['priced', cardOf(RATES), TOKENS, 0.002],
  ['of which nothing is written', cardOf([{ of: 'PLAIN', amount: '1' }]), { ...TOKENS, output: 0 }, 0.001],
  ['of which the answer has no price', cardOf([{ of: 'PLAIN', amount: '1' }]), TOKENS, Number.NaN],
  ['whose cached tokens have no rate', cardOf(RATES), { ...TOKENS, cacheRead: 500 }, Number.NaN],
  [
    'in a currency with a rate',
    cardOf(RATES.map((row) => ({ ...row, currency: 'CNY' }))),
    TOKENS,
    0.002 / 7.2,
  ],
  [
    'in a currency without one',
    cardOf(
      RATES.map((row) => ({ ...row, currency: 'CNY' })),
      [],
    ),
    TOKENS,
    Number.NaN,
  ],
])('what is %s', (_what, card, tokens, expected) => {
  expectNear(card.costOf(tokens, AT, USUAL), expected, 'the case');
});

it('a tier without rows has no price, though others have', () => {
  expect(cardOf(RATES).costOf(TOKENS, AT, { ...USUAL, serviceTier: 'FLEX' })).toBeNaN();
});
