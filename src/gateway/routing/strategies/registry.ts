import type { Order, Strategy } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import { heldBy } from '../conditions/hold.ts';
import type { Dispatch } from '../route-plan.ts';
import { balanced } from './balanced.ts';
import { tiersOf } from './cascade.ts';
import { cheapest } from './cheapest.ts';
import { complexity } from './complexity/strategy.ts';
import { split, weighted } from './drawn.ts';
import { fastest } from './fastest.ts';
import { leastBusy } from './least-busy.ts';
import { listed } from './listed.ts';
import type { OrderContext, Ordered, OrderStrategy } from './order.ts';
import { qualityFloor } from './quality.ts';

/** Every strategy that orders: a new one is a function in a file of its own and a line here. */
const STRATEGIES: { readonly [Kind in Order['kind']]: OrderStrategy<Kind> } = {
  PRIORITY: listed,
  WEIGHTED: weighted,
  CHEAPEST: cheapest,
  FASTEST: fastest,
  LEAST_BUSY: leastBusy,
  BALANCED: balanced,
  QUALITY_FLOOR: qualityFloor,
  COMPLEXITY: complexity,
  CONDITIONAL: listed,
  SPLIT: split,
};

const orderAs = <Kind extends Order['kind']>(
  kind: Kind,
  candidates: readonly RouteCandidate[],
  order: Extract<Order, { kind: Kind }>,
  context: OrderContext,
  most: number | undefined,
): Ordered => STRATEGIES[kind](candidates, order, context, most);

/**
 * Puts candidates, which come as listed and without fallbacks, into the order in which they are to be tried; those whose
 * conditions do not hold are left out.
 */
export const orderBy = (
  candidates: readonly RouteCandidate[],
  order: Order,
  context: OrderContext,
  most?: number,
): Ordered => {
  const { held, leftOut } = heldBy(candidates, context);
  const ordered = orderAs(order.kind, held, order, context, most);
  return leftOut.length === 0 ? ordered : { ...ordered, leftOut: [...leftOut, ...ordered.leftOut] };
};

/** p95 of the time to a first token; where there is none, to the whole answer. NaN: not measured. */
const usualWaitMs = (candidate: RouteCandidate | undefined): number => {
  if (candidate === undefined) return Number.NaN;
  const { p95TtftMs, p95WholeMs } = candidate.pulse;
  return Number.isNaN(p95TtftMs) ? p95WholeMs : p95TtftMs;
};

/**
 * How candidates that are in order are called; `all`: those of the route that the strategy is of. `maxRises`: of the conversation;
 * absent: it has no limit.
 */
export const dispatchOf = (
  {
    strategy,
    ranked,
    all,
  }: Pick<Ordered, 'ranked'> & { readonly strategy: Strategy; readonly all: readonly RouteCandidate[] },
  maxRises = Number.POSITIVE_INFINITY,
): Dispatch => {
  switch (strategy.kind) {
    case 'RACE':
      // Fallbacks are for when all candidates failed: they do not fill up a race.
      return { kind: 'RACE', count: Math.max(1, Math.min(strategy.count, ranked.length)) };
    case 'HEDGE': {
      const afterMs = strategy.afterMs ?? usualWaitMs(ranked[0]?.candidate);
      return Number.isNaN(afterMs) ? { kind: 'HEDGE' } : { kind: 'HEDGE', afterMs };
    }
    case 'CASCADE':
      return {
        kind: 'CASCADE',
        rules: strategy,
        maxEscalations: Math.min(strategy.maxEscalations, maxRises),
        tierOf: tiersOf(all),
      };
    default:
      return { kind: 'SERIAL' };
  }
};

/** By what a strategy orders candidates: itself, or the one that it holds. */
export const orderOf = (strategy: Strategy): Order => ('order' in strategy ? strategy.order : strategy);
