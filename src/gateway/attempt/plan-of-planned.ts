import { DEFAULT_FALLBACK } from '../../domain/route.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { RoutePlan } from '../routing/route-plan.ts';
import type { Planned } from '../stages/plan-route.ts';

const ALWAYS_CLOSED = {
  state: () => 'CLOSED' as const,
  retryAfterMs: () => 0,
  reason: () => undefined,
  admit: () => true,
};

/** Candidates in the order that they have, one after another. */
export const planOfPlanned = ({ route, candidates: [first, ...rest] }: Planned): RoutePlan => {
  const planned = (candidate: typeof first) => ({ ...candidate, breaker: ALWAYS_CLOSED, isFallback: false });
  return {
    decision: route,
    candidates: [planned(first), ...rest.map(planned)],
    dispatch: { kind: 'SERIAL' },
    fallback: DEFAULT_FALLBACK,
    inputTokens: () => 0,
  };
};

export const UNWATCHED: Pick<HealthBoard, 'began'> = {
  began: () => ({ firstToken: () => {}, ended: () => {} }),
};
