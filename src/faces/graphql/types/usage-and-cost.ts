import { type Cost, linesWithCurrency, lowerBoundOf } from '../../../domain/cost.ts';
import type { ProviderCost } from '../../../domain/provider-cost.ts';
import { inputTokensOf, outputTokensOf, USAGE_KINDS, type UsageKind } from '../../../domain/usage.ts';
import { builder } from '../builder.ts';
import { CostLineRef, MeterRef, UsageRef } from '../refs.ts';
import { UnpricedReasonEnum } from './enums.ts';
import { MoneyRef, money } from './money.ts';

const DESCRIPTIONS: { readonly [Kind in UsageKind]: string } = {
  input: 'Uncached text input tokens.',
  cacheRead: "Text input tokens read from the provider's prompt cache.",
  cacheWrite5m: 'Input tokens written to a cache that lives 5 minutes, or for a time not stated.',
  cacheWrite1h: 'Input tokens written to a cache that lives one hour.',
  output: 'Visible text output tokens, tool calls included.',
  reasoning: 'Hidden reasoning tokens, if the provider distinguishes them.',
  audioInput: 'Audio input tokens.',
  audioOutput: 'Audio output tokens.',
  imageInput: 'Image input tokens, if the provider distinguishes them.',
  imageOutput: 'Image output tokens.',
  audioCacheRead:
    "Audio input tokens read from the provider's prompt cache, if the provider distinguishes them.",
  imageCacheRead:
    "Image input tokens read from the provider's prompt cache, if the provider distinguishes them.",
  images: 'Images made, where they are billed by number and not by tokens.',
  seconds: 'Seconds of audio, where these are billed and not tokens; may have a fraction.',
  characters: 'Characters, where these are billed and not tokens.',
  requests: 'Requests or units of search, where the provider counts what it bills so.',
};

UsageRef.implement({
  description:
    'Token counts, as the provider reports them. The kinds are disjoint: no token is in two of them.',
});
for (const kind of USAGE_KINDS) {
  builder.objectField(UsageRef, kind, (t) =>
    t.field({
      type: kind === 'seconds' ? 'Float' : 'NonNegativeInt',
      description: DESCRIPTIONS[kind],
      resolve: (usage) => usage[kind],
    }),
  );
}
builder.objectFields(UsageRef, (t) => ({
  totalInput: t.field({ type: 'NonNegativeInt', description: 'All input tokens.', resolve: inputTokensOf }),
  totalOutput: t.field({
    type: 'NonNegativeInt',
    description: 'All output tokens.',
    resolve: outputTokensOf,
  }),
}));

CostLineRef.implement({
  description: 'One line of a bill: `quantity` units at `unitPrice` for `per`.',
  fields: (t) => ({
    meter: t.expose('meter', { type: MeterRef, description: 'What was counted.' }),
    quantity: t.exposeFloat('quantity', { description: 'How many units; seconds may have a fraction.' }),
    unitPrice: t.field({
      type: MoneyRef,
      description: 'Price of `per` units, in the currency of the price row.',
      resolve: ({ unitPrice, currency }) => money(unitPrice, currency),
    }),
    per: t.exposeInt('per', { description: 'Units that `unitPrice` buys.' }),
    amount: t.field({
      type: MoneyRef,
      description: 'Exact quantity × unitPrice ÷ per, not rounded.',
      resolve: ({ amount, currency }) => money(amount, currency),
    }),
    priceId: t.exposeID('priceId', {
      nullable: true,
      description: 'The price row; null where the provider said itself what it charged.',
    }),
    offeringId: t.exposeID('offeringId', {
      nullable: true,
      description:
        'The offering of another model that was called inside the answer; null for the offering that was asked.',
    }),
  }),
});

const PricedCostRef = builder.objectRef<Extract<Cost, { kind: 'PRICED' }>>('PricedCost').implement({
  description: 'A whole bill: everything that was counted has a price, or the provider said what it charged.',
  fields: (t) => ({
    lines: t.field({
      type: [CostLineRef],
      description:
        'One for each price row that was used; one without `priceId` is what the provider said it charged.',
      resolve: (cost) => [...linesWithCurrency(cost)],
    }),
    total: t.field({
      type: MoneyRef,
      description:
        'Exact sum of the lines, in the currency in which the provider bills; of aggregators it is what they say they charged.',
      resolve: ({ total, currency }) => money(total, currency),
    }),
  }),
});

const FreeCostRef = builder.objectRef<Extract<Cost, { kind: 'FREE' }>>('FreeCost').implement({
  description: 'The provider charges nothing.',
  fields: (t) => ({
    free: t.boolean({ description: 'Always true.', resolve: () => true }),
  }),
});

const UnpricedCostRef = builder.objectRef<Extract<Cost, { kind: 'UNPRICED' }>>('UnpricedCost').implement({
  description: 'What it cost is not known. Never to be read as zero.',
  fields: (t) => ({
    reason: t.expose('reason', { type: UnpricedReasonEnum, description: 'Why there is no total.' }),
    lines: t.field({
      type: [CostLineRef],
      description: 'The lines that could be priced all the same: a lower bound.',
      resolve: (cost) => [...cost.lines],
    }),
    atLeast: t.field({
      type: MoneyRef,
      nullable: true,
      description:
        'Sum of `lines`: it cost no less. Null where there are none, and where they are of several currencies.',
      resolve: (cost) => {
        const least = lowerBoundOf(cost);
        return least === undefined ? null : money(least.total, least.currency);
      },
    }),
    missing: t.field({
      type: [MeterRef],
      description: 'What was used without having a price.',
      resolve: (cost) => [...cost.missing],
    }),
  }),
});

export const CostUnion = builder.unionType('Cost', {
  description: 'What an operation cost: a bill, nothing, or unknown with the reason.',
  types: [PricedCostRef, FreeCostRef, UnpricedCostRef],
  resolveType: (cost) => {
    switch (cost.kind) {
      case 'PRICED':
        return PricedCostRef;
      case 'FREE':
        return FreeCostRef;
      case 'UNPRICED':
        return UnpricedCostRef;
    }
  },
});

export const ProviderCostRef = builder.objectRef<ProviderCost>('ProviderCost').implement({
  description:
    'What providers say they charged, beside what the price rows make of the same calls. Aggregators and some providers say it with each answer.',
  fields: (t) => ({
    total: t.field({
      type: MoneyRef,
      description:
        "What the providers say they charged, of all attempts of which they say it; what they charged a key of one's own at the provider behind them is in it.",
      resolve: ({ charge }) => money(charge.total, charge.currency),
    }),
    computed: t.field({
      type: CostUnion,
      description: 'What the price rows make of the same attempts.',
      resolve: ({ computed }) => computed,
    }),
    difference: t.field({
      type: MoneyRef,
      nullable: true,
      description:
        '`total` less what the price rows make of it, in the same currency; null where these make no total, or one in another currency.',
      resolve: ({ charge, difference }) =>
        difference === undefined ? null : money(difference, charge.currency),
    }),
    isBill: t.exposeBoolean('isBill', {
      description:
        'Whether `cost` is this amount: true for aggregators, and where the price rows make no whole bill; else false, and `cost` is that of the price rows.',
    }),
  }),
});
