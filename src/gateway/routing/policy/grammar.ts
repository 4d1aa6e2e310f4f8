import { z } from 'zod';
import { FAILURE_CODES } from '../../../domain/failure.ts';
import { HOLIDAY_CALENDARS, HOLIDAY_RULES, WEEKDAYS } from '../../../domain/price.ts';
import {
  BUDGET_ENDS,
  CASCADE_STREAMS,
  JUDGE_FAILURES,
  ORDERS,
  PERCENTILES,
  PLAIN_CHECKS,
  SPEND_PERIODS,
  SPLIT_SUBJECTS,
  STRATEGIES,
  type StrategyKind,
} from '../../../domain/route.ts';
import { MAX_EXPRESSION_LENGTH } from '../conditions/expression.ts';
import { amount, date, filterGrammar, MAX_ENTRIES, mapping, quality, text, texts } from './filter-grammar.ts';

/** How a policy is written down: what may stand where, and how large it may be. What has to fit together is checked apart. */

const MAX_CANDIDATES = 100;
const MAX_TAGS = 16;
const MAX_FEATURES = 64;
/** Base64 of 65,536 bytes. */
const MAX_NGRAMS = 87_384;

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

const zone = z
  .string()
  .max(64)
  .refine(isZone, 'takes the IANA name of a time zone, e.g. Asia/Shanghai')
  .default('UTC');

const time = mapping({
  zone,
  from: timeOfDay.exactOptional(),
  to: timeOfDay.exactOptional(),
  weekdays: z.array(z.enum(WEEKDAYS)).min(1).max(7).exactOptional(),
  holidays: mapping({ calendar: z.enum(HOLIDAY_CALENDARS), rule: z.enum(HOLIDAY_RULES) }).exactOptional(),
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
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, `takes at most ${MAX_TAGS} tags`);

const language = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'takes an ISO 639-1 code, e.g. en')
  .toLowerCase();

const conditionMembers = mapping({
  metadata: metadata.exactOptional(),
  users: texts.exactOptional(),
  languages: z.array(language).min(1).max(MAX_ENTRIES).exactOptional(),
  regions: texts.exactOptional(),
  time: time.exactOptional(),
  expression: z.string().trim().min(1).max(MAX_EXPRESSION_LENGTH).exactOptional(),
});

const ramp = mapping({ from: weight, to: weight, startsAt: date, endsAt: date }).refine(
  ({ startsAt, endsAt }) => startsAt < endsAt,
  'takes an `endsAt` that is later than `startsAt`',
);

/** A text alone is an expression. */
const condition = z.preprocess(
  (given) => (typeof given === 'string' ? { expression: given } : given),
  conditionMembers,
);

const rule = mapping({
  model: text.exactOptional(),
  offering: text.exactOptional(),
  filter: filterGrammar.exactOptional(),
  route: text.toLowerCase().exactOptional(),
  weight: weight.exactOptional(),
  ramp: ramp.exactOptional(),
  upTo: share.exactOptional(),
  when: condition.exactOptional(),
});

const failures = z.array(z.enum(FAILURE_CODES)).max(FAILURE_CODES.length);

const fallback = mapping({
  on: failures.exactOptional(),
  candidates: z.array(rule).max(MAX_CANDIDATES).exactOptional(),
  byFailure: z
    .array(mapping({ on: failures.min(1), candidates: z.array(rule).min(1).max(MAX_CANDIDATES) }))
    .max(FAILURE_CODES.length)
    .exactOptional(),
  maxAttempts: z.int().min(1).max(20).exactOptional(),
  retries: z.int().min(0).max(5).exactOptional(),
  maxQueueMs: z.int().min(0).max(60_000).exactOptional(),
  backoff: mapping({
    baseMs: milliseconds.exactOptional(),
    maxMs: milliseconds.exactOptional(),
  }).exactOptional(),
  timeouts: mapping({
    firstTokenMs: milliseconds.exactOptional(),
    stallMs: milliseconds.exactOptional(),
    totalMs: milliseconds.exactOptional(),
  }).exactOptional(),
  minOutputTps: z.number().gt(0, 'takes more than 0').max(1_000_000).exactOptional(),
  holdBackTokens: z.int().min(0).max(10_000).exactOptional(),
});

const percentiles = <Bound extends z.ZodType<number>>(bound: Bound) =>
  mapping({
    p50: bound.exactOptional(),
    p90: bound.exactOptional(),
    p95: bound.exactOptional(),
    p99: bound.exactOptional(),
  }).refine((bounds) => Object.keys(bounds).length > 0, `takes one of ${PERCENTILES.join(', ')}`);

const breaker = mapping({
  windowMs: milliseconds.exactOptional(),
  minSamples: count.exactOptional(),
  errorRate: share.exactOptional(),
  consecutiveFailures: count.exactOptional(),
  slowTtftMs: milliseconds.exactOptional(),
  slowRate: share.exactOptional(),
  openMs: milliseconds.exactOptional(),
});

