import type { Attempt } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import { type Failure, failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProviderCall } from '../../ports/provider.ts';
import { timeoutsOf } from '../completion-command.ts';
import { elapsedMs } from '../elapsed.ts';
import { warningInGraph } from '../parameter-name.ts';
import type { RateLimitRecorder } from '../rate-limit-board.ts';
import { sealed } from '../sealed-signature.ts';
import type { Candidate, Planned } from './plan-route.ts';

/** How the last attempt ended. */
export type Ending =
  | { readonly kind: 'FINISHED'; readonly finishReason: FinishReason; readonly rawFinishReason?: string }
  | { readonly kind: 'FAILED'; readonly failure: LocatedFailure };

/** A route that has been tried to its end. Attempts carry no cost yet. */
export type Attempted = Omit<Planned, 'stage'> & {
  readonly stage: 'ATTEMPTED';
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
  readonly warnings: readonly Warning[];
};

type AttemptState = {
  usage?: Usage;
  ttftMs?: number;
  providerResponseId?: string;
  providerModel?: string;
  readonly warnings: Warning[];
  ending?: Extract<ProviderEvent, { type: 'completed' | 'failed' }>;
};

const isVisible = (event: ProviderEvent): boolean => {
  switch (event.type) {
    case 'textDelta':
    case 'reasoningDelta':
    case 'toolCallStarted':
    case 'toolCallDelta':
    case 'toolCallEnded':
    case 'source':
    case 'refusalDelta':
      return true;
    case 'answering':
    case 'usageUpdated':
    case 'warning':
    case 'rateLimits':
    case 'completed':
    case 'failed':
      return false;
  }
};

const callOf = ({ command }: Planned, { offering, request }: Candidate): ProviderCall => {
  const { firstTokenMs, stallMs, totalMs } = timeoutsOf(command);
  return {
    providerModelId: offering.providerModelId,
    request,
    stream: command.streamUpstream,
    timeouts: { firstTokenMs: command.streamUpstream ? firstTokenMs : totalMs, stallMs },
  };
};

const finishedAttempt = (
  state: AttemptState,
  started: Pick<Attempt, 'index' | 'offeringId' | 'providerId' | 'startedAt'>,
  durationMs: number,
  failure: LocatedFailure | undefined,
): Attempt => ({
  ...started,
  status: failure === undefined ? 'SUCCEEDED' : 'FAILED',
  durationMs,
  ...(state.ttftMs !== undefined && { ttftMs: state.ttftMs }),
  ...(state.usage !== undefined && { usage: state.usage }),
  ...(failure !== undefined && { failure }),
  ...(state.providerResponseId !== undefined && { providerResponseId: state.providerResponseId }),
  ...(state.providerModel !== undefined && { providerModel: state.providerModel }),
  ...(state.ending?.type === 'completed' &&
    state.ending.serviceTier !== undefined && { serviceTier: state.ending.serviceTier }),
});

export type AttemptDependencies = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly rateLimits: RateLimitRecorder;
  /** Why the signal was aborted, unless the caller did it. */
  readonly whyAborted: () => Failure | undefined;
  /** Takes what a provider threw. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** What a call that threw is for its caller. */
export const BROKEN: Failure = failureOf(
  'SERVER_ERROR',
  'The call could not be carried out, for a reason of our own.',
  { retry: 'ELSEWHERE' },
);
const CANCELLED: Failure = failureOf('CANCELLED', 'The caller ended the completion.');

/**
 * Tries the candidates in order until one answers. A failure is passed over to the next candidate only
 * while the client has seen nothing of the answer; after that it ends the completion. Once the signal is
 * aborted nothing more is tried: the failure is what `whyAborted` says, or that the caller cancelled, and it
 * is located at the last attempt, or at the first candidate where none was made. What a provider throws
 * against its contract goes to `onDefect` and is a failure like others, unless the answer was complete.
 */
export async function* attemptRoute(
  planned: Planned,
  { clock, signal, rateLimits, whyAborted, onDefect }: AttemptDependencies,
): AsyncGenerator<CompletionEvent, Attempted> {
  const attempts: Attempt[] = [];
  const warnings: Warning[] = [];
  const done = (ending: Ending): Attempted => ({
    ...planned,
    stage: 'ATTEMPTED',
    attempts,
    ending,
    warnings,
  });

  for (const [index, candidate] of planned.candidates.entries()) {
    const { offering, provider } = candidate;
    if (signal.aborted) {
      const { offeringId, providerId } = attempts.at(-1) ?? {
        offeringId: offering.id,
        providerId: offering.providerId,
      };
      return done({ kind: 'FAILED', failure: { ...(whyAborted() ?? CANCELLED), offeringId, providerId } });
    }
    const started = {
      index,
      offeringId: offering.id,
      providerId: offering.providerId,
      startedAt: clock.now(),
    };
    const state: AttemptState = { warnings: [...candidate.warnings] };
    let visible = false;
    yield { type: 'attemptStarted', ...started, cause: index === 0 ? 'FIRST' : 'FALLBACK' };
    const sentAt = clock.monotonicMs();

    try {
      for await (const event of provider.complete(callOf(planned, candidate), signal)) {
        if (isVisible(event)) {
          visible = true;
          if (planned.command.streamUpstream) state.ttftMs ??= elapsedMs(clock, sentAt);
        }
        switch (event.type) {
          case 'answering':
            if (event.providerResponseId !== undefined) state.providerResponseId = event.providerResponseId;
            if (event.providerModel !== undefined) state.providerModel = event.providerModel;
            break;
          case 'warning':
            state.warnings.push(warningInGraph(event.warning));
            break;
          case 'rateLimits':
            rateLimits.observe(offering.id, event.limits);
            break;
          case 'completed':
          case 'failed':
            state.ending = event;
            break;
          case 'usageUpdated':
            state.usage = event.usage;
            yield event;
            break;
          default:
            yield sealed(event, provider.id);
        }
      }
    } catch (error) {
      onDefect(error, provider.id);
      state.ending ??= { type: 'failed', failure: signal.aborted ? CANCELLED : BROKEN };
    }

    const durationMs = elapsedMs(clock, sentAt);
    const { ending } = state;
    if (ending?.type === 'completed') {
      attempts.push(finishedAttempt(state, started, durationMs, undefined));
      warnings.push(...state.warnings);
      return done({
        kind: 'FINISHED',
        finishReason: ending.finishReason,
        ...(ending.rawFinishReason !== undefined && { rawFinishReason: ending.rawFinishReason }),
      });
    }
    const said =
      ending?.failure ??
      (signal.aborted
        ? CANCELLED
        : failureOf('TRUNCATED', `${offering.providerId} ended its answer without saying so.`));
    rateLimits.failed(offering.id, said);
    const cause = (signal.aborted ? whyAborted() : undefined) ?? said;
    const failure: LocatedFailure = { ...cause, providerId: offering.providerId, offeringId: offering.id };
    const attempt = finishedAttempt(state, started, durationMs, failure);
    attempts.push(attempt);
    const last = index === planned.candidates.length - 1;
    const willRetry = !visible && !last && !signal.aborted && failure.retry !== 'FINAL';
    yield { type: 'attemptFailed', attempt, willRetry };
    if (!willRetry) {
      warnings.push(...state.warnings);
      return done({ kind: 'FAILED', failure });
    }
  }
  throw new Error('a planned route has at least one candidate');
}
