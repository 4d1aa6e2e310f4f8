import type { AttemptCause } from '../../domain/attempt.ts';
import type { Failure, FailureCode } from '../../domain/failure.ts';
import type { FallbackRules } from '../../domain/route.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import { backOffMs, goesElsewhere } from './retry.ts';
import type { Turns } from './turns.ts';
import { wait } from './wait.ts';

/** What follows a failure of which the client has seen nothing. */
export type NextStep =
  | { readonly kind: 'CALL'; readonly candidate: PlannedCandidate }
  | { readonly kind: 'RETRY'; readonly candidate: PlannedCandidate; readonly waitMs: number }
  | { readonly kind: 'END' };

/** Whom to call, and why. */
export type Callee = { readonly candidate: PlannedCandidate; readonly cause: AttemptCause };

export type NextSteps = {
  /** `hadOthers`: it was called beside others, so that another comes before it again. */
  after(candidate: PlannedCandidate, failure: Failure, hadOthers: boolean): Promise<NextStep>;
  /** Waits as long as is to be waited. Undefined: the signal is aborted. */
  take(step: Exclude<NextStep, { kind: 'END' }>, failure: Failure): Promise<Callee | undefined>;
};

/** A key that is wrong, an account without credit, or a proxy that refuses is so for all that the provider offers. */
const PROVIDER_WIDE_FAILURES: ReadonlySet<FailureCode> = new Set([
  'AUTHENTICATION',
  'QUOTA_EXHAUSTED',
  'PROXY_REFUSED',
]);

export const NO_STEP: NextStep = { kind: 'END' };

type NextStepDependencies = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** Of the whole completion's time. */
  readonly remainingMs: () => number;
};

export const createNextSteps = (
  fallback: FallbackRules,
  turns: Turns,
  { clock, signal, random, remainingMs }: NextStepDependencies,
): NextSteps => {
  /** Of the same candidate, in a row. */
  let retried = 0;

  /** The same one again, where waiting can help it and there is the time. */
  const retryOf = (candidate: PlannedCandidate, failure: Failure, mostMs: number): NextStep => {
    if (failure.retry !== 'HERE' || retried >= fallback.retries || !turns.mayTry()) return NO_STEP;
    if (candidate.breaker.state() === 'OPEN') return NO_STEP;
    const waitMs = backOffMs(fallback.backoff, retried, failure, random);
    return waitMs > mostMs || waitMs >= remainingMs() ? NO_STEP : { kind: 'RETRY', candidate, waitMs };
  };

  const elsewhere = async (failure: Failure): Promise<PlannedCandidate | undefined> =>
    goesElsewhere(fallback, failure) ? await turns.next() : undefined;

  return {
    async after(candidate, failure, hadOthers) {
      if (signal.aborted) return NO_STEP;
      if (PROVIDER_WIDE_FAILURES.has(failure.code)) turns.refusedBy(candidate.offering.providerId);
      const soon = hadOthers ? NO_STEP : retryOf(candidate, failure, fallback.backoff.maxMs);
      if (soon.kind !== 'END') return soon;
      const next = await elsewhere(failure);
      if (next !== undefined) return { kind: 'CALL', candidate: next };
      // Where there is no other, a long wait is better than none.
      return retryOf(candidate, failure, Number.POSITIVE_INFINITY);
    },
    async take(step, failure) {
      if (step.kind === 'CALL') {
        retried = 0;
        return { candidate: step.candidate, cause: 'FALLBACK' };
      }
      await wait(clock, step.waitMs, signal);
      if (signal.aborted) return undefined;
      if (!(await turns.again(step.candidate))) {
        const next = await elsewhere(failure);
        if (next !== undefined) {
          retried = 0;
          return { candidate: next, cause: 'FALLBACK' };
        }
        // Its breaker has opened meanwhile, and there is nobody else. The retry has been announced, so it is made: it is
        // one call more for each completion that was waiting, and the last.
      }
      retried += 1;
      return { candidate: step.candidate, cause: 'RETRY' };
    },
  };
};