const spendLimit = {
  amount: amount.refine((value) => value.gt(0), 'takes more than 0'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, e.g. USD')
    .default('USD'),
  per: z.enum(SPEND_PERIODS),
  timeZone: zone,
};

const budget = mapping({
  ...spendLimit,
  onBudgetShare: mapping({
    share: z.number().gt(0, 'takes more than 0').max(1),
    candidates: z.array(rule).max(MAX_CANDIDATES).exactOptional(),
  }).exactOptional(),
  onExhausted: z.enum(BUDGET_ENDS).exactOptional(),
});

const canaryRamp = mapping({ from: share, to: share, startsAt: date, endsAt: date }).refine(
  ({ startsAt, endsAt }) => startsAt < endsAt,
  'takes an `endsAt` that is later than `startsAt`',
);

const ratio = z.number().gt(0, 'takes more than 0').max(1_000);

const canary = mapping({
  candidate: rule,
  share: share.exactOptional(),
  ramp: canaryRamp.exactOptional(),
  by: z.enum(SPLIT_SUBJECTS).exactOptional(),
  rollBackOn: mapping({
    errorRate: share.exactOptional(),
    ttftRatio: ratio.exactOptional(),
    tpsRatio: ratio.exactOptional(),
    costRatio: ratio.exactOptional(),
  }).exactOptional(),
  minSamples: z.int().min(10).max(500).exactOptional(),
  windowMs: z.int().min(10_000).max(86_400_000).exactOptional(),
}).refine(
  ({ share, ramp }) => (share === undefined) !== (ramp === undefined),
  'takes either a `share` or a `ramp`',
);

const MAX_MIRRORS = 4;
const MAX_INSTRUCTIONS = 4_000;

const mirror = mapping({
  candidates: z.array(rule).min(1).max(MAX_MIRRORS),
  share: z.number().gt(0, 'takes more than 0').max(1),
  budget: mapping(spendLimit),
  maxConcurrent: z.int().min(1).max(100).exactOptional(),
});

const feature = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'takes names of features');
const coefficient = z.number().min(-1_000_000).max(1_000_000);

export const policyGrammar = mapping({
  description: z.string().trim().max(2_000).exactOptional(),
  candidates: z.array(rule).min(1).max(MAX_CANDIDATES).exactOptional(),
  strategy: z.enum(STRATEGIES).default('PRIORITY'),
  order: z.enum(ORDERS).exactOptional(),
  balanced: mapping({
    cost: weight.exactOptional(),
    ttft: weight.exactOptional(),
    throughput: weight.exactOptional(),
    uptime: weight.exactOptional(),
    quality: weight.exactOptional(),
  }).exactOptional(),
  qualityFloor: quality.exactOptional(),
  complexity: mapping({
    bias: coefficient,
    weights: z
      .record(feature, coefficient)
      .refine((weights) => Object.keys(weights).length <= MAX_FEATURES, `takes at most ${MAX_FEATURES}`),
    ngrams: mapping({
      scale: z.number().positive().max(1_000),
      weights: z.base64().max(MAX_NGRAMS),
    }).exactOptional(),
  }).exactOptional(),
  split: mapping({ by: z.enum(SPLIT_SUBJECTS) }).exactOptional(),
  race: mapping({ count: z.int().min(2).max(5).exactOptional() }).exactOptional(),
  hedge: mapping({ afterMs: milliseconds.exactOptional() }).exactOptional(),
  sticky: mapping({
    forMs: milliseconds.exactOptional(),
    maxCostRatio: z.number().min(1).max(1_000).exactOptional(),
  }).exactOptional(),
  cascade: mapping({
    checks: z.array(z.enum(PLAIN_CHECKS)).max(PLAIN_CHECKS.length).exactOptional(),
    minCharacters: count.exactOptional(),
    maxCharacters: count.exactOptional(),
    minMeanLogprob: z.number().min(-100).max(0).exactOptional(),
    accept: z.string().min(1).max(MAX_EXPRESSION_LENGTH).exactOptional(),
    judge: mapping({
      model: text.exactOptional(),
      instructions: z.string().trim().min(1).max(MAX_INSTRUCTIONS).exactOptional(),
      timeoutMs: z.int().min(100).max(120_000).exactOptional(),
      onFailure: z.enum(JUDGE_FAILURES).exactOptional(),
    }).exactOptional(),
    maxEscalations: z.int().min(1).max(10).exactOptional(),
    stream: z.enum(CASCADE_STREAMS).exactOptional(),
  }).exactOptional(),
  require: filterGrammar.exactOptional(),
  preferRegions: z.array(text).max(MAX_ENTRIES).exactOptional(),
  preferredMaxTtft: percentiles(milliseconds).exactOptional(),
  preferredMinTps: percentiles(z.number().gt(0, 'takes more than 0').max(1_000_000)).exactOptional(),
  rising: mapping({ maxRises: z.int().min(1).max(100).exactOptional() }).exactOptional(),
  fallback: fallback.exactOptional(),
  breaker: breaker.exactOptional(),
  budget: budget.exactOptional(),
  canary: canary.exactOptional(),
  mirror: mirror.exactOptional(),
});

/** A policy as it is written down. */
export type WrittenPolicy = z.infer<typeof policyGrammar>;
export type WrittenRule = z.infer<typeof rule>;

/** The members under which stands what strategies have of their own. */
export const OWN_MEMBERS = {
  BALANCED: 'balanced',
  QUALITY_FLOOR: 'qualityFloor',
  COMPLEXITY: 'complexity',
  SPLIT: 'split',
  RACE: 'race',
  HEDGE: 'hedge',
  STICKY: 'sticky',
  CASCADE: 'cascade',
} as const satisfies { readonly [Kind in StrategyKind]?: keyof WrittenPolicy };
