import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Rejection } from '../../domain/attempt.ts';
import type { StoredRollback } from '../../ports/store.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import { withinBudget } from './budget/budget-stance.ts';
import type { RouteBudgets } from './budget/route-budgets.ts';
import type { CanaryBoard } from './canary/canary-board.ts';
import { canaryFirst, drawnFor, explainedFirst } from './canary/canary-plan.ts';
import type { OnDefect } from './choose.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { explainRoute } from './explain-route.ts';
import { type Planning, planRoute } from './plan.ts';
import type { RequestFacts } from './request-facts.ts';
import type { RoutedPlan, RouteExplanation, RunWatch } from './route-plan.ts';

type Dependencies = {
  readonly budgets: RouteBudgets | undefined;
  readonly canaries: CanaryBoard | undefined;
  readonly catalogue: () => Catalogue;
  readonly onDefect: OnDefect;
};

/** Plans of routes as their budgets and canaries let them be used now. */
export type GovernedPlans = {
  /** What is spent of a route's budget, what is in flight included, as a share; undefined: it has none. */
  budgetShareOf(route: CompiledRoute): number | undefined;
  /** Undefined: it is known what was spent before this process began. */
  ready(route: CompiledRoute): Promise<void> | undefined;
  plan<Call>(planning: Planning<Call>): Staged<RoutedPlan<Call>>;
  explain(route: CompiledRoute, facts: RequestFacts): RouteExplanation;
};

/** Its offerings. */
const rolledBack = ({ candidates }: CompiledRoute, { detail, at }: StoredRollback): readonly Rejection[] =>
  candidates.map(({ offering }) => ({
    offeringId: offering.id,
    reason: 'ROLLED_BACK',
    detail: `The canary was rolled back at ${at.toISOString()}: ${detail}`,
  }));

export const createGovernedPlans = ({
  budgets,
  canaries,
  catalogue,
  onDefect,
}: Dependencies): GovernedPlans => {
  /** What a plan of a route will likely cost, in US dollars; NaN: nobody knows. */
  const estimateOf = (used: CompiledRoute, facts: RequestFacts, plan: RoutedPlan<unknown>): number => {
    const [{ offering }] = plan.candidates;
    const first = used.candidates.find((candidate) => candidate.offering.id === offering.id);
    const calls = plan.dispatch.kind === 'RACE' ? plan.dispatch.count : 1;
    return first === undefined ? Number.NaN : calls * facts.contextOf(used).costOf(first);
  };

  /** Follows what a run spends of its route's budget. */
  const spendOf = ({ saved, spender, policy: { budget } }: CompiledRoute, estimateUsd: number): RunWatch[] =>
    budget === undefined || saved === undefined || budgets === undefined
      ? []
      : [{ over: budgets.begin(saved.name, budget, spender, estimateUsd) }];

  /** Follows how the canary of a route does, and the others. */
  const comparisonOf = ({ saved, canary, policy }: CompiledRoute): RunWatch[] => {
    const rules = policy.canary;
    if (canary === undefined || rules === undefined || saved === undefined || canaries === undefined)
      return [];
    const own = new Set(canary.candidates.map(({ offering }) => offering.id));
    return [{ over: (record) => record && canaries.observe(saved.name, rules, own, record) }];
  };

  /** The canary's own plan where the request is its; undefined: it is not, or it cannot be called. */
  const canaryPlan = <Call>(planning: Planning<Call>): RoutedPlan<Call> | undefined => {
    const { route, facts } = planning;
    const drawn = drawnFor(route, facts, canaries);
    if (drawn === undefined) return undefined;
    const planned = planRoute({ ...planning, route: drawn });
    if (planned.kind === 'OK') return planned.value;
    const { refusal } = planned;
    const isDown =
      refusal.code === 'NO_CANDIDATE' && refusal.rejections.some(({ reason }) => reason === 'BREAKER_OPEN');
    if (isDown && route.saved !== undefined && route.policy.canary !== undefined)
      canaries?.missed(route.saved.name, route.policy.canary);
    return undefined;
  };

  /** A mirror never goes beyond what it may spend, and not where nobody knows what it will. */
  const mayMirror = ({ saved, policy: { budget } }: CompiledRoute, estimateUsd: number): boolean =>
    saved !== undefined &&
    budget !== undefined &&
    budgets?.affords(saved.name, budget, 'MIRRORED', estimateUsd) === true;

  return {
    budgetShareOf: ({ saved, spender, policy: { budget } }) =>
      budget && saved && budgets?.shareOf(saved.name, budget, spender),
    ready: ({ saved, spender, policy: { budget } }) =>
      budget && saved && budgets?.ready(saved.name, budget, spender),

    plan(planning) {
      const { route, facts } = planning;
      if (route.policy.budget === undefined && route.canary === undefined) return planRoute(planning);
      const used = withinBudget(route, facts, budgets);
      const first = used === route && facts.budgetSpent === undefined ? canaryPlan(planning) : undefined;
      let planned = planRoute({ ...planning, route: used });
      if (planned.kind === 'REFUSED' && used !== route) planned = planRoute(planning);
      if (first !== undefined) planned = canaryFirst(first, planned);
      if (planned.kind === 'REFUSED') return planned;
      const { value: plan } = planned;
      const estimateUsd = estimateOf((first && route.canary) ?? used, facts, plan);
      if (route.spender === 'MIRRORED' && !mayMirror(route, estimateUsd))
        return refused({ code: 'NO_CANDIDATE', name: facts.ask.command.model, rejections: [] });
      const watch = (): RunWatch => {
        const all = [...spendOf(route, estimateUsd), ...comparisonOf(route)];
        return {
          over(record) {
            for (const each of all) each.over(record);
          },
        };
      };
      return ok({ ...plan, watch });
    },

    explain(route, facts) {
      const used = withinBudget(route, facts, budgets);
      const main = explainRoute(used, facts, catalogue(), onDefect);
      if (used !== route || facts.budgetSpent !== undefined || route.canary === undefined) return main;
      const drawn = drawnFor(route, facts, canaries);
      if (drawn !== undefined) {
        const canary = explainRoute(drawn, facts, catalogue(), onDefect);
        return canary.candidates.length === 0
          ? { ...main, rejected: [...main.rejected, ...canary.rejected] }
          : explainedFirst(canary, main);
      }
      const rollback = route.saved && canaries?.rollbackOf(route.saved.name);
      return rollback === undefined
        ? main
        : { ...main, rejected: [...main.rejected, ...rolledBack(route.canary, rollback)] };
    },
  };
};
