import type { Operation, OperationKind } from '../../domain/operation.ts';
import type { FallbackRules, Strategy } from '../../domain/route.ts';
import { type Descriptor, descriptorOf } from '../operations/kinds.ts';
import { WHOLE_SLACK } from '../routing/health/suspicion.ts';
import type { Dispatch, PlannedCandidate } from '../routing/route-plan.ts';
import type { Lifetime } from './lifetime.ts';
import { goesElsewhereWhenLate } from './next-steps.ts';

/** Models may think for minutes before a whole answer begins. */
const OF_COMPLETIONS: Descriptor<OperationKind>['waits'] = { unknownMs: 120_000, leastMs: 30_000 };

const waitsOf = (operation: Operation): typeof OF_COMPLETIONS =>
  operation === 'COMPLETION' ? OF_COMPLETIONS : descriptorOf(operation).waits;

/** A model of which sources say what it can, and not that it reasons, does not think for long. */
const WITHOUT_REASONING_MS = 60_000;

/** A whole answer takes as many times longer than its first token is waited for. */
const TOKENS_AFTER_FIRST = 4;
/** Of the time that is left so much is used at most, whatever is usual: the next has to answer, too. */
const MAX_OF_REST = 0.75;

/** In which time a whole answer is expected where its first token is within this limit. */
export const wholeWithinMs = (firstTokenMs: number): number => firstTokenMs * TOKENS_AFTER_FIRST;

/**
 * How long one waits for whole answers. It shows nothing of them before they are there, so that one that is late is not
 * given up: another candidate is asked beside it, and who answers first is taken.
 */
export class Patience {
  readonly #operation: Operation;
  readonly #firstTokenMs: number | undefined;
  readonly #strategy: Strategy;

  /** `firstTokenMs`: the limit that somebody has set; undefined: nobody has. */
  constructor(operation: Operation, firstTokenMs: number | undefined, strategy: Strategy) {
    this.#operation = operation;
    this.#firstTokenMs = firstTokenMs;
    this.#strategy = strategy;
  }

  /** After which a first call is hedged: what is measured of first tokens says nothing of whole answers. */
  hedgeAfterMs({ availability }: Pick<PlannedCandidate<unknown>, 'availability'>): number | undefined {
    if (this.#strategy.kind !== 'HEDGE') return undefined;
    const ms = this.#strategy.afterMs ?? availability.pulse.p95WholeMs;
    return Number.isNaN(ms) ? undefined : ms;
  }

  /** Milliseconds from sending, of which so many are left for the whole run. */
  ms(candidate: Pick<PlannedCandidate<unknown>, 'offering' | 'availability'>, leftMs: number): number {
    const usualMs = candidate.availability.pulse.p95WholeMs;
    const isKnown = !Number.isNaN(usualMs);
    const half = leftMs / 2;
    const most = isKnown ? Math.max(half, Math.min(usualMs, leftMs * MAX_OF_REST)) : half;
    return Math.min(most, isKnown ? this.#known(usualMs * WHOLE_SLACK) : this.#unknown(candidate));
  }

  #known(inOrderMs: number): number {
    return Math.max(this.#firstTokenMs ?? waitsOf(this.#operation).leastMs, inOrderMs);
  }

  #unknown({ offering }: Pick<PlannedCandidate<unknown>, 'offering'>): number {
    if (this.#firstTokenMs !== undefined) return wholeWithinMs(this.#firstTokenMs);
    const { unknownMs } = waitsOf(this.#operation);
    const { capabilities } = offering;
    const cannotReason = capabilities.length > 0 && !capabilities.includes('REASONING');
    return this.#operation === 'COMPLETION' && cannotReason
      ? Math.min(unknownMs, WITHOUT_REASONING_MS)
      : unknownMs;
  }
}

/** Of calls that are about to be sent. */
type Lateness = {
  readonly plan: { readonly dispatch: Dispatch; readonly fallback: Pick<FallbackRules, 'on'> };
  readonly candidates: readonly PlannedCandidate<unknown>[];
  /** They are the first of their run. */
  readonly areFirst: boolean;
  /** There may be another to be asked. */
  readonly hasNext: boolean;
  /** Absent: their answers are streamed. */
  readonly patience: Patience | undefined;
  readonly lifetime: Pick<Lifetime, 'remainingMs'>;
};

/**
 * After how many milliseconds another candidate is asked beside these; undefined: none is. The first call alone is hedged;
 * whoever is to give a whole answer has its time for it, where there is somebody else.
 */
export const lateAfterMs = (calls: Lateness): number | undefined => {
  const { plan, candidates, areFirst, hasNext, patience, lifetime } = calls;
  const [first] = candidates;
  const hedgeMs =
    plan.dispatch.kind !== 'HEDGE' || !areFirst || first === undefined
      ? undefined
      : patience === undefined
        ? plan.dispatch.afterMs
        : patience.hedgeAfterMs(first);
  if (patience === undefined || !goesElsewhereWhenLate(plan.fallback)) return hedgeMs;
  if (candidates.length < 2 && !hasNext) return hedgeMs;
  const leftMs = lifetime.remainingMs;
  return candidates.reduce(
    (ms, candidate) => Math.min(ms, patience.ms(candidate, leftMs)),
    hedgeMs ?? Number.POSITIVE_INFINITY,
  );
};
