import type { Barred, RouteCandidate } from '../candidate.ts';
import type { OrderContext } from '../strategies/order.ts';
import { asksCandidate } from './condition.ts';

const NONE: readonly never[] = [];

/** Candidates by whether all conditions of their rules hold; both as listed. */
export const heldBy = (
  candidates: readonly RouteCandidate[],
  context: Pick<OrderContext, 'whyNot' | 'isUnconditional'>,
): { readonly held: readonly RouteCandidate[]; readonly leftOut: readonly Barred[] } => {
  if (context.isUnconditional === true) return { held: candidates, leftOut: NONE };
  const held: RouteCandidate[] = [];
  const leftOut: Barred[] = [];
  let conditions: RouteCandidate['conditions'];
  let isShared = false;
  let why: (() => string) | undefined;
  for (const candidate of candidates) {
    // Candidates of one rule stand beside each other: what it asks of the request alone is looked at once.
    if (!isShared || candidate.conditions !== conditions) {
      conditions = candidate.conditions;
      isShared = conditions === undefined || !conditions.some(asksCandidate);
      why = undefined;
      for (const condition of conditions ?? NONE) {
        why = context.whyNot(condition, candidate);
        if (why !== undefined) break;
      }
    }
    if (why === undefined) held.push(candidate);
    else {
      const told = why;
      leftOut.push({ candidate, reason: 'CONDITION', detail: () => `Its condition is false: ${told()}.` });
    }
  }
  return { held, leftOut };
};
