import type { FinishReason } from '../../domain/content-event.ts';
import { type Cost, isStated, lowerBoundOf } from '../../domain/cost.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { providerCostOf } from '../../domain/provider-cost.ts';
import type { Warning } from '../../domain/warning.ts';
import { given } from '../json-writing.ts';
import { routeFacts } from './route-facts.ts';

/** What `usage` says of the cost, in the cost's own currency. Nothing where it is not known: unknown is never 0. */
export type UsageCost = {
  /** To be read; the exact figure is the total in `modelgraph`. */
  readonly cost?: number;
  /** Absent where nothing is charged. */
  readonly cost_currency?: string;
};

export const usageCost = (cost: Cost): UsageCost => {
  switch (cost.kind) {
    case 'PRICED':
      return { cost: cost.total.toNumber(), cost_currency: cost.currency };
    case 'FREE':
      return { cost: 0 };
    case 'UNPRICED':
      return {};
  }
};

/** A provider's own usage with what it cost here, unless the provider says itself what it charged. */
export const withUsageCost = (usage: JsonObject, cost: Cost): JsonObject =>
  (usage.cost ?? undefined) === undefined ? { ...usage, ...usageCost(cost) } : usage;

export const costFacts = (cost: Cost): JsonObject => {
  switch (cost.kind) {
    case 'PRICED':
      return {
        kind: cost.kind,
        total: cost.total.toFixed(),
        currency: cost.currency,
        ...(isStated(cost) && { stated_by: 'provider' }),
      };
    case 'FREE':
      return { kind: cost.kind };
    case 'UNPRICED': {
      const least = lowerBoundOf(cost);
      return {
        kind: cost.kind,
        reason: cost.reason,
        ...(least !== undefined && { at_least: least.total.toFixed(), currency: least.currency }),
      };
    }
  }
};

/** What the provider says it charged, beside what our rates make of it. */
const providerCostFacts = (attempts: OperationRecord['attempts']): JsonObject | undefined => {
  const stated = providerCostOf(attempts);
  if (stated === undefined) return undefined;
  const { charge, computed, difference, isBill } = stated;
  return {
    total: charge.total.toFixed(),
    currency: charge.currency,
    is_bill: isBill,
    computed: costFacts(computed),
    ...(difference !== undefined && { difference: difference.toFixed() }),
  };
};

/** Reasons for which some words stand that tell more than theirs on every face. */
const TELLING: ReadonlySet<FinishReason | undefined> = new Set(['PAUSED', 'UNKNOWN', 'REFUSAL']);

/** The provider's own word for the end, where a face's words do not say it. */
export const nativeFinishReason = ({
  finishReason,
  rawFinishReason,
}: Pick<OperationRecord, 'finishReason' | 'rawFinishReason'>): string | undefined => {
  const isTelling = TELLING.has(finishReason) || /context/i.test(rawFinishReason ?? '');
  return isTelling ? rawFinishReason : undefined;
};

export const warningFacts = ({ code, parameter, message }: Warning): JsonObject => ({
  code,
  ...given('parameter', parameter),
  message,
});

/** A row as it is told to a client that wants to know why it was routed so. */
export type ToldRecord = OperationRecord & { readonly tellsRoute: true };

/** The `modelgraph` object of an answer: what its format has no words for. */
export const answerFacts = ({
  id,
  offeringId,
  attempts,
  cost,
  warnings,
  route,
  tellsRoute,
  ...ends
}: Pick<OperationRecord, 'offeringId' | 'attempts' | 'cost' | 'warnings'> &
  Pick<OperationRecord, 'finishReason' | 'rawFinishReason'> &
  Partial<Pick<ToldRecord, 'route' | 'tellsRoute'>> & { readonly id: string }): JsonObject => {
  const facts: { [name: string]: JsonValue } = { id };
  if (offeringId !== undefined) facts.offering = offeringId;
  facts.attempts = attempts.length;
  facts.cost = costFacts(cost);
  const stated = providerCostFacts(attempts);
  if (stated !== undefined) facts.provider_cost = stated;
  const native = nativeFinishReason(ends);
  if (native !== undefined) facts.native_finish_reason = native;
  facts.warnings = warnings.map(warningFacts);
  if (tellsRoute && route !== undefined) facts.route = routeFacts({ route, attempts });
  return facts;
};
