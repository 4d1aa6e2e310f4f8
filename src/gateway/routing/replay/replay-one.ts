import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { costOf } from '../../../catalogue/price-engine.ts';
import type { Caller } from '../../../domain/caller.ts';
import type { CompletionRequest, ServiceTier } from '../../../domain/completion-request.ts';
import type { Cost } from '../../../domain/cost.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Offering } from '../../../domain/model.ts';
import type { Decimal } from '../../../domain/money.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { inputTokensOf, outputTokensOf, type Usage } from '../../../domain/usage.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS } from '../../completion-command.ts';
import type { EstimatedCost } from '../../estimate/estimated-cost.ts';
import type { CompiledRoute } from '../compiled-route.ts';
import { type ConditionFacts, falseConditionOf } from '../conditions/condition.ts';
import { RequestVariables } from '../conditions/variables.ts';
import { eligibleOf } from '../eligibility.ts';
import { orderRoute } from '../order-route.ts';
import type { ExpectedTokens } from '../rate-card.ts';
import { RequestFacts } from '../request-facts.ts';
import { subjectHash } from '../strategies/drawn.ts';
import type { OrderContext } from '../strategies/order.ts';
import type { NotReplayedReason } from './replay-result.ts';

/** Ends the replay of a completion of which too little was kept; caught by whoever replays. */
export class NotKept extends Error {}

/** A completion that is over, and what its answer used. */
export type Replayed = {
  readonly record: OperationRecord;
  readonly usage: Usage;
  readonly serviceTier: ServiceTier | undefined;
};

const requestOf = ({ record, usage, serviceTier }: Replayed): CompletionRequest => ({
  messages: [],
  tools: [],
  // The answer has to fit as well.
  maxOutputTokens: outputTokensOf(usage),
  ...(serviceTier !== undefined && { serviceTier }),
  ...(record.metadata !== undefined && { metadata: record.metadata }),
  ...(record.user !== undefined && { user: record.user }),
});

const commandOf = ({ record }: Replayed, request: CompletionRequest): CompletionCommand => ({
  model: record.route.requested,
  request,
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts: {},
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'WHOLE',
});

/** What strategies may know of a completion from its row in the ledger: what was used instead of what is expected. */
export class ReplayFacts extends RequestFacts {
  readonly tokens: ExpectedTokens;
  readonly #context: OrderContext;

  constructor(replayed: Replayed, caller: Caller, nowMs: number) {
    const { record, usage, serviceTier = 'STANDARD' } = replayed;
    const { createdAt: at } = record;
    const tokens = {
      input: inputTokensOf(usage),
      cacheRead: usage.cacheRead,
      output: outputTokensOf(usage),
    };
    const terms = { serviceTier, thinks: usage.reasoning > 0 };
    let drawn = 0;
    // The same each time that it is replayed.
    const random = (): number => {
      drawn += 1;
      return subjectHash(`${record.id}#${drawn}`);
    };
    const request = requestOf(replayed);
    super(
      { command: commandOf(replayed, request), caller, request, at },
      {
        calibration: undefined,
        outputLengths: { expected: () => tokens.output, learn() {} },
        cacheHits: { share: () => 1 },
        random,
        nowMs,
        home: () => undefined,
      },
    );
    this.tokens = tokens;
    const facts = conditionFactsOf(replayed, tokens, () => this.#context);
    this.#context = {
      at,
      nowMs,
      costOf: ({ rates }) => {
        const cost = rates.costOf(tokens, at, terms);
        // What has no rate for cached tokens bills them like others.
        return Number.isNaN(cost) ? rates.costOf({ ...tokens, cacheRead: 0 }, at, terms) : cost;
      },
      outputTokens: () => tokens.output,
      judge() {
        throw new NotKept('how hard a prompt was');
      },
      whyNot: (condition, candidate) => falseConditionOf(condition, facts, candidate),
      subject: (by) => {
        switch (by) {
          case 'KEY':
            return record.keyId;
          case 'USER':
            return record.user;
          case 'CONVERSATION':
            // Not kept: each is a conversation of its own, which gives the same shares.
            return record.id;
        }
      },
      random,
    };
  }

  override mayExceed(tokens: number): boolean {
    return this.tokens.input > tokens;
  }

  protected override tokensOf(): number {
    return this.tokens.input;
  }

  override contextOf(): OrderContext {
    return this.#context;
  }
}

const notKept = (what: string): never => {
  throw new NotKept(what);
};

