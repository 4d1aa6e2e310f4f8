import { z } from 'zod';
import { filterShapeProblem } from '../../../catalogue/filter/filter-problem.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { BILLINGS, CAPABILITIES, MODEL_JOINS } from '../../../domain/model.ts';
import { Decimal, type Money } from '../../../domain/money.ts';
import { INCLUSIONS, type OfferingFilter } from '../../../domain/offering-filter.ts';
import { MODALITIES } from '../../../domain/price.ts';
import { PROVIDER_KINDS } from '../../../domain/provider.ts';

/** Parts of the grammar of policies that several of its members are made of. */

export const MOST_ENTRIES = 200;
const LONGEST_TEXT = 300;

/** A mapping that takes no other names than these, and says so of one that it does not know. */
export const mapping = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not known here; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

export const text = z.string().trim().min(1).max(LONGEST_TEXT);
export const texts = z.array(text).min(1).max(MOST_ENTRIES);

const points = z.number().min(-1_000_000_000).max(1_000_000_000);
export const quality = mapping({ benchmark: text, score: points });

const AMOUNT = 'takes a number that is not negative, e.g. 0.15';
const amount = z
  .union([z.number(), z.string()], { error: AMOUNT })
  .transform((value) => String(value))
  .refine((value) => /^\d{1,12}(\.\d{1,40})?(e-?\d{1,2})?$/i.test(value), { error: AMOUNT, abort: true })
  .transform((value) => new Decimal(value))
  .refine((value) => value.lte(1_000_000_000), 'takes at most 1000000000');

export const money = z.strictObject(
  { amount, currency: z.string().default('USD') },
  { error: 'takes an amount and its currency, e.g. {amount: 0.02, currency: USD}; USD if it is left out' },
);

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

export const date = z
  .string()
  .refine((value) => DATE.test(value) && !Number.isNaN(Date.parse(value)), {
    error: 'takes a date, e.g. "2026-01-31" or "2026-01-31T08:00:00Z"',
    abort: true,
  })
  .transform((value) => new Date(value));

type Present<Shape> = { [Name in keyof Shape]?: Exclude<Shape[Name], undefined> };

/** Without the members that are undefined. */
export const present = <Shape extends object>(given: Shape): Present<Shape> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Present<Shape>;

/** How the vocabulary of filters is written down in policies: in the config file, in the store and in the graph's input. */

const listOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.array(z.enum(words)).max(words.length).optional();

const inclusion = z.enum(INCLUSIONS).optional();

const MEMBERS = {
  search: text.optional(),
  models: texts.optional(),
  offerings: texts.optional(),
  labs: texts.optional(),
  families: texts.optional(),
  providers: texts.optional(),
  excludeProviders: texts.optional(),
  providerKinds: listOf(PROVIDER_KINDS),
  excludeProviderKinds: listOf(PROVIDER_KINDS),
  regions: texts.optional(),
  zeroRetention: z.boolean().optional(),
  openWeights: z.boolean().optional(),
  capabilities: listOf(CAPABILITIES),
  inputModalities: listOf(MODALITIES),
  outputModalities: listOf(MODALITIES),
  minContextWindow: z.number().optional(),
  minOutputTokens: z.number().optional(),
  releasedAfter: date.optional(),
  releasedBefore: date.optional(),
  retired: z.literal('EXCLUDE', 'takes EXCLUDE alone: a route uses nothing that was switched off').optional(),
  deprecated: inclusion,
  movingAliases: inclusion,
  billing: listOf(BILLINGS),
  free: inclusion,
  modelJoins: listOf(MODEL_JOINS),
  availability: z
    .literal('CALLABLE', 'takes CALLABLE alone: a route uses nothing that this server cannot call')
    .optional(),
  maxInputPrice: money.optional(),
  maxOutputPrice: money.optional(),
  maxBlendedPrice: money.optional(),
  maxCostPerRequest: money.optional(),
  minQuality: quality.optional(),
  maxTtftMs: z.number().optional(),
  minOutputTps: z.number().optional(),
  minUptime: z.number().optional(),
} as const satisfies { readonly [Name in keyof Required<OfferingFilter>]: z.ZodType };

/** Words of policies from before there was one vocabulary, and what they are called now. */
const FORMER_WORDS: ReadonlyMap<string, string> = new Map([
  ['kinds', '`providerKinds`'],
  ['minContext', '`minContextWindow`'],
  ['currency', '`maxCostPerRequest: {amount: …, currency: …}`'],
]);

export const filterGrammar = z.strictObject(MEMBERS, {
  error: (issue) => {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const former = issue.keys.flatMap((name: string) => FORMER_WORDS.get(name) ?? []);
    return former.length === 0
      ? `is not known here; known are ${Object.keys(MEMBERS).join(', ')}`
      : `is not known here any more; write ${former.join(' and ')} instead`;
  },
});

export type WrittenFilter = z.infer<typeof filterGrammar>;

export const filterOf = (written: WrittenFilter): OfferingFilter => present(written);

/** What makes no sense in a filter though each member is of the right type; without a full stop. */
export const writtenFilterProblem = (
  written: WrittenFilter,
): { readonly path: readonly string[]; readonly problem: string } | undefined => {
  const found = filterShapeProblem(filterOf(written));
  return found && { path: found.path.split('.'), problem: found.problem.replace(/\.$/, '') };
};

const moneyDocument = (money: Money | undefined): JsonObject | undefined =>
  money && { amount: money.amount.toFixed(), currency: money.currency };

/** A filter as it is written down; `filterGrammar` reads the same. */
export const filterDocument = (filter: OfferingFilter): JsonObject => {
  const {
    releasedAfter,
    releasedBefore,
    minQuality,
    maxInputPrice,
    maxOutputPrice,
    maxBlendedPrice,
    maxCostPerRequest,
    ...rest
  } = filter;
  return present({
    ...rest,
    releasedAfter: releasedAfter?.toISOString(),
    releasedBefore: releasedBefore?.toISOString(),
    minQuality: minQuality && { ...minQuality },
    maxInputPrice: moneyDocument(maxInputPrice),
    maxOutputPrice: moneyDocument(maxOutputPrice),
    maxBlendedPrice: moneyDocument(maxBlendedPrice),
    maxCostPerRequest: moneyDocument(maxCostPerRequest),
  });
};
