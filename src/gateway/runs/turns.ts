import { failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { FallbackRules } from '../../domain/route.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';

/** Whose turn it is: candidates in order, as far as their breakers let them be called. */
export type Turns = {
  /**
   * The next that may be called; undefined where there is none, or no more attempts are allowed. At once, but where
   * another node has to be asked.
   */
  next(): PlannedCandidate | undefined | Promise<PlannedCandidate | undefined>;
  /** Its account is of no use: nothing else of this provider is called. */
  refusedBy(provider: ProviderId): void;
  /** Asks the breaker of one again. */
  again(candidate: PlannedCandidate): boolean | Promise<boolean>;
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
  /** Attempts so far. */
  readonly begun: () => number;
};

type Plan = Pick<RoutePlan, 'candidates'> & { readonly fallback: Pick<FallbackRules, 'maxAttempts'> };

class PlannedTurns implements Turns {
  readonly #plan: Plan;
  readonly #dependencies: TurnDependencies;
  readonly #admitted = new Set<PlannedCandidate>();
  #refusing: Set<ProviderId> | undefined;
  #at = 0;

  constructor(plan: Plan, dependencies: TurnDependencies) {
    this.#plan = plan;
    this.#dependencies = dependencies;
  }

  mayTry(): boolean {
    return this.#dependencies.begun() + this.#admitted.size < this.#plan.fallback.maxAttempts;
  }

  again(candidate: PlannedCandidate): boolean | Promise<boolean> {
    const answer = candidate.availability.admit();
    if (typeof answer === 'boolean') return this.#admit(candidate, answer);
    return answer.then((admits) => this.#admit(candidate, admits));
  }

  #admit(candidate: PlannedCandidate, admits: boolean): boolean {
    if (admits) this.#admitted.add(candidate);
    return admits;
  }

  refusedBy(provider: ProviderId): void {
    this.#refusing ??= new Set();
    this.#refusing.add(provider);
  }

  next(): PlannedCandidate | undefined | Promise<PlannedCandidate | undefined> {
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

  taken(candidate: PlannedCandidate): void {
    this.#admitted.delete(candidate);
  }

  close(): void {
    for (const { availability } of this.#admitted) availability.decline();
    this.#admitted.clear();
  }

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

export const createTurns = (plan: Plan, dependencies: TurnDependencies): Turns =>
  new PlannedTurns(plan, dependencies);
