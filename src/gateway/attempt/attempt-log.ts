import type { Attempt, AttemptCause } from '../../domain/attempt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import type { Announced } from './call-facts.ts';

/** The attempts of one completion. */
export type AttemptLog = {
  /** The next one, numbered; the caller announces it and calls. */
  begin(candidate: PlannedCandidate, cause: AttemptCause): Announced;
  /** The attempt as it is told of: with what it cost. */
  end(attempt: Attempt): Attempt;
  /** How many were begun. */
  begun(): number;
  /** Those that are over, in the order of their start. */
  attempts(): readonly Attempt[];
};

export const createAttemptLog = (clock: Clock, priced: (attempt: Attempt) => Attempt): AttemptLog => {
  const over: Attempt[] = [];
  let begun = 0;
  return {
    begin({ offering }, cause) {
      const index = begun;
      begun += 1;
      return {
        index,
        offeringId: offering.id,
        providerId: offering.providerId,
        startedAt: clock.now(),
        cause,
      };
    },
    end(attempt) {
      const told = priced(attempt);
      over.push(told);
      return told;
    },
    begun: () => begun,
    attempts: () => (over.length < 2 ? over : over.toSorted((one, other) => one.index - other.index)),
  };
};
