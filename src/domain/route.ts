import type { FailureCode } from './failure.ts';
import type { KeyId, OfferingId, RouteName } from './ids.ts';
import type { Money } from './money.ts';
import type { OfferingFilter } from './offering-filter.ts';
import type { TimeWindow } from './price.ts';

/** Strategies that put candidates into an order. */
export const ORDERS = [
  'PRIORITY',
  'WEIGHTED',
  'CHEAPEST',
  'FASTEST',
  'LEAST_BUSY',
  'BALANCED',
  'QUALITY_FLOOR',
  'COMPLEXITY',
  'CONDITIONAL',
  'SPLIT',
] as const;
export type OrderKind = (typeof ORDERS)[number];

/** All strategies: the last four call what another one has put into order in a way of their own. */
export const STRATEGIES = [...ORDERS, 'RACE', 'HEDGE', 'STICKY', 'CASCADE'] as const;
export type StrategyKind = (typeof STRATEGIES)[number];

/** What counts how much where candidates are weighed against each other; only proportions matter, absent is 0. */
export type RouteWeights = {
  readonly cost?: number;
  readonly ttft?: number;
  readonly throughput?: number;
  readonly uptime?: number;
  readonly quality?: number;
};

/** A least score at a benchmark, in its points. */
export type QualityFloor = { readonly benchmark: string; readonly score: number };

/** Weights of hashed words and pairs of words. */
export type ComplexityNgrams = {
  /** What one step of a weight counts. */
  readonly scale: number;
  /** Base64 of signed bytes, one a place of the table; a power of two of them, 256 to 65,536. */
  readonly weights: string;
};

/** A logistic model of how hard a prompt is, over named features; see the gateway's classifier. */
export type ComplexityModel = {
  readonly bias: number;
  readonly weights: { readonly [feature: string]: number };
  /** What the words themselves tell; absent: nothing. */
  readonly ngrams?: ComplexityNgrams;
};

/** By what a split is sticky: the same of it always gets the same part. */
export const SPLIT_SUBJECTS = ['KEY', 'USER', 'CONVERSATION'] as const;
export type SplitSubject = (typeof SPLIT_SUBJECTS)[number];

/** Checks of an answer that take no figures. SCHEMA and TOOL_CALLS hold it against what the request asked for. */
export const PLAIN_CHECKS = ['SCHEMA', 'TOOL_CALLS', 'REFUSAL', 'COMPLETE'] as const;
export type PlainCheck = (typeof PLAIN_CHECKS)[number];

/** How a client that sees an answer as it comes gets one that is checked. */
export const CASCADE_STREAMS = ['HOLD', 'RESTART'] as const;

export const JUDGE_FAILURES = ['PASS', 'ESCALATE'] as const;

/** Who grades the answers of a CASCADE. Each grading is a completion of its own, which the same key pays for. */
export type CascadeJudge = {
  /** By any name that completions take; absent: the model that answered is asked itself. */
  readonly model?: string;
  /** What makes an answer good, in the operator's words; beside the conversation's end and the answer. */
  readonly instructions?: string;
  readonly timeoutMs: number;
  /** What is done with an answer that could not be graded. */
  readonly onFailure: (typeof JUDGE_FAILURES)[number];
};

/** What a CASCADE asks of an answer that another tier could still better. */
export type CascadeRules = {
  readonly checks: readonly PlainCheck[];
  /** Of the text, of an answer that calls no tools. */
  readonly minCharacters?: number;
  readonly maxCharacters?: number;
  /** Least mean log probability of the text's tokens; an answer that comes without them passes. */
  readonly minMeanLogprob?: number;
  /** An expression in CEL that has to be true of the answer. */
  readonly accept?: string;
  /** A model that says whether the answer will do; asked once all else has passed. */
  readonly judge?: CascadeJudge;
  /** How often the next tier may be asked for one request. */
  readonly maxEscalations: number;
  /**
   * HOLD: an answer is passed on once it has passed. RESTART: as it comes, where the client can be told that what came is
   * void; others get it held.
   */
  readonly stream: (typeof CASCADE_STREAMS)[number];
};

export type Order =
  /** As listed. */
  | { readonly kind: 'PRIORITY' }
  /** Drawn by the weights of the rules, anew for each request. */
  | { readonly kind: 'WEIGHTED' }
  /** Cheapest for this prompt, as estimated, what is in the prompt cache counted as such. */
  | { readonly kind: 'CHEAPEST' }
  /** Soonest to be done by recent measurements, calls under way counted. */
  | { readonly kind: 'FASTEST' }
  /** Fewest calls under way from this node. */
  | { readonly kind: 'LEAST_BUSY' }
  | { readonly kind: 'BALANCED'; readonly weights?: RouteWeights }
  /** Cheapest of those that score enough. */
  | { readonly kind: 'QUALITY_FLOOR'; readonly floor: QualityFloor }
  /** The first rule whose `upTo` is not below the prompt's complexity, then the stronger ones, then the weaker. */
  | { readonly kind: 'COMPLEXITY'; readonly model?: ComplexityModel }
  /** As listed, for rules with conditions, which any strategy takes. */
  | { readonly kind: 'CONDITIONAL' }
  /** Drawn by the weights of the rules, always the same for the same subject. */
  | { readonly kind: 'SPLIT'; readonly by: SplitSubject };

