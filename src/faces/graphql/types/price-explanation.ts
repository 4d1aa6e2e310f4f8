import type { ChosenPrice, PriceKind, PriceUnknownCode } from '../../../catalogue/choose-price.ts';
import type { ConditionKind } from '../../../catalogue/condition-words.ts';
import type {
  ExplainedCondition,
  ExplainedDerivation,
  OtherStatement,
  PriceBasis,
  PriceExplanation,
} from '../../../catalogue/explain-price.ts';
import type { Currency } from '../../../domain/money.ts';
import { builder } from '../builder.ts';
import { PriceRef, ProvenanceRef } from '../refs.ts';
import { QuarantineReasonEnum } from './catalogue-source.ts';
import { MoneyRef, money } from './money.ts';

/** GraphQL's names of what a price can be asked for. */
const KINDS = {
  INPUT: { value: 'input', description: 'Plain text tokens sent.' },
  CACHE_READ: { value: 'cacheRead', description: 'Text tokens read from a prompt cache.' },
  CACHE_WRITE_5M: { value: 'cacheWrite5m', description: 'Tokens written to a cache for 5 minutes.' },
  CACHE_WRITE_1H: { value: 'cacheWrite1h', description: 'Tokens written to a cache for an hour.' },
  OUTPUT: { value: 'output', description: 'Plain text tokens answered.' },
  REASONING: {
    value: 'reasoning',
    description: 'Tokens thought; the rate of plain output if they have no rate.',
  },
  CITATION: { value: 'citation', description: 'Tokens of sources that are quoted.' },
  AUDIO_INPUT: { value: 'audioInput', description: 'Tokens of sound sent.' },
  AUDIO_CACHE_READ: { value: 'audioCacheRead', description: 'Tokens of sound read from a prompt cache.' },
  AUDIO_OUTPUT: { value: 'audioOutput', description: 'Tokens of sound answered.' },
  IMAGE_INPUT: { value: 'imageInput', description: 'Tokens of images sent.' },
  IMAGE_CACHE_READ: { value: 'imageCacheRead', description: 'Tokens of images read from a prompt cache.' },
  IMAGE_OUTPUT: { value: 'imageOutput', description: 'Tokens of images answered.' },
  VIDEO_INPUT: { value: 'videoInput', description: 'Tokens of films sent.' },
  VIDEO_OUTPUT: { value: 'videoOutput', description: 'Tokens of films answered.' },
  IMAGES: { value: 'images', description: 'Images made; `attributes` says of which quality and size.' },
  SECONDS: { value: 'seconds', description: 'Seconds of sound sent.' },
  VIDEO_SECONDS: { value: 'videoSeconds', description: 'Seconds of film made.' },
  CHARACTERS: { value: 'characters', description: 'Characters of text sent.' },
  PAGES: { value: 'pages', description: 'Pages of documents read.' },
  CACHE_STORAGE: { value: 'cacheStorage', description: 'Tokens kept in a cache, times hours.' },
  REQUESTS: { value: 'requests', description: 'Requests.' },
  WEB_SEARCH: { value: 'webSearch', description: "Searches of the web by the provider's own tool." },
  FILE_SEARCH: { value: 'fileSearch', description: "Searches of files by the provider's own tool." },
  CODE_EXECUTION: { value: 'codeExecution', description: "Runs of code by the provider's own tool." },
} as const satisfies { [name: string]: { value: PriceKind; description: string } };

export const PriceKindEnum = builder.enumType('PriceKind', {
  description: 'What a price is asked for.',
  values: KINDS,
});

const PriceUnknownCodeEnum = builder.enumType('PriceUnknownCode', {
  description: 'Why no row prices what was asked.',
  values: {
    FREE: { description: 'The provider charges nothing for it.' },
    PLAN: { description: 'It is covered by a subscription: no single request has a price.' },
    COMMITMENT: { description: 'Only capacity that is bought ahead has a price.' },
    NO_PRICE: { description: 'No source states a price of the offering for that moment.' },
    TIER_UNPRICED: { description: 'No source states a price for that service tier.' },
    CURRENCY_UNPRICED: { description: 'No source states a price in that currency.' },
    METER_UNPRICED: { description: 'No source states a price of that kind of usage.' },
    CONDITIONS_UNMET: {
      description: 'Prices of it are stated for other sizes, times, regions or attributes only.',
    },
  } satisfies { [Code in PriceUnknownCode]: { description: string } },
});

type Unknown = Extract<ChosenPrice, { kind: 'UNKNOWN' }>;

const PriceUnknownRef = builder.objectRef<Unknown>('PriceUnknown').implement({
  description: 'That no row prices what was asked, and why. An unknown price is never 0.',
  fields: (t) => ({
    code: t.expose('code', { type: PriceUnknownCodeEnum, description: 'Why.' }),
    message: t.exposeString('message', { description: 'Why, for people: what is stated instead.' }),
  }),
});

export const PriceResultUnion = builder.unionType('PriceResult', {
  description: 'The row that prices what was asked, or why none does.',
  types: [PriceRef, PriceUnknownRef],
  resolveType: (value) => ('code' in value ? PriceUnknownRef : PriceRef),
});

