import { z } from 'zod';
import { ConfigError, parseFile } from './config-file.ts';
import { explain, problemsOf, settings } from './config-grammar.ts';
import { currencyCode } from './config-values.ts';
import { SERVICE_TIERS } from './domain/completion-request.ts';
import { CAPABILITIES } from './domain/model.ts';
import { Decimal } from './domain/money.ts';
import { omitUndefined } from './domain/omit-undefined.ts';
import {
  HOLIDAY_CALENDARS,
  HOLIDAY_RULES,
  METER_DIRECTIONS,
  METER_FAMILIES,
  type Meter,
  MODALITIES,
  type PriceConditions,
  ROW_BILLINGS,
  TIER_MODES,
  TOKEN_TYPES,
  WEEKDAYS,
} from './domain/price.ts';
import { QUALITY_CATEGORIES, QUALITY_REPORTERS } from './domain/quality.ts';
import {
  EMPTY_READING,
  type SourceFacts,
  type SourceOffering,
  type SourcePrice,
  type SourceReading,
} from './ports/catalogue-source.ts';

const MAX_ENTRIES = 50_000;

const text = z.string().trim().min(1).max(256);
const url = z.string().regex(/^https?:\/\/\S{1,2000}$/, 'takes an http(s) address');
const slug = z
  .string()
  .max(256)
  .regex(/^[^/\s]+\/\S+$/, 'takes a canonical slug, lab/model');
const count = z.int().min(0).max(1_000_000_000);
const moment = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/,
    'takes a day, 2026-01-31, or a moment',
  )
  .refine((value) => !Number.isNaN(Date.parse(value)), 'there is no such day')
  .transform((value) => new Date(value).toISOString());
const NUMBER = 'takes a number that is not negative, e.g. 0.15';
const decimal = z
  .union([z.number(), z.string()], { error: NUMBER })
  .transform((value) => String(value))
  .refine((value) => /^\d{1,20}(\.\d{1,40})?(e-?\d{1,2})?$/i.test(value), { error: NUMBER, abort: true })
  .transform((value) => new Decimal(value));
const range = settings({ from: count.default(0), to: count.optional() }).refine(
  ({ from, to }) => to === undefined || to > from,
  '`to` is exclusive and takes more than `from`',
);
const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'takes a time of day in quotes, e.g. "08:30"');
const timeWindow = settings({
  from: time.optional(),
  to: time.optional(),
  weekdays: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional(),
  holidays: settings({ calendar: z.enum(HOLIDAY_CALENDARS), rule: z.enum(HOLIDAY_RULES) }).optional(),
  zone: z.string().max(64).refine(isZone, 'takes a time zone, e.g. Asia/Shanghai').default('UTC'),
})
  .refine(({ from, to }) => (from === undefined) === (to === undefined), '`from` and `to` go together')
  .refine(
    ({ from, weekdays, holidays }) => from !== undefined || weekdays !== undefined || holidays !== undefined,
    'takes `from` and `to`, `weekdays` or `holidays`',
  );

