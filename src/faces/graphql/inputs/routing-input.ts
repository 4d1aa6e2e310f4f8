import { builder } from '../builder.ts';
import { FailureCodeEnum } from '../types/enums.ts';
import { HolidayCalendarEnum, HolidayRuleEnum, WeekdayEnum } from '../types/price.ts';
import { RoutingStrategyEnum, SplitSubjectEnum } from '../types/routing-enums.ts';
import { CascadeInput, RisingInput } from './cascade-input.ts';
import { MinQualityInput } from './min-quality.ts';
import { OfferingFilterInput } from './offering-filter.ts';

const RouteHolidaysInput = builder.inputType('RouteHolidaysInput', {
  description: 'What public holidays do to a time. In a year that is not announced yet, no day is one.',
  fields: (t) => ({
    calendar: t.field({ type: HolidayCalendarEnum, required: true, description: 'Whose holidays.' }),
    rule: t.field({ type: HolidayRuleEnum, required: true, description: 'What they do.' }),
  }),
});

const TimeWindowInput = builder.inputType('RouteTimeInput', {
  description:
    'Times that come again each day or week: `from` and `to`, `weekdays`, `holidays`, or several of them.',
  fields: (t) => ({
    zone: t.string({ description: 'IANA name of the clock, e.g. `Asia/Shanghai`; UTC if not given.' }),
    from: t.string({ description: 'Time of day, `HH:MM`, inclusive.' }),
    to: t.string({ description: 'Time of day, `HH:MM`, exclusive; may lie past midnight.' }),
    weekdays: t.field({
      type: [WeekdayEnum],
      description: 'Days on which it begins; every day if not given.',
    }),
    holidays: t.field({
      type: RouteHolidaysInput,
      description: 'What public holidays do to it; nothing if not given.',
    }),
  }),
});

const RouteConditionInput = builder.inputType('RouteConditionInput', {
  description: 'When a candidate is used: everything that is given must hold.',
  fields: (t) => ({
    metadata: t.field({
      type: 'JSONObject',
      description:
        "Lists of texts by the names of the request's tags: each of these tags has one of its texts. Up to 16.",
    }),
    users: t.stringList({ description: "The request's `user` is one of these." }),
    languages: t.stringList({
      description: 'The last user message is in one of these languages, ISO 639-1 codes.',
    }),
    regions: t.stringList({ description: "The request's `routing.region` is one of these." }),
    time: t.field({ type: TimeWindowInput, description: 'It is this time.' }),
    expression: t.string({
      description:
        'In CEL, true or false, up to 1,000 characters, e.g. `promptTokens > 8000 && has(headers.x_team)`. docs/routing.md lists the variables.',
    }),
  }),
});

const WeightRampInput = builder.inputType('WeightRampInput', {
  description:
    'A weight that changes with time: `from` until `startsAt`, then in a straight line, `to` from `endsAt` on.',
  fields: (t) => ({
    from: t.float({ required: true, description: 'Weight at the beginning, 0 to 1,000,000.' }),
    to: t.float({ required: true, description: 'Weight at the end, 0 to 1,000,000.' }),
    startsAt: t.field({ type: 'DateTime', required: true, description: 'When it begins to change.' }),
    endsAt: t.field({ type: 'DateTime', required: true, description: 'When it is `to`.' }),
  }),
});

export const CandidateInput = builder.inputType('CandidateInput', {
  description: 'What a route may use: exactly one of `model`, `offering`, `filter` and `route`.',
  fields: (t) => ({
    model: t.string({ description: 'A slug, name or alias: each of its offerings that is on.' }),
    offering: t.id({ description: 'The id of one offering.' }),
    filter: t.field({
      type: OfferingFilterInput,
      description: 'Each offering that is on and passes. Up to 20 filters, fallbacks included.',
    }),
    route: t.string({
      description:
        'The name of another route: what it would use, in its order. Where this route only chooses between its candidates (PRIORITY, WEIGHTED, COMPLEXITY, CONDITIONAL, SPLIT), a RACE or HEDGE of that route is run among its own. Up to 8 in a chain.',
    }),
    weight: t.float({ description: 'Share, for WEIGHTED and SPLIT, 0 to 1,000,000; 1 if not given.' }),
    ramp: t.field({
      type: WeightRampInput,
      description:
        'WEIGHTED and SPLIT: a weight that changes with time, instead of `weight`. A SPLIT moves nobody out of a part whose share grows.',
    }),
    upTo: t.float({
      description: 'COMPLEXITY: the hardest prompts that it is for, 0 to 1; any if not given.',
    }),
    when: t.field({
      type: RouteConditionInput,
      description: 'When it is used, whatever the strategy; always if not given.',
    }),
  }),
});

const RouteWeightsInput = builder.inputType('RouteWeightsInput', {
  description: 'How much each criterion counts; only proportions matter. One that is not given does not.',
  fields: (t) => ({
    cost: t.float({ description: 'Cost of this prompt, as estimated; less is better.' }),
    ttft: t.float({ description: 'Time to the first token, as measured recently; less is better.' }),
    throughput: t.float({ description: 'Output tokens a second, as measured recently; more is better.' }),
    uptime: t.float({ description: 'Share of recent calls that were answered; more is better.' }),
    quality: t.float({ description: 'Score at benchmarks; more is better.' }),
  }),
});

