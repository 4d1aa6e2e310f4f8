import type { RoutePolicy } from '../../../domain/route.ts';

/** How a route's canary is called, under all that its route demands; undefined: it has none. */
export const canaryPolicy = ({
  canary,
  budget: _budget,
  mirror: _mirror,
  ...policy
}: RoutePolicy): RoutePolicy | undefined => {
  if (canary === undefined) return undefined;
  const { byFailure: _others, ...fallback } = policy.fallback;
  return {
    ...policy,
    candidates: [canary.candidate],
    strategy: { kind: 'PRIORITY' },
    fallback: { ...fallback, candidates: [] },
  };
};