/** What conditions may know of a completion from its row; what else they ask throws NotKept. */
const conditionFactsOf = (
  { record }: Replayed,
  tokens: ExpectedTokens,
  context: () => OrderContext,
): ConditionFacts => {
  const { createdAt: at, metadata, user } = record;
  const asked = {
    at,
    metadata,
    user,
    get region() {
      return notKept('where a request came from');
    },
    language: () => notKept('the language of a prompt'),
  };
  const variables = new RequestVariables({
    at,
    metadata,
    user,
    model: record.route.requested,
    operation: record.operation,
    get region() {
      return asked.region;
    },
    get key() {
      return notKept('the key as it was');
    },
    get route() {
      return notKept('the route that a draft would be');
    },
    budgetShare: () => notKept("what was spent of a route's budget"),
    get isStreamed() {
      return notKept('whether an answer was streamed');
    },
    get headers() {
      return notKept('headers');
    },
    get maxTokens() {
      return notKept('how many tokens were allowed');
    },
    get output() {
      return notKept('what kind of answer was asked for');
    },
    promptTokens: () => tokens.input,
    tools: () => notKept('tools'),
    inputModalities: () => notKept('what a prompt held'),
    language: asked.language,
    complexity: () => context().judge(undefined).complexity,
    costOf: (candidate) => context().costOf(candidate),
  });
  return Object.assign(asked, { variables: () => variables });
};

export type ReplayContext = {
  readonly route: CompiledRoute;
  readonly catalogue: Catalogue;
  readonly caller: Caller;
  readonly nowMs: number;
  /** Costs in the wanted currency. */
  readonly inCurrency: (cost: OperationRecord['cost']) => EstimatedCost;
};

export type ReplayedOne =
  | {
      readonly kind: 'REPLAYED';
      readonly offeringId: OfferingId;
      readonly draft: EstimatedCost & { readonly total: Decimal };
      readonly recorded: EstimatedCost & { readonly total: Decimal };
    }
  | { readonly kind: 'NOT'; readonly reason: NotReplayedReason };

const not = (reason: NotReplayedReason): ReplayedOne => ({ kind: 'NOT', reason });

/** What the answer itself used: attempts that failed before it are no part of what another policy would repeat. */
const replayedOf = (record: OperationRecord): Replayed | undefined => {
  const answered = record.attempts.findLast(({ status }) => status === 'SUCCEEDED');
  const usage = answered?.usage ?? record.usage;
  return usage === undefined ? undefined : { record, usage, serviceTier: answered?.serviceTier };
};

/** Where a completion would go; undefined where nothing is left. Throws NotKept. */
const chosen = (
  replayed: Replayed,
  { route, caller, nowMs }: ReplayContext,
): CompiledRoute['candidates'][number] | undefined => {
  const facts = new ReplayFacts(replayed, caller, nowMs);
  const eligible = eligibleOf(route, facts);
  const { ranked, fallbacks } = orderRoute(route, eligible, facts);
  return (ranked[0] ?? fallbacks[0])?.candidate;
};

const priced = (cost: EstimatedCost): (EstimatedCost & { readonly total: Decimal }) | undefined =>
  cost.total === undefined ? undefined : { ...cost, total: cost.total };

/** As if nothing had been cached. */
const uncached = (usage: Usage): Usage => ({
  ...usage,
  input: usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
});

/** By the rates of the day. What has no rates for cached tokens caches none: they are input like any other. */
const costThere = (
  { record, usage, serviceTier }: Replayed,
  offering: Offering,
  catalogue: Catalogue,
): Cost => {
  const terms = {
    offering,
    prices: catalogue.pricesOf(offering.id),
    at: record.createdAt,
    serviceTier,
  };
  const cost = costOf({ ...terms, usage });
  return cost.kind === 'UNPRICED' && cost.reason === 'METER_UNPRICED'
    ? costOf({ ...terms, usage: uncached(usage) })
    : cost;
};

export const replayOne = (record: OperationRecord, context: ReplayContext): ReplayedOne => {
  const replayed = replayedOf(record);
  if (replayed === undefined) return not('NO_USAGE');
  if (record.cost.kind === 'UNPRICED') return not('COST_UNKNOWN');
  let candidate: ReturnType<typeof chosen>;
  try {
    candidate = chosen(replayed, context);
  } catch (error) {
    if (error instanceof NotKept) return not('PROMPT_NOT_KEPT');
    throw error;
  }
  if (candidate === undefined) return not('NO_CANDIDATE');
  const { offering } = candidate;
  const cost = costThere(replayed, offering, context.catalogue);
  if (cost.kind === 'UNPRICED') return not('PRICE_UNKNOWN');
  const draft = priced(context.inCurrency(cost));
  const recorded = priced(context.inCurrency(record.cost));
  if (draft === undefined || recorded === undefined) return not('NO_FX_RATE');
  return { kind: 'REPLAYED', offeringId: offering.id, draft, recorded };
};
