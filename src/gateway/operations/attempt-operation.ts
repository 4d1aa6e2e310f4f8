import type { Attempt } from '../../domain/attempt.ts';
import { type Failure, failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { OperationKind, ProviderResults } from '../../domain/operation.ts';
import { DEFAULT_BREAKER } from '../../domain/route.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationOutcome } from '../../ports/provider.ts';
import type { OperationTrace } from '../../ports/telemetry.ts';
import { elapsedMs } from '../elapsed.ts';
import { warningInGraph } from '../parameter-name.ts';
import type { HealthBoard } from '../routing/health/health-board.ts';
import { BROKEN } from '../runs/call.ts';
import type { OperationCandidate, OperationPlan } from './plan-operation.ts';

/** A plan that has been tried to its end. Attempts carry no cost yet. */
export type OperationAttempted<Kind extends OperationKind> = {
  readonly attempts: readonly Attempt[];
  /** Of the last attempt. */
  readonly warnings: readonly Warning[];
  readonly ending:
    | {
        readonly kind: 'DONE';
        readonly result: ProviderResults[Kind];
        readonly by: OperationCandidate<Kind>['offering'];
      }
    | { readonly kind: 'FAILED'; readonly failure: LocatedFailure };
};

export type OperationDependencies = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly health: Pick<HealthBoard, 'availabilityOf'>;
  /** Why the signal was aborted, unless the caller did it. */
  readonly whyAborted: () => Failure | undefined;
  /** What is left of the operation's time, in milliseconds. */
  readonly remainingMs: () => number;
  /** Absent: nothing is traced. */
  readonly trace: Pick<OperationTrace, 'attempt'> | undefined;
  /** Takes what a provider threw. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** What an operation that its caller ended has for a failure. */
export const CANCELLED: Failure = failureOf('CANCELLED', 'The caller ended the operation.');

/**
 * Asks the candidates in order until one has done it; a FINAL failure, or an aborted signal, ends it. The
 * failure is the last candidate's; once the signal is aborted, what `whyAborted` says.
 */
export const attemptOperation = async <Kind extends OperationKind>(
  { candidates }: OperationPlan<Kind>,
  { clock, signal, health, whyAborted, remainingMs, trace, onDefect }: OperationDependencies,
): Promise<OperationAttempted<Kind>> => {
  const attempts: Attempt[] = [];

  const ask = async (
    { offering, adapter, request }: OperationCandidate<Kind>,
    parent: TraceParent | undefined,
  ): Promise<OperationOutcome<Kind>> => {
    const { providerModelId } = offering;
    const call = { providerModelId, request, timeoutMs: remainingMs(), trace: parent };
    try {
      return await adapter.perform(call, signal);
    } catch (error) {
      onDefect(error, offering.providerId);
      return { kind: 'FAILED', failure: signal.aborted ? CANCELLED : BROKEN, warnings: [] };
    }
  };

  for (const [index, candidate] of candidates.entries()) {
    const { offering } = candidate;
    const place = { offeringId: offering.id, providerId: offering.providerId };
    if (signal.aborted) {
      const { offeringId, providerId } = attempts.at(-1) ?? place;
      const failure = { ...(whyAborted() ?? CANCELLED), offeringId, providerId };
      return { attempts, warnings: [], ending: { kind: 'FAILED', failure } };
    }
    const started = { index, ...place, startedAt: clock.now() };
    const sentAt = clock.monotonicMs();
    const watch = health.availabilityOf(offering.id, DEFAULT_BREAKER).began('WHOLE');
    const end = (attempt: Attempt): void => {
      attempts.push(attempt);
      watch.ended(attempt);
    };
    const outcome = await ask(candidate, trace?.attempt(started));
    const durationMs = elapsedMs(clock, sentAt);
    const warnings = [...candidate.warnings, ...outcome.warnings.map(warningInGraph)];
    if (outcome.rateLimits !== undefined) watch.observed(outcome.rateLimits);
    if (outcome.kind === 'DONE') {
      const { usage, billing, providerResponseId, providerModel } = outcome;
      end({
        ...started,
        status: 'SUCCEEDED',
        durationMs,
        ...(usage !== undefined && { usage }),
        ...(billing !== undefined && { billing }),
        ...(providerResponseId !== undefined && { providerResponseId }),
        ...(providerModel !== undefined && { providerModel }),
      });
      return { attempts, warnings, ending: { kind: 'DONE', result: outcome.result, by: offering } };
    }
    watch.failed(outcome.failure);
    const cause = (signal.aborted ? whyAborted() : undefined) ?? outcome.failure;
    const failure: LocatedFailure = { ...cause, ...place };
    end({ ...started, status: 'FAILED', durationMs, failure });
    const isLast = index === candidates.length - 1;
    if (isLast || signal.aborted || failure.retry === 'FINAL')
      return { attempts, warnings, ending: { kind: 'FAILED', failure } };
  }
  throw new Error('a planned operation has at least one candidate');
};
