import { z } from 'zod';
import { FAILURE_CODES } from '../../../domain/failure.ts';
import { HOLIDAY_CALENDARS, HOLIDAY_RULES, WEEKDAYS } from '../../../domain/price.ts';
import { ORDERS, SPLIT_SUBJECTS, STRATEGIES } from '../../../domain/route.ts';
import { filterGrammar, MOST_ENTRIES, mapping, quality, text, texts } from './filter-grammar.ts';

/** How a policy is written down: what may stand where, and how large it may be. What has to fit together is checked apart. */

export const MOST_CANDIDATES = 100;
const MOST_TAGS = 16;
const MOST_FEATURES = 64;

const KINDS: { readonly [kind: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a mapping of names to values',
  record: 'a mapping of names to values',
  boolean: 'true or false',
};

const UNITS: { readonly [origin: string]: string } = { string: ' characters', array: ' entries' };

/** What a member takes, for a person. Never tells what it was given. */
export const explain = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = KINDS[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is missing; it takes ${wanted}` : `takes ${wanted}`;
    }
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_value':
      return `takes one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `takes at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
    case 'too_big':
      return `takes at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
    default:
      return undefined;
  }
};

const milliseconds = z.int().min(1).max(3_600_000);
const share = z.number().min(0).max(1);
const weight = z.number().min(0).max(1_000_000);
const count = z.int().min(1).max(1_000_000);
const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'takes a time of day, e.g. "08:30"');

const time = mapping({
  zone: z
    .string()
    .max(64)
    .refine(isZone, 'takes the IANA name of a time zone, e.g. Asia/Shanghai')
    .default('UTC'),
  from: timeOfDay.optional(),
  to: timeOfDay.optional(),
  weekdays: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional(),
  holidays: mapping({ calendar: z.enum(HOLIDAY_CALENDARS), rule: z.enum(HOLIDAY_RULES) }).optional(),
})
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    error: '`from` and `to` go together',
    abort: true,
  })
  .refine(
    ({ from, weekdays, holidays }) => from !== undefined || weekdays !== undefined || holidays !== undefined,
    'takes `from` and `to`, `weekdays` or `holidays`',
  );

const metadata = z
  .record(
    z.string().regex(/^[^\p{Cc}\p{Cs}]{1,64}$/u, 'takes names of 1 to 64 characters that can be shown'),
    texts,
  )
  .refine((tags) => Object.keys(tags).length <= MOST_TAGS, `takes at most ${MOST_TAGS} tags`);

const language = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'takes an ISO 639-1 code, e.g. en')
  .toLowerCase();

const condition = mapping({
  metadata: metadata.optional(),
  users: texts.optional(),
  languages: z.array(language).min(1).max(MOST_ENTRIES).optional(),
  regions: texts.optional(),
  time: time.optional(),
});

const rule = mapping({
  model: text.optional(),
  offering: text.optional(),
  filter: filterGrammar.optional(),
  route: text.toLowerCase().optional(),
  weight: weight.optional(),
  upTo: share.optional(),
  when: condition.optional(),
});

const fallback = mapping({
  on: z.array(z.enum(FAILURE_CODES)).max(FAILURE_CODES.length).optional(),
  candidates: z.array(rule).max(MOST_CANDIDATES).optional(),
  maxAttempts: z.int().min(1).max(20).optional(),
  retries: z.int().min(0).max(5).optional(),
  backoff: mapping({ baseMs: milliseconds.optional(), maxMs: milliseconds.optional() }).optional(),
  timeouts: mapping({
    firstTokenMs: milliseconds.optional(),
    stallMs: milliseconds.optional(),
    totalMs: milliseconds.optional(),
  }).optional(),
  minOutputTps: z.number().gt(0, 'takes more than 0').max(1_000_000).optional(),
  holdBackTokens: z.int().min(0).max(10_000).optional(),
});

const breaker = mapping({
  windowMs: milliseconds.optional(),
  minSamples: count.optional(),
  errorRate: share.optional(),
  consecutiveFailures: count.optional(),
  slowTtftMs: milliseconds.optional(),
  slowRate: share.optional(),
  openMs: milliseconds.optional(),
});

const feature = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'takes names of features');
const coefficient = z.number().min(-1_000_000).max(1_000_000);

export const policyGrammar = mapping({
  description: z.string().trim().max(2_000).optional(),
  candidates: z.array(rule).min(1).max(MOST_CANDIDATES).optional(),
  strategy: z.enum(STRATEGIES).default('PRIORITY'),
  order: z.enum(ORDERS).optional(),
  balanced: mapping({
    cost: weight.optional(),
    ttft: weight.optional(),
    throughput: weight.optional(),
    uptime: weight.optional(),
    quality: weight.optional(),
  }).optional(),
  qualityFloor: quality.optional(),
  complexity: mapping({
    bias: coefficient,
    weights: z
      .record(feature, coefficient)
      .refine((weights) => Object.keys(weights).length <= MOST_FEATURES, `takes at most ${MOST_FEATURES}`),
  }).optional(),
  split: mapping({ by: z.enum(SPLIT_SUBJECTS) }).optional(),
  race: mapping({ count: z.int().min(2).max(5).optional() }).optional(),
  hedge: mapping({ afterMs: milliseconds.optional() }).optional(),
  sticky: mapping({
    forMs: milliseconds.optional(),
    maxCostRatio: z.number().min(1).max(1_000).optional(),
  }).optional(),
  require: filterGrammar.optional(),
  preferRegions: z.array(text).max(MOST_ENTRIES).optional(),
  fallback: fallback.optional(),
  breaker: breaker.optional(),
});

/** A policy as it is written down. */
export type WrittenPolicy = z.infer<typeof policyGrammar>;
export type WrittenRule = z.infer<typeof rule>;
export type WrittenCondition = z.infer<typeof condition>;
