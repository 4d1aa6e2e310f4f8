import type { RoutePolicy } from '../../../domain/route.ts';

/** How each rule of a route's mirror is called, under all that its route demands: once, and only where there is room. */
export const mirrorPolicies = ({ mirror, canary: _, ...policy }: RoutePolicy): readonly RoutePolicy[] => {
  if (mirror === undefined) return [];
  const { byFailure: _others, ...fallback } = policy.fallback;
  return mirror.candidates.map((rule) => ({
    ...policy,
    candidates: [rule],
    strategy: { kind: 'PRIORITY' },
    fallback: { ...fallback, candidates: [], maxAttempts: 1, retries: 0, maxQueueMs: 0 },
    budget: { ...mirror.budget, onExhausted: 'REFUSE' },
  }));
};
