import type { Order } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import type { OrderContext, Ordered, OrderStrategy } from '../order.ts';
import { balanced } from './balanced.ts';
import { cheapest } from './cheapest.ts';
import { complexity } from './complexity.ts';
import { conditional } from './conditional.ts';
import { fastest } from './fastest.ts';
import { leastBusy } from './least-busy.ts';
import { priority } from './priority.ts';
import { qualityFloor } from './quality-floor.ts';
import { split } from './split.ts';
import { weighted } from './weighted.ts';

/** Every strategy that orders: a new one is a function in a file of its own and a line here. */
const STRATEGIES: { readonly [Kind in Order['kind']]: OrderStrategy<Kind> } = {
  PRIORITY: priority,
  WEIGHTED: weighted,
  CHEAPEST: cheapest,
  FASTEST: fastest,
  LEAST_BUSY: leastBusy,
  BALANCED: balanced,
  QUALITY_FLOOR: qualityFloor,
  COMPLEXITY: complexity,
  CONDITIONAL: conditional,
  SPLIT: split,
};

const orderAs = <Kind extends Order['kind']>(
  kind: Kind,
  candidates: readonly RouteCandidate[],
  order: Extract<Order, { kind: Kind }>,
  context: OrderContext,
  most: number | undefined,
): Ordered => STRATEGIES[kind](candidates, order, context, most);

/** Puts candidates, which come as listed and without fallbacks, into the order in which they are to be tried. */
export const orderBy = (
  candidates: readonly RouteCandidate[],
  order: Order,
  context: OrderContext,
  most?: number,
): Ordered => orderAs(order.kind, candidates, order, context, most);
