import { failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { FallbackRules } from '../../domain/route.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';

/** Whose turn it is: candidates in order, as far as their breakers let them be called. */
export type Turns = {
  /** The next that may be called; undefined where there is none, or no more attempts are allowed. */
  next(): Promise<PlannedCandidate | undefined>;
  /** Its account is of no use: nothing else of this provider is called. */
  refusedBy(provider: ProviderId): void;
  /** Asks the breaker of one again. */
  again(candidate: PlannedCandidate): Promise<boolean>;
  /** Whether another attempt is allowed. */
  mayTry(): boolean;
  /** The admitted one is called now, so that what it was let through for will be told of. */
  taken(candidate: PlannedCandidate): void;
  /** Gives back the turns that were not taken: a probe that is not made must not keep others out. */
  close(): void;
  /** Why nothing was tried: the breakers of all are open. */
  allClosed(): LocatedFailure;
};

type TurnDependencies = {
  readonly clock: Clock;
  readonly health: Pick<HealthBoard, 'began'>;
  /** Attempts so far. */
  readonly begun: () => number;
};

export const createTurns = (
  {
    candidates,
    fallback,
  }: Pick<RoutePlan, 'candidates'> & { readonly fallback: Pick<FallbackRules, 'maxAttempts'> },
  { clock, health, begun }: TurnDependencies,
): Turns => {
  const admitted = new Set<PlannedCandidate>();
  const refusing = new Set<ProviderId>();
  let at = 0;

  const admit = async (candidate: PlannedCandidate): Promise<boolean> => {
    const answer = candidate.breaker.admit();
    const admits = typeof answer === 'boolean' ? answer : await answer;
    if (admits) admitted.add(candidate);
    return admits;
  };
  const mayTry = (): boolean => begun() + admitted.size < fallback.maxAttempts;

  return {
    mayTry,
    again: admit,
    refusedBy: (provider) => void refusing.add(provider),
    async next() {
      while (at < candidates.length && mayTry()) {
        const candidate = candidates[at];
        at += 1;
        if (candidate === undefined || refusing.has(candidate.offering.providerId)) continue;
        if (await admit(candidate)) return candidate;
      }
      return undefined;
    },
    taken: (candidate) => void admitted.delete(candidate),
    close() {
      for (const { offering, breaker } of admitted)
        health.began(offering.id, breaker).ended({
          index: 0,
          offeringId: offering.id,
          providerId: offering.providerId,
          status: 'CANCELLED',
          startedAt: clock.now(),
          durationMs: 0,
        });
      admitted.clear();
    },
    allClosed() {
      const [{ offering, breaker }] = candidates;
      const waits = candidates.map((each) => each.breaker.retryAfterMs()).filter((ms) => ms > 0);
      const why = breaker.reason();
      const others = candidates.length > 1 ? ', and none of the other candidates may be called either' : '';
      return {
        ...failureOf(
          'OVERLOADED',
          `${offering.id} was not called: its breaker is open${why === undefined ? '' : ` (${why})`}${others}. Wait, or use another offering.`,
          waits.length > 0 ? { retryAfterMs: Math.ceil(Math.min(...waits)) } : {},
        ),
        providerId: offering.providerId,
        offeringId: offering.id,
      };
    },
  };
};