const ComplexityNgramsInput = builder.inputType('ComplexityNgramsInput', {
  description: 'Weights of hashed words and pairs of words, as `modelgraph train-complexity` makes them.',
  fields: (t) => ({
    scale: t.float({ required: true, description: 'What one step of a weight counts.' }),
    weights: t.string({
      required: true,
      description: 'Base64 of signed bytes, a power of two of them, 256 to 65,536.',
    }),
  }),
});

const ComplexityInput = builder.inputType('ComplexityInput', {
  description:
    'A logistic model of how hard prompts are, as `modelgraph` trains it; the one that is shipped if not given.',
  fields: (t) => ({
    bias: t.float({ required: true, description: 'Its intercept.' }),
    weights: t.field({
      type: 'JSONObject',
      required: true,
      description: 'Coefficients by the names of features. Up to 64.',
    }),
    ngrams: t.field({
      type: ComplexityNgramsInput,
      description: 'What the words themselves tell; nothing if not given.',
    }),
  }),
});

const SplitInput = builder.inputType('SplitInput', {
  description: 'Who always gets the same part of a split.',
  fields: (t) => ({
    by: t.field({ type: SplitSubjectEnum, description: 'By what it is sticky; KEY if not given.' }),
  }),
});

const RaceInput = builder.inputType('RaceInput', {
  description: 'How a race is run.',
  fields: (t) => ({
    count: t.int({ description: 'How many are asked in parallel, 2 to 5; 2 if not given.' }),
  }),
});

const HedgeInput = builder.inputType('HedgeInput', {
  description: 'When a second one is asked.',
  fields: (t) => ({
    afterMs: t.int({
      description:
        "Milliseconds without a first token; if not given, the p95 of the first one's time to the first token.",
    }),
  }),
});

const StickyInput = builder.inputType('StickyInput', {
  description: 'How long a conversation stays where it is.',
  fields: (t) => ({
    forMs: t.int({
      description:
        'Milliseconds after its last turn for which its prompt cache is warm; 300,000 if not given.',
    }),
    maxCostRatio: t.float({
      description: 'It moves where staying costs over so many times the best, 1 to 1,000; 1.5 if not given.',
    }),
  }),
});

const BackoffInput = builder.inputType('BackoffInput', {
  description:
    'How long to wait before trying the same offering again: a random time up to `baseMs`, doubled each time, and at least what the provider asks for.',
  fields: (t) => ({
    baseMs: t.int({ description: 'Milliseconds; 250 if not given.' }),
    maxMs: t.int({ description: 'Most milliseconds; 5,000 if not given.' }),
  }),
});

const RouteTimeoutsInput = builder.inputType('RouteTimeoutsInput', {
  description:
    "Limits in milliseconds, 1 to 3,600,000; the server's where not given. Those of a request win over these.",
  fields: (t) => ({
    firstTokenMs: t.int({
      description:
        'From sending an attempt to its first token; of operations other than completions, to the head of the answer. A provider that is asked for a whole answer has four times as long, or twice what is usual; then another candidate is asked beside it.',
    }),
    stallMs: t.int({ description: 'Longest silence between two pieces of an answer.' }),
    totalMs: t.int({ description: 'The whole completion, all attempts included.' }),
  }),
});

const FailureFallbackInput = builder.inputType('FailureFallbackInput', {
  description: 'What to try after some failures, before what is left of all other candidates.',
  fields: (t) => ({
    on: t.field({
      type: [FailureCodeEnum],
      required: true,
      description: 'After these failures; each stands in one list at most.',
    }),
    candidates: t.field({
      type: [CandidateInput],
      required: true,
      description: 'Tried as listed, 1 to 100.',
    }),
  }),
});

const FallbackInput = builder.inputType('FallbackInput', {
  description: 'What to do if a candidate fails.',
  fields: (t) => ({
    on: t.field({
      type: [FailureCodeEnum],
      description: 'Only after these failures; after all that another could help with if not given.',
    }),
    candidates: t.field({
      type: [CandidateInput],
      description: 'Tried after all candidates, as listed: `upTo` is not for them.',
    }),
    byFailure: t.field({
      type: [FailureFallbackInput],
      description:
        'By what went wrong: these come next, whatever `on` says, then what is left of all other candidates where `on` goes on after such a failure.',
    }),
    maxAttempts: t.int({ description: 'Most attempts in all, 1 to 20; 8 if not given.' }),
    retries: t.int({
      description: 'How often the same candidate is tried again if waiting can help, 0 to 5; 0 if not given.',
    }),
    backoff: t.field({ type: BackoffInput, description: 'How long to wait before.' }),
    timeouts: t.field({ type: RouteTimeoutsInput, description: 'Time limits.' }),
    maxQueueMs: t.int({
      description:
        'Milliseconds that room is waited for, in all, where every candidate is full; 0: not at all. 2000 if not given.',
    }),
    minOutputTps: t.float({
      description: 'A stream with fewer output tokens a second, from its third second on, has failed.',
    }),
    holdBackTokens: t.int({
      description:
        'So many tokens are held back, so that a stream that dies among them can still go elsewhere; 0 if not given.',
    }),
  }),
});

