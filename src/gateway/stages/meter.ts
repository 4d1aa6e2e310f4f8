import { type Catalogue, calledOffering } from '../../catalogue/catalogue.ts';
import { type Attempt, decidingAttempt, type Timings } from '../../domain/attempt.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { Cost } from '../../domain/cost.ts';
import type { FailureCode } from '../../domain/failure.ts';
import type { Operation } from '../../domain/operation.ts';
import { sumOfCosts } from '../../domain/sum-costs.ts';
import { outputTokensOf, type Usage } from '../../domain/usage.ts';
import { chargedCost, costOfAttempt, type TermsOf } from '../bill-attempt.ts';
import { plannedAt, type RoutePlan } from '../routing/route-plan.ts';
import { outputTpsOf } from '../statistics/output-speed.ts';

/** What attempts used and cost. */
export type Bill = {
  /** With what they cost. */
  readonly attempts: readonly Attempt[];
  /** Of the attempt that decided, as a client takes it for the size of its conversation; absent where none was reported. */
  readonly usage?: Usage;
  readonly cost: Cost;
  readonly timings: Timings;
};

/** Whether the model was let think; undefined where that was left to the provider. */
export const thinkingOf = ({
  reasoningEffort,
  reasoningMaxTokens,
}: Pick<CompletionRequest, 'reasoningEffort' | 'reasoningMaxTokens'>): boolean | undefined => {
  if (reasoningMaxTokens !== undefined) return true;
  return reasoningEffort === undefined ? undefined : reasoningEffort !== 'none';
};

/** With what our rates make of it, where that can be told and is not yet. */
export const priced = (attempt: Attempt, catalogue: Catalogue, termsOf: TermsOf): Attempt => {
  if (attempt.cost !== undefined) return attempt;
  const offering = calledOffering(catalogue, attempt.offeringId);
  const isCounted = attempt.usage !== undefined || attempt.billing?.charge !== undefined;
  if (offering === undefined || !isCounted || isUnbilled(attempt)) return attempt;
  const computed = costOfAttempt(attempt, offering, catalogue, termsOf);
  const charged = chargedCost(attempt, computed, catalogue);
  return charged === undefined
    ? { ...attempt, cost: computed }
    : { ...attempt, cost: charged, computedCost: computed };
};

const isPriced = (attempt: Attempt): boolean =>
  attempt.cost !== undefined ||
  (attempt.usage === undefined && attempt.billing?.charge === undefined) ||
  isUnbilled(attempt);

/** Refusals for want of room, which no provider charges for. */
const WITHOUT_CHARGE: ReadonlySet<FailureCode> = new Set(['OVERLOADED', 'RATE_LIMITED']);

/** Some count the token to come when they begin. */
const isWithoutAnswer = ({ ttftMs, usage, usageEstimated }: Attempt): boolean =>
  ttftMs === undefined && usageEstimated === undefined && usage !== undefined && outputTokensOf(usage) <= 1;

/** Some count the prompt before they find that there is no room for its answer. */
const isUnbilled = (attempt: Attempt): boolean =>
  attempt.status === 'FAILED' &&
  attempt.failure !== undefined &&
  WITHOUT_CHARGE.has(attempt.failure.code) &&
  isWithoutAnswer(attempt);

/** Of what nobody knows. */
export const UNKNOWN_COST: Cost = sumOfCosts([]);

/** An answered attempt without usage is unpriced, never free of charge; a failed one without usage is not billed. */
const costOfAll = (attempts: readonly Attempt[], catalogue: Catalogue, termsOf: TermsOf): Cost => {
  const [only, ...others] = attempts;
  if (only?.cost !== undefined && others.length === 0) return only.cost;
  const costs = attempts.flatMap((attempt): readonly Cost[] => {
    if (attempt.cost !== undefined) return [attempt.cost];
    const answered = attempt.status === 'SUCCEEDED' || attempt.ttftMs !== undefined;
    if (!answered) return [];
    const offering = calledOffering(catalogue, attempt.offeringId);
    return offering === undefined ? [UNKNOWN_COST] : [costOfAttempt(attempt, offering, catalogue, termsOf)];
  });
  return sumOfCosts(costs);
};

const timingsOf = (attempts: readonly Attempt[], totalMs: number): Timings => {
  const last = decidingAttempt(attempts);
  if (last?.ttftMs === undefined) return { totalMs };
  const tps = outputTpsOf(last);
  const { ttftMs } = last;
  return tps === undefined
    ? { totalMs, ttftMs }
    : { totalMs, ttftMs, outputTps: Math.round(tps * 100) / 100 };
};

const FREE: Cost = { kind: 'FREE' };

/** Prices what was used, by the rows in force when each attempt was sent, on the terms on which it was asked. */
export const billFor = (
  made: readonly Attempt[],
  catalogue: Catalogue,
  totalMs: number,
  termsOf: TermsOf,
  operation: Operation | undefined,
): Bill => {
  // No provider charges for counting, and what is counted is not used.
  if (operation === 'TOKEN_COUNT') return { attempts: made, cost: FREE, timings: { totalMs } };
  // Nearly always priced as they ended.
  const attempts = made.every(isPriced) ? made : made.map((attempt) => priced(attempt, catalogue, termsOf));
  const usage = decidingAttempt(attempts)?.usage;
  const cost = costOfAll(attempts, catalogue, termsOf);
  const timings = timingsOf(attempts, totalMs);
  return usage === undefined ? { attempts, cost, timings } : { attempts, usage, cost, timings };
};

/** Candidates as a completion asks each of them. */
export const termsOfRoute =
  (plan: Pick<RoutePlan, 'candidates' | 'standby'>): TermsOf =>
  (offeringId) => {
    const asked = plannedAt(plan, offeringId)?.request;
    return (
      asked && {
        serviceTier: asked.serviceTier,
        thinking: thinkingOf(asked),
        region: asked.inferenceRegion,
      }
    );
  };