const word = z.string().regex(/^[a-z0-9][a-z0-9_.:x-]{0,63}$/, 'takes a word in lower case');
const METER_WORDS = {
  input: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
  output: { family: 'TOKENS', direction: 'OUTPUT', modality: 'TEXT', tokenType: 'PLAIN' },
  cacheRead: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'CACHE_READ' },
  cacheWrite5m: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'CACHE_WRITE_5M' },
  cacheWrite1h: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'CACHE_WRITE_1H' },
  reasoning: { family: 'TOKENS', direction: 'OUTPUT', modality: 'TEXT', tokenType: 'REASONING' },
} as const satisfies { readonly [name: string]: Meter };
const meter = settings({
  /** A short word for the usual meters; in place of family, direction, modality and tokenType. */
  meter: z.enum(['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'reasoning']).optional(),
  family: z.enum(METER_FAMILIES).optional(),
  direction: z.enum(METER_DIRECTIONS).default('NONE'),
  modality: z.enum(MODALITIES).default('NONE'),
  tokenType: z.enum(TOKEN_TYPES).default('PLAIN'),
  attributes: z.record(word, word).optional(),
}).shape;

const price = settings({
  ...meter,
  amount: decimal,
  per: z.int().min(1).max(1_000_000_000).optional(),
  currency: currencyCode.default('USD'),
  serviceTier: z.enum(SERVICE_TIERS).default('STANDARD'),
  tierMode: z.enum(TIER_MODES).default('CLIFF'),
  billing: z.enum(ROW_BILLINGS).default('METERED'),
  discount: decimal
    .refine((share) => share.gt(0) && share.lt(1), 'takes a share above 0 and below 1')
    .optional(),
  when: settings({
    promptTokens: range.optional(),
    outputTokens: range.optional(),
    thinking: z.boolean().optional(),
    timeWindow: timeWindow.optional(),
    region: text.optional(),
  }).default({}),
  effectiveFrom: moment.optional(),
  effectiveTo: moment.optional(),
  checkedAt: moment.optional(),
  url: url.optional(),
})
  .refine(
    (row) => (row.meter === undefined) !== (row.family === undefined),
    'takes either `meter` or `family`',
  )
  .refine(({ billing, amount }) => billing !== 'FREE' || amount.isZero(), 'what is FREE takes the amount 0')
  .refine(
    ({ effectiveFrom, effectiveTo }) =>
      effectiveFrom === undefined || effectiveTo === undefined || effectiveFrom < effectiveTo,
    '`effectiveTo` is after `effectiveFrom`',
  );

const facts = settings({
  limits: settings({
    contextWindow: count.optional(),
    maxInputTokens: count.optional(),
    maxOutputTokens: count.optional(),
  }).optional(),
  inputModalities: z.array(z.enum(MODALITIES)).optional(),
  outputModalities: z.array(z.enum(MODALITIES)).optional(),
  capabilities: z.array(z.enum(CAPABILITIES)).optional(),
  lacks: z.array(z.enum(CAPABILITIES)).optional(),
  releaseDate: moment.optional(),
  knowledgeCutoff: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'takes 2025, 2025-04 or 2025-04-30')
    .optional(),
  openWeights: z.boolean().optional(),
  licence: z.string().min(1).max(100).optional(),
  retiresAt: moment.optional(),
  deprecated: z.boolean().optional(),
});

const quality = settings({
  benchmark: word,
  score: z.number(),
  maximum: z.number().positive().optional(),
  version: text.optional(),
  setting: text.optional(),
  metric: text.optional(),
  unit: text.optional(),
  lessIsBetter: z.boolean().optional(),
  category: z.enum(QUALITY_CATEGORIES).optional(),
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'takes 2025-04-30')
    .optional(),
  reportedBy: z.enum(QUALITY_REPORTERS).optional(),
  costUsd: z.number().min(0).optional(),
  url: url.optional(),
});

/** `prices: FREE` is short for the billing of that name. */
const shortFree = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'prices' in value && value.prices === 'FREE'
    ? { billing: 'FREE', ...value, prices: [] }
    : value;

const offering = z.preprocess(
  shortFree,
  settings({
    provider: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'takes the id of a provider'),
    id: text,
    name: text.optional(),
    model: slug.optional(),
    region: text.optional(),
    billing: z.enum(['METERED', 'FREE', 'PLAN', 'COMMITMENT', 'UNKNOWN']).optional(),
    url: url.optional(),
    facts: facts.default({}),
    prices: z.array(price).max(1000).default([]),
  }),
);

const file = settings({
  offerings: z.array(offering).max(MAX_ENTRIES).default([]),
  models: z
    .array(
      settings({
        slug,
        name: text.optional(),
        aliases: z.array(text).max(100).default([]),
        huggingFaceId: text.optional(),
        facts: facts.default({}),
        quality: z.array(quality).max(100).default([]),
        url: url.optional(),
      }),
    )
    .max(MAX_ENTRIES)
    .default([]),
});

const factsOf = ({ limits, ...rest }: z.infer<typeof facts>): SourceFacts => ({
  ...omitUndefined(rest),
  ...(limits !== undefined && { limits: omitUndefined(limits) }),
});

/** Tokens and characters are priced by the million, all else by one, unless `per` says otherwise. */
const perOf = ({ family }: Meter): number =>
  family === 'TOKENS' || family === 'CHARACTERS' || family === 'PIXELS' || family === 'TOKEN_HOURS'
    ? 1_000_000
    : 1;