const PriceBasisEnum = builder.enumType('PriceBasis', {
  description: 'Where a rate comes from.',
  values: {
    STATED: { description: 'A source states it.' },
    DERIVED: { description: "Another rate times a factor, by the provider's own rule: see `derivation`." },
    OPERATOR: { description: 'The operator of this server set it, in the config file or in overrides.' },
  } satisfies { [Basis in PriceBasis]: { description: string } },
});

const ConditionKindEnum = builder.enumType('PriceConditionKind', {
  description: 'What a condition of a price row is about.',
  values: {
    PROMPT_TOKENS: { description: 'All input tokens of the request.' },
    OUTPUT_TOKENS: { description: 'All output tokens of the request.' },
    THINKING: { description: 'Whether the model was let think.' },
    TIME_WINDOW: { description: 'When the request is made.' },
    REGION: { description: 'Where it is served.' },
  } satisfies { [Kind in ConditionKind]: { description: string } },
});

const ExplainedConditionRef = builder.objectRef<ExplainedCondition>('ExplainedCondition').implement({
  description: 'A condition of a price row in words.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ConditionKindEnum, description: 'What it is about.' }),
    text: t.exposeString('text', { description: 'In words, e.g. `09:00–12:00 mon,tue Asia/Shanghai`.' }),
    holds: t.boolean({
      nullable: true,
      description: 'Whether it holds at the moment that is explained; null for what the request decides.',
      resolve: ({ holds }) => holds,
    }),
  }),
});

export type WithCurrency<T> = T & { readonly currency: Currency };

const PriceDerivationRef = builder.objectRef<WithCurrency<ExplainedDerivation>>('PriceDerivation').implement({
  description: 'That a rate is another one times a factor.',
  fields: (t) => ({
    ruleId: t.exposeString('ruleId', { description: 'Name of the rule, e.g. `anthropic-batch`.' }),
    rule: t.exposeString('rule', {
      description: "The provider's rule in words; its page is `provenance.sourceUrl`.",
    }),
    factor: t.expose('factor', { type: 'Decimal', description: 'Exact, e.g. "1.1".' }),
    baseAmount: t.field({
      type: MoneyRef,
      description: "What is multiplied by the factor, for the row's `per` units.",
      resolve: ({ base, currency }) => money(base.amount, currency),
    }),
    base: t.field({
      type: PriceRef,
      nullable: true,
      description:
        "The rate that is multiplied, which may be derived itself; null if it is no longer served, or if the operator's price stands in its place.",
      resolve: ({ baseRow }) => baseRow,
    }),
  }),
});

const OtherStatementRef = builder.objectRef<WithCurrency<OtherStatement>>('OtherStatement').implement({
  description: 'What another source says of the same rate.',
  fields: (t) => ({
    amount: t.field({
      type: MoneyRef,
      description: "For the row's `per` units.",
      resolve: ({ amount, currency }) => money(amount, currency),
    }),
    provenance: t.expose('provenance', {
      type: ProvenanceRef,
      description: 'Who says so, and for which day.',
    }),
    quarantined: t.field({
      type: QuarantineReasonEnum,
      nullable: true,
      description: 'Why it is not believed; null if it is.',
      resolve: ({ quarantined }) => quarantined,
    }),
    reason: t.exposeString('reason', { description: 'Why the row stands before it, for people.' }),
  }),
});

export const PriceExplanationRef = builder
  .objectRef<WithCurrency<PriceExplanation>>('PriceExplanation')
  .implement({
    description: 'Why a rate is what it is: who says so, for which cases, and what others say.',
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', description: 'The moment for which it is explained.' }),
      applies: t.exposeBoolean('applies', {
        description: 'Whether its dates and its times of day include that moment.',
      }),
      basis: t.expose('basis', { type: PriceBasisEnum, description: 'Where it comes from.' }),
      provenance: t.expose('provenance', {
        type: ProvenanceRef,
        description: "The statement that is served: source, page and its author's day.",
      }),
      derivation: t.field({
        type: PriceDerivationRef,
        nullable: true,
        description: 'What a DERIVED rate follows from; null for others.',
        resolve: ({ derivation, currency }) => derivation && { ...derivation, currency },
      }),
      conditions: t.field({
        type: [ExplainedConditionRef],
        description: 'When it applies: everything must hold. Empty: always. Typed: `Price.conditions`.',
        resolve: ({ conditions }) => [...conditions],
      }),
      chosenOver: t.field({
        type: [OtherStatementRef],
        description: 'What every other source says of this rate, and why it does not stand here.',
        resolve: ({ chosenOver, currency }) => chosenOver.map((other) => ({ ...other, currency })),
      }),
      warnings: t.stringList({
        description: 'Caveats, e.g. that the rate is not stated for the region that is configured.',
        resolve: ({ warnings }) => [...warnings],
      }),
      text: t.exposeString('text', { description: 'All of it in some sentences, for people.' }),
    }),
  });
