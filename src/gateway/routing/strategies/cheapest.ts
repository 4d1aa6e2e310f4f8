import type { OrderStrategy } from '../order.ts';
import { rankByCost } from './by-cost.ts';

/** Cheapest for this prompt. */
export const cheapest: OrderStrategy<'CHEAPEST'> = (candidates, _order, context, most) =>
  rankByCost(candidates, context, most);
