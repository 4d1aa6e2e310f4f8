import type { CandidateRule, RoutePolicy } from '../../../domain/route.ts';

/** Without what strategies alone go by. */
const plain = ({ target, when }: CandidateRule): CandidateRule => ({
  target,
  weight: 1,
  ...(when !== undefined && { when }),
});

/** How a route goes by while its budget is to be saved; undefined: it has none. */
export const cheaperPolicy = ({
  budget,
  canary: _canary,
  mirror: _mirror,
  ...policy
}: RoutePolicy): RoutePolicy | undefined => {
  if (budget === undefined) return undefined;
  const candidates = policy.candidates.map(plain);
  const listed = budget.onBudgetShare?.candidates ?? [];
  return listed.length === 0
    ? { ...policy, candidates, strategy: { kind: 'CHEAPEST' } }
    : { ...policy, candidates: [...listed, ...candidates], strategy: { kind: 'PRIORITY' } };
};