export type Strategy =
  | Order
  /** Sent to the first `count` at once; the first good answer wins, the others are cancelled. */
  | { readonly kind: 'RACE'; readonly count: number; readonly order: Order }
  /** A second one is asked once the first is late: after `afterMs`, else the p95 of its TTFT. */
  | { readonly kind: 'HEDGE'; readonly afterMs?: number; readonly order: Order }
  /**
   * A conversation stays where its prompt cache is warm for `forMs` after its last turn, unless that offering is
   * not well or costs over `maxCostRatio` times the best.
   */
  | { readonly kind: 'STICKY'; readonly forMs: number; readonly maxCostRatio: number; readonly order: Order }
  /** The first tier answers; one whose answer does not pass is followed by the next tier. The last is not checked. */
  | ({ readonly kind: 'CASCADE'; readonly order: Order } & CascadeRules);

/** When a rule holds; everything that is present must. */
export type RouteCondition = {
  /** Each of these tags of the request has any of its values. */
  readonly metadata?: { readonly [name: string]: readonly string[] };
  /** Any of the caller's own end-user ids. */
  readonly users?: readonly string[];
  /** ISO 639-1 codes; the language is that of the last user message. */
  readonly languages?: readonly string[];
  /** Where the request comes from, as it says itself. */
  readonly regions?: readonly string[];
  readonly time?: TimeWindow;
  /** In CEL, over variables that the gateway lists; true or false. */
  readonly expression?: string;
};

/** What a route may use. */
export type CandidateTarget =
  /** A slug, name or alias: each of its offerings that is on. */
  | { readonly kind: 'MODEL'; readonly name: string }
  | { readonly kind: 'OFFERING'; readonly id: OfferingId }
  /** Each offering that is on and passes. */
  | { readonly kind: 'FILTER'; readonly filter: OfferingFilter }
  /** What another route would use, in its order; raced or hedged as it says, where the outer route only chooses between rules. */
  | { readonly kind: 'ROUTE'; readonly name: RouteName };

/** A weight that changes with time: `from` until `startsAt`, then in a straight line, `to` from `endsAt` on. */
export type WeightRamp = {
  readonly from: number;
  readonly to: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
};

export type CandidateRule = {
  readonly target: CandidateTarget;
  /** Share, for WEIGHTED and SPLIT; 0 or more. */
  readonly weight: number;
  /** Takes the place of `weight`. */
  readonly ramp?: WeightRamp;
  /** For COMPLEXITY: the hardest prompts that this is for, 0 to 1; absent: any. */
  readonly upTo?: number;
  /** When it is used, whatever the strategy; absent: always. */
  readonly when?: RouteCondition;
};

/** What is tried after some failures, before what is left of all other candidates. */
export type FailureFallback = {
  readonly on: readonly FailureCode[];
  /** As listed. */
  readonly candidates: readonly CandidateRule[];
};

export type FallbackRules = {
  /** Failures after which another is tried; absent: all that another could help with. */
  readonly on?: readonly FailureCode[];
  /** Tried after all candidates, as listed. */
  readonly candidates: readonly CandidateRule[];
  /** By what went wrong, each failure once at most; absent: nothing of its own for any. `on` says nothing of these. */
  readonly byFailure?: readonly FailureFallback[];
  /** Attempts in all, hedges and retries included. */
  readonly maxAttempts: number;
  /** Of the same candidate, where waiting can help. */
  readonly retries: number;
  /** Where every candidate is full, room is waited for so long in all, in milliseconds; 0: not at all. */
  readonly maxQueueMs: number;
  /** The n-th retry waits a random time up to `baseMs` times 2 to the n, at most `maxMs`, and what the provider asks for. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** Milliseconds; the request's own win. */
  readonly timeouts: { readonly firstTokenMs?: number; readonly stallMs?: number; readonly totalMs?: number };
  /** A stream that is slower than this from its third second on has failed. */
  readonly minOutputTps?: number;
  /** So many tokens are held back, so that a stream that dies among them can still go elsewhere. */
  readonly holdBackTokens: number;
};

/** When an offering is left alone for a while. */
export type BreakerRules = {
  readonly windowMs: number;
  /** Fewer calls in the window say nothing of rates. */
  readonly minSamples: number;
  /** Share of calls that failed by the provider's fault. */
  readonly errorRate: number;
  /** So many failures in a row do, whatever the window holds. */
  readonly consecutiveFailures: number;
  /** A first token that comes later is slow; absent: none is. */
  readonly slowTtftMs?: number;
  /** Share of calls that were slow; 0.05 with `slowTtftMs: 1000` means: p95 of the TTFT above one second. */
  readonly slowRate: number;
  /** How long it stays open before one probe is let through. */
  readonly openMs: number;
};

