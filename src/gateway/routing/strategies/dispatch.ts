import type { Strategy } from '../../../domain/route.ts';
import type { Ordered } from '../order.ts';
import type { Dispatch } from '../route-plan.ts';

/** How candidates that are in order are called. */
export const dispatchOf = (strategy: Strategy, { ranked }: Pick<Ordered, 'ranked'>): Dispatch => {
  switch (strategy.kind) {
    case 'RACE':
      // Fallbacks are for when all candidates failed: they do not fill up a race.
      return { kind: 'RACE', count: Math.max(1, Math.min(strategy.count, ranked.length)) };
    case 'HEDGE': {
      const afterMs = strategy.afterMs ?? ranked[0]?.candidate.pulse.p95TtftMs ?? Number.NaN;
      return Number.isNaN(afterMs) ? { kind: 'HEDGE' } : { kind: 'HEDGE', afterMs };
    }
    default:
      return { kind: 'SERIAL' };
  }
};

/** By what a strategy orders candidates: itself, or the one that it holds. */
export const orderOf = (strategy: Strategy): Exclude<Strategy, { kind: 'RACE' | 'HEDGE' | 'STICKY' }> =>
  strategy.kind === 'RACE' || strategy.kind === 'HEDGE' || strategy.kind === 'STICKY'
    ? strategy.order
    : strategy;