const conditionsOf = (when: z.infer<typeof price>['when']): PriceConditions => {
  const { promptTokens, outputTokens, timeWindow: window, thinking, region } = when;
  const rangeOf = ({ from, to }: { from: number; to?: number | undefined }) =>
    to === undefined ? { from } : { from, to };
  return {
    ...(promptTokens !== undefined && { promptTokens: rangeOf(promptTokens) }),
    ...(outputTokens !== undefined && { outputTokens: rangeOf(outputTokens) }),
    ...(thinking !== undefined && { thinking }),
    ...(window !== undefined && { timeWindow: { ...omitUndefined(window), zone: window.zone } }),
    ...(region !== undefined && { region }),
  };
};

/** An operator who writes 0 means that nothing is charged; in a list it may be a price that nobody filled in. */
const priceOf = (row: z.infer<typeof price>): SourcePrice => {
  const { direction, modality, tokenType, attributes, family, effectiveFrom, effectiveTo, checkedAt } = row;
  const plain: Meter =
    row.meter !== undefined
      ? METER_WORDS[row.meter]
      : { family: family ?? 'TOKENS', direction, modality, tokenType };
  const own: Meter = attributes === undefined ? plain : { ...plain, attributes };
  return {
    meter: own,
    amount: row.amount.toFixed(),
    per: row.per ?? perOf(own),
    currency: row.currency,
    serviceTier: row.serviceTier,
    conditions: conditionsOf(row.when),
    tierMode: row.tierMode,
    billing: row.billing === 'METERED' && row.amount.isZero() ? 'FREE' : row.billing,
    ...(row.discount !== undefined && { discount: row.discount.toFixed() }),
    ...(row.url !== undefined && { sourceUrl: row.url }),
    ...omitUndefined({ effectiveFrom, effectiveTo, checkedAt }),
  };
};

const isPlainText = ({ family, modality, tokenType, attributes }: Meter): boolean =>
  family === 'TOKENS' && modality === 'TEXT' && tokenType === 'PLAIN' && attributes === undefined;

/** Nothing is charged for all that a call is charged by, at any time and on any terms. */
const isFree = (prices: readonly SourcePrice[]): boolean => {
  const isTold = (direction: Meter['direction']): boolean =>
    prices.some(({ meter: own }) => isPlainText(own) && own.direction === direction);
  const isWhole =
    (isTold('INPUT') && isTold('OUTPUT')) || prices.some((row) => row.meter.family !== 'TOKENS');
  return (
    isWhole &&
    prices.every(
      ({ billing, effectiveFrom, effectiveTo, serviceTier, conditions }) =>
        billing === 'FREE' &&
        effectiveFrom === undefined &&
        effectiveTo === undefined &&
        serviceTier === 'STANDARD' &&
        Object.keys(conditions).length === 0,
    )
  );
};

const offeringOf = (row: z.infer<typeof offering>): SourceOffering => {
  const prices = row.prices.map(priceOf);
  const billing = row.billing ?? (isFree(prices) ? 'FREE' : undefined);
  return {
    providerId: row.provider,
    providerModelId: row.id,
    identity: row.model === undefined ? {} : { slug: row.model },
    facts: factsOf(row.facts),
    prices,
    performance: [],
    ...omitUndefined({ name: row.name, region: row.region, billing, sourceUrl: row.url }),
  };
};

/**
 * Reads an operator's own prices and facts, YAML or JSON, which win over every source. Rejects with ConfigError, a
 * line for each mistake: where it stands, its path, and what is taken there.
 */
export const readOverrides = async (path: string): Promise<SourceReading> => {
  const content = parseFile(path, '`offerings` or `models`');
  const parsed = file.safeParse(content.value, { error: explain });
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, content).join('\n'));
  return {
    ...EMPTY_READING,
    offerings: parsed.data.offerings.map(offeringOf),
    models: parsed.data.models.map(({ url: sourceUrl, ...row }) => ({
      slug: row.slug,
      aliases: row.aliases,
      facts: factsOf(row.facts),
      quality: row.quality.map(({ url: page, benchmark, score, ...rest }) => ({
        benchmark,
        score,
        ...omitUndefined({ ...rest, sourceUrl: page }),
      })),
      ...omitUndefined({ name: row.name, huggingFaceId: row.huggingFaceId, sourceUrl }),
    })),
  };
};