/** Why a canary is rolled back. */
export const CANARY_REASONS = ['ERROR_RATE', 'TTFT', 'OUTPUT_TPS', 'COST'] as const;
export type CanaryReason = (typeof CANARY_REASONS)[number];

/** By how much a canary may be worse than the others of its route; what is absent is not looked at. */
export type CanaryLimits = {
  /** Share of its calls that fail. */
  readonly errorRate?: number;
  /** Its median, as so many times that of the others. */
  readonly ttftRatio?: number;
  readonly tpsRatio?: number;
  readonly costRatio?: number;
};

/** A candidate that gets a share of a saved route's requests, for as long as it is not worse than the others. */
export type Canary = {
  readonly candidate: CandidateRule;
  readonly share: number;
  /** Takes the place of `share`. */
  readonly ramp?: WeightRamp;
  /** Who always gets it, or never, at one share; absent: each request is drawn by itself. */
  readonly by?: SplitSubject;
  readonly rollBackOn: CanaryLimits;
  /** Fewer calls, of it or of the others, say nothing. */
  readonly minSamples: number;
  readonly windowMs: number;
};

export const SPEND_PERIODS = ['HOUR', 'DAY', 'MONTH'] as const;
export type SpendPeriod = (typeof SPEND_PERIODS)[number];

/** So much in each hour, day or month on the clock of a zone. */
export type SpendLimit = Money & {
  readonly per: SpendPeriod;
  /** IANA name. */
  readonly timeZone: string;
};

/** Other candidates that get a share of a saved route's completions as well, and whose answers nobody is shown. */
export type Mirror = {
  /** Each gets the request, as far as it may be called. */
  readonly candidates: readonly CandidateRule[];
  readonly share: number;
  readonly budget: SpendLimit;
  /** Of this route on each node; one more is not sent. */
  readonly maxConcurrent: number;
};

export const BUDGET_ENDS = ['CHEAPER', 'REFUSE'] as const;

/** What a saved route may spend, and what it does as that comes to its end. */
export type RouteBudget = SpendLimit & {
  /** From this share of it on cheaper ones come first; absent: not before all is spent. */
  readonly onBudgetShare?: {
    readonly share: number;
    /** What comes first then, as listed; none: the route's own candidates, the cheapest first. */
    readonly candidates: readonly CandidateRule[];
  };
  /** What is done once all is spent. */
  readonly onExhausted: (typeof BUDGET_ENDS)[number];
};

export const PERCENTILES = ['p50', 'p90', 'p95', 'p99'] as const;
export type PercentileBounds = { readonly [Percentile in (typeof PERCENTILES)[number]]?: number };

/** How requests are routed, as data. */
export type RoutePolicy = {
  readonly description?: string;
  readonly candidates: readonly CandidateRule[];
  readonly strategy: Strategy;
  /** What every candidate must hold, fallbacks included. */
  readonly require?: OfferingFilter;
  /** Those served from the first of these come first, and so on; others last. */
  readonly preferRegions: readonly string[];
  /** Those known to be slower come after the others, in milliseconds; `p90`: of 90 % of the calls of the last 5 minutes. */
  readonly preferredMaxTtft?: PercentileBounds;
  /** Likewise, output tokens a second: `p90`: so many have 90 % of the calls at least. */
  readonly preferredMinTps?: PercentileBounds;
  /**
   * COMPLEXITY and CASCADE: no turn of a conversation goes to a lower tier than the one before, and so many may go to a higher
   * one. Absent: each turn is taken by itself.
   */
  readonly rising?: { readonly maxRises: number };
  readonly fallback: FallbackRules;
  readonly breaker: BreakerRules;
  /** Of a saved route alone. */
  readonly budget?: RouteBudget;
  /** Of a saved route alone. */
  readonly canary?: Canary;
  /** Of a saved route alone. */
  readonly mirror?: Mirror;
};

/** A policy under a name. A new version replaces the one before, which is kept. */
export type Route = {
  readonly name: RouteName;
  /** From 1; 0 for one of the config file. */
  readonly version: number;
  readonly policy: RoutePolicy;
  readonly origin: 'GRAPH' | 'CONFIG';
  readonly savedAt: Date;
  /** Absent for one of the config file. */
  readonly savedBy?: KeyId;
  /** Why, in the words of who saved it. */
  readonly note?: string;
};

export const DEFAULT_FALLBACK: FallbackRules = {
  candidates: [],
  maxAttempts: 8,
  retries: 0,
  maxQueueMs: 2_000,
  backoff: { baseMs: 250, maxMs: 5_000 },
  timeouts: {},
  holdBackTokens: 0,
};

export const DEFAULT_BREAKER: BreakerRules = {
  windowMs: 30_000,
  minSamples: 20,
  errorRate: 0.5,
  consecutiveFailures: 5,
  slowRate: 0.5,
  openMs: 5_000,
};

/** How names of models are routed, to which `candidates` are added, where the operator says nothing else. */
export const DEFAULT_POLICY: RoutePolicy = {
  candidates: [],
  strategy: { kind: 'PRIORITY' },
  preferRegions: [],
  fallback: DEFAULT_FALLBACK,
  breaker: DEFAULT_BREAKER,
};
