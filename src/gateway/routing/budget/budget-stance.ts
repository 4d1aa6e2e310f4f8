import type { CompiledRoute } from '../compiled-route.ts';
import type { RequestFacts } from '../request-facts.ts';
import type { RouteBudgets } from './route-budgets.ts';

/**
 * The route as its budget lets it be used now: itself, or its cheaper self. Where all is spent and more is refused, the facts
 * say so, and no candidate is left.
 */
export const withinBudget = (
  route: CompiledRoute,
  facts: RequestFacts,
  budgets: RouteBudgets | undefined,
): CompiledRoute => {
  const { saved, cheaper, policy } = route;
  const { budget } = policy;
  if (budget === undefined || saved === undefined || budgets === undefined) return route;
  const share = facts.budgetShare(route) ?? 0;
  if (share >= 1 && budget.onExhausted === 'REFUSE') {
    const { to } = budgets.statusOf(saved.name, budget, route.spender);
    facts.budgetSpent = {
      detail: () => `The budget of the route "${saved.name}" is spent until ${to.toISOString()}.`,
      retryAfterMs: Math.max(0, to.getTime() - facts.ask.at.getTime()),
    };
    return route;
  }
  return share >= (budget.onBudgetShare?.share ?? 1) ? (cheaper ?? route) : route;
};
