import type { RouteCandidate } from '../candidate.ts';
import type { OrderContext, Ordered } from './order.ts';

/** As listed. CONDITIONAL is so too: what its rules ask is asked for every strategy. */
export const listed = (
  candidates: readonly RouteCandidate[],
  _order: unknown,
  _context: OrderContext,
  most?: number,
): Ordered => ({
  ranked: candidates.slice(0, most).map((candidate) => ({ candidate })),
  leftOut: [],
});