const PercentilesInput = builder.inputType('PercentilesInput', {
  description: 'Bounds for shares of recent calls: for half of them, for 90 %, 95 % or 99 %. One at least.',
  fields: (t) => ({
    p50: t.float({ description: 'Of half of the calls.' }),
    p90: t.float({ description: 'Of 90 % of the calls.' }),
    p95: t.float({ description: 'Of 95 % of the calls.' }),
    p99: t.float({ description: 'Of 99 % of the calls.' }),
  }),
});

const BreakerInput = builder.inputType('BreakerInput', {
  description: 'When an offering is left alone for a while. Shared by all requests under the same rules.',
  fields: (t) => ({
    windowMs: t.int({ description: 'Milliseconds that are looked back on; 30,000 if not given.' }),
    minSamples: t.int({ description: 'Fewer calls say nothing of rates; 20 if not given.' }),
    errorRate: t.float({
      description: "Share of calls that failed by the provider's fault, 0 to 1; 0.5 if not given.",
    }),
    consecutiveFailures: t.int({
      description: 'So many failures in a row are enough; 5 if not given.',
    }),
    slowTtftMs: t.int({
      description: 'A first token after more milliseconds is slow; none is if not given.',
    }),
    slowRate: t.float({
      description:
        'Share of calls that were slow, 0 to 1; 0.5 if not given. 0.05 means: p95 of the time to the first token above `slowTtftMs`.',
    }),
    openMs: t.int({ description: 'Milliseconds until one call may try it again; 5,000 if not given.' }),
  }),
});

export type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** What a policy is made of, saved or not. */
export const policyFields = (t: InputFields) => ({
  description: t.string({ description: 'For people, up to 2,000 characters.' }),
  candidates: t.field({
    type: [CandidateInput],
    description: 'What may be used, 1 to 100.',
  }),
  strategy: t.field({
    type: RoutingStrategyEnum,
    description: 'How candidates are put into order and called; PRIORITY if not given.',
  }),
  order: t.field({
    type: RoutingStrategyEnum,
    description:
      'RACE, HEDGE, STICKY and CASCADE: how candidates are put into order, by any other strategy; PRIORITY if not given, for STICKY CHEAPEST.',
  }),
  balanced: t.field({ type: RouteWeightsInput, description: 'BALANCED: what matters.' }),
  qualityFloor: t.field({ type: MinQualityInput, description: 'QUALITY_FLOOR: the floor.' }),
  complexity: t.field({ type: ComplexityInput, description: 'COMPLEXITY: a model of your own.' }),
  split: t.field({ type: SplitInput, description: 'SPLIT: by what it is sticky.' }),
  race: t.field({ type: RaceInput, description: 'RACE: how it is run.' }),
  hedge: t.field({ type: HedgeInput, description: 'HEDGE: when the second is asked.' }),
  sticky: t.field({ type: StickyInput, description: 'STICKY: for how long, and at what cost.' }),
  cascade: t.field({ type: CascadeInput, description: 'CASCADE: what is asked of an answer.' }),
  rising: t.field({
    type: RisingInput,
    description:
      'COMPLEXITY and CASCADE: a turn of a conversation never goes to a lower tier than the one before; if not given, each turn is taken by itself.',
  }),
  require: t.field({
    type: OfferingFilterInput,
    description: 'What every candidate must hold, fallbacks included.',
  }),
  preferRegions: t.stringList({
    description: 'Those served from the first of these come first, and so on; others last.',
  }),
  preferredMaxTtft: t.field({
    type: PercentilesInput,
    description:
      'Milliseconds to the first token, e.g. `{p90: 800}`: those known to be slower in the last 5 minutes come after the others, and are no less candidates.',
  }),
  preferredMinTps: t.field({
    type: PercentilesInput,
    description: 'Likewise, output tokens a second: `{p90: 40}` asks that 90 % of the calls had at least 40.',
  }),
  fallback: t.field({ type: FallbackInput, description: 'What to do if a candidate fails.' }),
  breaker: t.field({ type: BreakerInput, description: 'When an offering is left alone for a while.' }),
});

export const RoutingInput = builder.inputType('RoutingInput', {
  description:
    'How this one request is routed. Without `candidates` they are those of `model`; with them, `model` is only a name for the ledger.',
  fields: (t) => ({
    ...policyFields(t),
    region: t.string({ description: 'Where the request comes from, for conditions.' }),
    conversation: t.string({
      description:
        'Identifies a conversation, up to 256 characters; needed where its history is cut or rewritten between turns. If not given, a turn is known by all that was said before it, by its key and its user.',
    }),
  }),
});

export type RoutingShape = typeof RoutingInput.$inferInput;
