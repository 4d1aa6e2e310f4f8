import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { costOf } from '../../../catalogue/price-engine.ts';
import type { Caller } from '../../../domain/caller.ts';
import type { CompletionRecord } from '../../../domain/completion-record.ts';
import type { Cost } from '../../../domain/cost.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Offering } from '../../../domain/model.ts';
import type { Decimal } from '../../../domain/money.ts';
import type { Usage } from '../../../domain/usage.ts';
import type { EstimatedCost } from '../../estimate/estimated-cost.ts';
import type { CompiledRoute } from '../candidate.ts';
import { eligibleOf } from '../eligibility.ts';
import { orderRoute } from '../order-route.ts';
import { NotKept, type Replayed, ReplayFacts } from './replay-facts.ts';
import type { NotReplayedReason } from './replay-result.ts';

export type ReplayContext = {
  readonly route: CompiledRoute;
  readonly catalogue: Catalogue;
  readonly caller: Caller;
  readonly nowMs: number;
  /** Costs in the wanted currency. */
  readonly inCurrency: (cost: CompletionRecord['cost']) => EstimatedCost;
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
const replayedOf = (record: CompletionRecord): Replayed | undefined => {
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
  const context = facts.contextOf();
  const { request, at } = facts.ask;
  const eligible = eligibleOf(route.candidates, {
    request,
    at,
    unsupported: 'WARN',
    mostInputTokens: () => facts.tokens.input,
    inputTokens: () => facts.tokens.input,
    costOf: (candidate) => context.costOf(candidate),
  });
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

export const replayOne = (record: CompletionRecord, context: ReplayContext): ReplayedOne => {
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
