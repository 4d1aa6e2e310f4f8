import { failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { FallbackRules } from '../../domain/route.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';

type Plan<What> = Pick<RoutePlan<What>, 'candidates'> & {
  readonly fallback: Pick<FallbackRules, 'maxAttempts'>;
};

/** Whose turn it is: candidates in order, as far as their breakers let them be called. */
export class Turns<What> {
  readonly #plan: Plan<What>;
  readonly #admitted = new Set<PlannedCandidate<What>>();
  #refusing: Set<ProviderId> | undefined;
  #at = 0;
  #taken = 0;
  #isClosed = false;

  constructor(plan: Plan<What>) {
    this.#plan = plan;
  }

  /** Whether another attempt is allowed. */
  mayTry(): boolean {
    return this.#taken + this.#admitted.size < this.#plan.fallback.maxAttempts;
  }

  /** Whether there is one that `next` could give, if its breaker lets it be called. */
  hasNext(): boolean {
    return this.#at < this.#plan.candidates.length && this.mayTry();
  }

  /** Asks the breaker of one again. */
  again(candidate: PlannedCandidate<What>): boolean | Promise<boolean> {
    const answer = candidate.availability.admit();
    if (typeof answer === 'boolean') return this.#admit(candidate, answer);
    return answer.then((admits) => this.#admit(candidate, admits));
  }

  #admit(candidate: PlannedCandidate<What>, admits: boolean): boolean {
    if (!admits) return false;
    this.#admitted.add(candidate);
    if (!this.#isClosed) return true;
    this.giveBack(candidate);
    return false;
  }

  /** Its account is of no use: nothing else of this provider is called. */
  refusedBy(provider: ProviderId): void {
    this.#refusing ??= new Set();
    this.#refusing.add(provider);
  }

  /**
   * The next that may be called; undefined where there is none, or no more attempts are allowed. At once, but where
   * another node has to be asked.
   */
  next(): PlannedCandidate<What> | undefined | Promise<PlannedCandidate<What> | undefined> {
    const { candidates } = this.#plan;
    while (this.#at < candidates.length && this.mayTry()) {
      const candidate = candidates[this.#at];
      this.#at += 1;
      if (candidate === undefined || this.#refusing?.has(candidate.offering.providerId)) continue;
      const admitted = this.again(candidate);
      if (admitted instanceof Promise) return admitted.then((admits) => (admits ? candidate : this.next()));
      if (admitted) return candidate;
    }
    return undefined;
  }

  /** The candidate is called now, so that what it was let through for will be told of. */
  taken(candidate: PlannedCandidate<What>): void {
    this.#taken += 1;
    this.#admitted.delete(candidate);
  }

  /** It is not called after all: a probe that is not made must not keep others out. */
  giveBack(candidate: PlannedCandidate<What>): void {
    if (this.#admitted.delete(candidate)) candidate.availability.decline();
  }

  /** Gives back the turns that were not taken, and those that are still being asked for. */
  close(): void {
    this.#isClosed = true;
    for (const candidate of this.#admitted) this.giveBack(candidate);
  }

  /** Why nothing was tried: the breakers of all are open. */
  allClosed(): LocatedFailure {
    const { candidates } = this.#plan;
    const [{ offering, availability }] = candidates;
    const waits = candidates.map((each) => each.availability.retryAfterMs()).filter((ms) => ms > 0);
    const why = availability.reason();
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
  }
}
