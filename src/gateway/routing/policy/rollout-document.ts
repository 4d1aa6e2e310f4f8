import type { JsonObject } from '../../../domain/json.ts';
import type { Canary, Mirror, RouteBudget, RoutePolicy } from '../../../domain/route.ts';
import type { WrittenPolicy } from './grammar.ts';
import { json, type Members, rampDocument, ruleDocument, ruleOf } from './rule-document.ts';

/** How a saved route's budget, canary and mirror are written down, and read again. */

const budgetOf = ({
  onBudgetShare,
  onExhausted = 'CHEAPER',
  ...limit
}: NonNullable<WrittenPolicy['budget']>): RouteBudget => ({
  ...limit,
  ...(onBudgetShare !== undefined && {
    onBudgetShare: { share: onBudgetShare.share, candidates: (onBudgetShare.candidates ?? []).map(ruleOf) },
  }),
  onExhausted,
});

const DEFAULT_CANARY = { rollBackOn: { errorRate: 0.05 }, minSamples: 50, windowMs: 600_000 };

const canaryOf = ({ candidate, share = 0, ...rest }: NonNullable<WrittenPolicy['canary']>): Canary => ({
  ...DEFAULT_CANARY,
  ...rest,
  candidate: ruleOf(candidate),
  share,
});

const DEFAULT_MIRROR = { maxConcurrent: 10 };

const mirrorOf = ({ candidates, ...rest }: NonNullable<WrittenPolicy['mirror']>): Mirror => ({
  ...DEFAULT_MIRROR,
  ...rest,
  candidates: candidates.map(ruleOf),
});

type Rollout = Pick<RoutePolicy, 'budget' | 'canary' | 'mirror'>;

export const rolloutOf = ({ budget, canary, mirror }: Pick<WrittenPolicy, keyof Rollout>): Rollout => ({
  ...(budget !== undefined && { budget: budgetOf(budget) }),
  ...(canary !== undefined && { canary: canaryOf(canary) }),
  ...(mirror !== undefined && { mirror: mirrorOf(mirror) }),
});

const budgetDocument = ({ amount, onBudgetShare, ...rest }: RouteBudget): JsonObject =>
  json(
    {
      amount: amount.toFixed(),
      ...rest,
      onBudgetShare:
        onBudgetShare &&
        json(
          { share: onBudgetShare.share, candidates: onBudgetShare.candidates.map(ruleDocument) },
          { candidates: [] },
        ),
    },
    { onExhausted: 'CHEAPER' },
  );

const canaryDocument = ({ candidate, share, ramp, ...rest }: Canary): JsonObject =>
  json(
    {
      candidate: ruleDocument(candidate),
      ...(ramp === undefined ? { share } : { ramp: rampDocument(ramp) }),
      ...rest,
    },
    DEFAULT_CANARY,
  );

const mirrorDocument = ({ candidates, budget, ...rest }: Mirror): JsonObject =>
  json(
    {
      candidates: candidates.map(ruleDocument),
      ...rest,
      budget: { ...budget, amount: budget.amount.toFixed() },
    },
    DEFAULT_MIRROR,
  );

export const rolloutDocument = ({ budget, canary, mirror }: Rollout): Members => ({
  budget: budget && budgetDocument(budget),
  canary: canary && canaryDocument(canary),
  mirror: mirror && mirrorDocument(mirror),
});
