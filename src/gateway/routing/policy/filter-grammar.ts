import { z } from 'zod';
import { filterShapeProblem } from '../../../catalogue/filter/filter-problem.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { BILLINGS, CAPABILITIES, MODEL_JOINS } from '../../../domain/model.ts';
import { Decimal } from '../../../domain/money.ts';
import { INCLUSIONS, type OfferingFilter } from '../../../domain/offering-filter.ts';
import { MODALITIES } from '../../../domain/price.ts';
import { PROVIDER_KINDS } from '../../../domain/provider.ts';

/** Parts of the grammar of policies that several of its members are made of. */

export const MAX_ENTRIES = 200;
const MAX_TEXT_LENGTH = 300;

/** A mapping that takes no other names than these, and says so of one that it does not know. */
export const mapping = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not known here; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

export const text = z.string().trim().min(1).max(MAX_TEXT_LENGTH);
export const texts = z.array(text).min(1).max(MAX_ENTRIES);

const points = z.number().min(-1_000_000_000).max(1_000_000_000);
export const quality = mapping({ benchmark: text, score: points });

const AMOUNT = 'takes a number that is not negative, e.g. 0.15';
export const amount = z
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

/** How the vocabulary of filters is written down in policies: in the config file, in the store and in the graph's input. */

const listOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.array(z.enum(words)).max(words.length).exactOptional();

const inclusion = z.enum(INCLUSIONS).exactOptional();

const MEMBERS = {
  search: text.exactOptional(),
  models: texts.exactOptional(),
  offerings: texts.exactOptional(),
  labs: texts.exactOptional(),
  families: texts.exactOptional(),
  providers: texts.exactOptional(),
  excludeProviders: texts.exactOptional(),
  providerKinds: listOf(PROVIDER_KINDS),
  excludeProviderKinds: listOf(PROVIDER_KINDS),
  regions: texts.exactOptional(),
  zeroRetention: z.boolean().exactOptional(),
  openWeights: z.boolean().exactOptional(),
  capabilities: listOf(CAPABILITIES),
  inputModalities: listOf(MODALITIES),
  outputModalities: listOf(MODALITIES),
  minContextWindow: z.number().exactOptional(),
  minOutputTokens: z.number().exactOptional(),
  releasedAfter: date.exactOptional(),
  releasedBefore: date.exactOptional(),
  retired: z
    .literal('EXCLUDE', 'takes EXCLUDE alone: a route uses nothing that was switched off')
    .exactOptional(),
  deprecated: inclusion,
  movingAliases: inclusion,
  billing: listOf(BILLINGS),
  free: inclusion,
  modelJoins: listOf(MODEL_JOINS),
  availability: z
    .literal('CALLABLE', 'takes CALLABLE alone: a route uses nothing that this server cannot call')
    .exactOptional(),
  maxInputPrice: money.exactOptional(),
  maxOutputPrice: money.exactOptional(),
  maxBlendedPrice: money.exactOptional(),
  maxCostPerRequest: money.exactOptional(),
  minQuality: quality.exactOptional(),
  maxTtftMs: z.number().exactOptional(),
  minOutputTps: z.number().exactOptional(),
  minUptime: z.number().exactOptional(),
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

/** What makes no sense in a filter though each member is of the right type; without a full stop. */
export const writtenFilterProblem = (
  filter: OfferingFilter,
): { readonly path: readonly string[]; readonly problem: string } | undefined => {
  const found = filterShapeProblem(filter);
  return found && { path: found.path.split('.'), problem: found.problem.replace(/\.$/, '') };
};

/** A filter as it is written down; `filterGrammar` reads the same. */
export const filterDocument = (filter: OfferingFilter): JsonObject =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]): [string, JsonValue] => {
      if (value instanceof Date) return [name, value.toISOString()];
      if (typeof value !== 'object' || !('amount' in value)) return [name, value];
      return [name, { amount: value.amount.toFixed(), currency: value.currency }];
    }),
  );
