import type { AttemptCause } from '../../domain/attempt.ts';
import type { Failure, FailureCode } from '../../domain/failure.ts';
import type { FallbackRules } from '../../domain/route.ts';
import { wantsRoom } from '../routing/health/blame.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import type { Lifetime } from './lifetime.ts';
import type { Turns } from './turns.ts';

/** What follows a failure of which the client has seen nothing. */
export type NextStep<What> = AnotherStep<What> | { readonly kind: 'END' };
export type AnotherStep<What> =
  /** `cause`: FALLBACK if not given. */
  | {
      readonly kind: 'CALL';
      readonly candidate: PlannedCandidate<What>;
      readonly cause?: Extract<AttemptCause, 'ESCALATION'>;
    }
  | { readonly kind: 'RETRY'; readonly candidate: PlannedCandidate<What>; readonly waitMs: number };

/** Whom to call, and why. */
export type Callee<What> = { readonly candidate: PlannedCandidate<What>; readonly cause: AttemptCause };

/** A key that is wrong, an account without credit, or a proxy that refuses is so for all that the provider offers. */
const PROVIDER_WIDE_FAILURES: ReadonlySet<FailureCode> = new Set([
  'AUTHENTICATION',
  'QUOTA_EXHAUSTED',
  'PROXY_REFUSED',
]);

export const NO_STEP: NextStep<never> = { kind: 'END' };

/** Whether another candidate is tried after this failure. */
const goesElsewhere = ({ on }: Pick<FallbackRules, 'on'>, { code, retry }: Failure): boolean =>
  code !== 'CANCELLED' && (on === undefined ? retry !== 'FINAL' : on.includes(code));

/** Whether another candidate is asked beside one that is late. */
export const goesElsewhereWhenLate = ({ on }: Pick<FallbackRules, 'on'>): boolean =>
  on === undefined || on.includes('TIMEOUT');

/** How long to wait before the same candidate is asked again; `retried`: how often it was, before this. */
const backOffMs = (
  { baseMs, maxMs }: FallbackRules['backoff'],
  retried: number,
  { retryAfterMs = 0 }: Failure,
  random: () => number,
): number => Math.max(retryAfterMs, random() * Math.min(maxMs, baseMs * 2 ** retried));

/** Chooses between the same candidate again, another one, and the end. */
export class NextSteps<What> {
  readonly #fallback: FallbackRules;
  readonly #turns: Turns<What>;
  readonly #lifetime: Lifetime;
  readonly #random: () => number;
  /** Of the same candidate, in a row. */
  #retried = 0;

  constructor(fallback: FallbackRules, turns: Turns<What>, lifetime: Lifetime, random: () => number) {
    this.#fallback = fallback;
    this.#turns = turns;
    this.#lifetime = lifetime;
    this.#random = random;
  }

  /**
   * `hadOthers`: it was called beside others, so that another comes before it again. At once, but where another node has
   * to be asked.
   */
  after(
    candidate: PlannedCandidate<What>,
    failure: Failure,
    hadOthers: boolean,
  ): NextStep<What> | Promise<NextStep<What>> {
    if (this.#lifetime.why !== undefined) return NO_STEP;
    if (PROVIDER_WIDE_FAILURES.has(failure.code)) this.#turns.refusedBy(candidate.offering.providerId);
    if (wantsRoom(failure)) this.#turns.passedOver(candidate);
    const soon = hadOthers ? NO_STEP : this.#retry(candidate, failure, this.#fallback.backoff.maxMs);
    if (soon.kind !== 'END') return soon;
    // Where there is no other, a long wait is better than none.
    const or = (next: PlannedCandidate<What> | undefined): NextStep<What> =>
      next === undefined
        ? this.#retry(candidate, failure, Number.POSITIVE_INFINITY)
        : { kind: 'CALL', candidate: next };
    const next = this.#elsewhere(failure);
    return next instanceof Promise ? next.then(or) : or(next);
  }

  /** A candidate that was not called before. */
  called(candidate: PlannedCandidate<What>, cause: AttemptCause = 'FALLBACK'): Callee<What> {
    this.#retried = 0;
    return { candidate, cause };
  }

  /** Whom to call once the wait is over, be it for the time or for who reads. */
  async waited(step: AnotherStep<What>, failure: Failure): Promise<Callee<What>> {
    const { kind, candidate } = step;
    if (!(await this.#turns.again(candidate))) {
      const next = await this.#elsewhere(failure);
      if (next !== undefined) return this.called(next);
      // Its breaker has opened meanwhile, and there is nobody else. The retry has been announced, so it is made: it is
      // one call more for each completion that was waiting, and the last.
    }
    if (kind === 'CALL') return this.called(candidate, step.cause);
    this.#retried += 1;
    return { candidate, cause: 'RETRY' };
  }

  /** The same one again, where waiting can help it and there is the time. */
  #retry(candidate: PlannedCandidate<What>, failure: Failure, mostMs: number): NextStep<What> {
    const { retries, backoff } = this.#fallback;
    if (failure.retry !== 'HERE' || this.#retried >= retries || !this.#turns.mayTry()) return NO_STEP;
    if (candidate.availability.state() === 'OPEN') return NO_STEP;
    const waitMs = backOffMs(backoff, this.#retried, failure, this.#random);
    return waitMs > mostMs || waitMs >= this.#lifetime.remainingMs
      ? NO_STEP
      : { kind: 'RETRY', candidate, waitMs };
  }

  #elsewhere(
    failure: Failure,
  ): PlannedCandidate<What> | undefined | Promise<PlannedCandidate<What> | undefined> {
    const isNamed = failure.code !== 'CANCELLED' && this.#turns.heed(failure.code);
    if (goesElsewhere(this.#fallback, failure)) return this.#turns.next(true);
    return isNamed ? this.#turns.nextNamed() : undefined;
  }
}
