import type { Attempt } from '../../domain/attempt.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProviderCall } from '../../ports/provider.ts';
import type { CompletionTimeouts } from '../completion-command.ts';
import { elapsedMs } from '../elapsed.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { RateLimitRecorder } from '../rate-limit-board.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import { type AnswerEvent, hasContent } from './answer-measure.ts';
import { BROKEN, CANCELLED } from './attempted.ts';
import { type Announced, cancelledOf, createCallFacts } from './call-facts.ts';
import { createCallWatchdog } from './call-watchdog.ts';
import { createDrain } from './drain-call.ts';

/** What all calls of a completion have in common. */
export type CallDependencies = {
  readonly clock: Clock;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** Why the signal was aborted, unless the caller did it. */
  readonly whyAborted: () => Failure | undefined;
  readonly rateLimits: Pick<RateLimitRecorder, 'observe' | 'failed'>;
  readonly health: Pick<HealthBoard, 'began'>;
  /** Ask for streams. Without them there is no TTFT, and no limit but the total. */
  readonly stream: boolean;
  readonly timeouts: CompletionTimeouts;
  readonly minOutputTps?: number;
  /** About how many tokens the prompt has. */
  readonly inputTokens: () => number;
  /** Takes what a provider threw, or that it did not end. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** A call that is over. */
export type CallEnd = {
  readonly attempt: Attempt;
  readonly warnings: readonly Warning[];
  /** Present where the attempt succeeded. */
  readonly completed?: Extract<ProviderEvent, { type: 'completed' }>;
};

export type CallStep =
  | { readonly kind: 'EVENT'; readonly event: AnswerEvent }
  | { readonly kind: 'ENDED'; readonly end: CallEnd };

/** One call to one offering under way. */
export type Call = {
  readonly candidate: PlannedCandidate;
  /** What comes next. Not to be asked again before it has answered. */
  next(): Promise<CallStep>;
  /** Undefined while it is under way. */
  end(): CallEnd | undefined;
  /** Another one has won: closes the call upstream at once. What has ended by itself stays as it is. */
  cancel(): void;
  /** Resolves with how it ended. */
  readonly ended: Promise<CallEnd>;
  /** Resolves when nothing of it is left at the provider, or that was given up. */
  readonly gone: Promise<void>;
  /** How it would be recorded if it lost now. */
  asLost(): Attempt;
};

type Pulled =
  | { readonly kind: 'EVENT'; readonly event: ProviderEvent }
  | { readonly kind: 'THREW' }
  | { readonly kind: 'OVER' };

/**
 * Sends a call with the first `next`. It ends as its provider says, by its limits, by the signal, or by being
 * cancelled; the last three close it upstream at once. What a provider throws against its contract goes to
 * `onDefect` and is a failure like others, unless the answer was complete.
 */
export const startCall = (
  candidate: PlannedCandidate,
  announced: Announced,
  deps: CallDependencies,
): Call => {
  const { clock, signal, stream, timeouts, minOutputTps } = deps;
  const { offering, provider } = candidate;
  const sentAt = clock.monotonicMs();
  const health = deps.health.began(offering.id, candidate.breaker, { streamed: stream });
  const aborter = new AbortController();
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<CallEnd>();
  let end: CallEnd | undefined;
  let cancelled = false;
  /** Lets a pending `next` go. */
  let halt = (): void => {};

  const facts = createCallFacts(candidate, announced, {
    rateLimits: deps.rateLimits,
    elapsedMs: () => elapsedMs(clock, sentAt),
    ...(stream && { onFirstToken: (ttftMs: number) => health.firstToken(ttftMs) }),
  });

  const call: ProviderCall = {
    providerModelId: offering.providerModelId,
    request: candidate.request,
    stream,
    // A whole answer comes when all of it is done: only the total bounds it.
    timeouts: {
      firstTokenMs: stream ? timeouts.firstTokenMs : timeouts.totalMs,
      stallMs: timeouts.stallMs,
    },
  };
  let iterator: AsyncIterator<ProviderEvent> | undefined;
  const ask = async (): Promise<Pulled> => {
    try {
      iterator ??= provider.complete(call, aborter.signal)[Symbol.asyncIterator]();
      const result = await iterator.next();
      return result.done === true ? { kind: 'OVER' } : { kind: 'EVENT', event: result.value };
    } catch (error) {
      deps.onDefect(error, provider.id);
      return { kind: 'THREW' };
    }
  };
  /** What the provider was last asked, until the answer is taken: there is one question at a time. */
  let asked: Promise<Pulled> | undefined;

  const drain = createDrain(clock, aborter, {
    async pull() {
      asked ??= ask();
      const pulled = await asked;
      asked = undefined;
      return pulled.kind === 'EVENT' ? pulled.event : undefined;
    },
    // What it says of its usage while it ends is known, too.
    absorb: (event) => void facts.take(event),
    close: async () => void (await iterator?.return?.()),
    onLeft: (error) => deps.onDefect(error, provider.id),
  });

  const finish = (outcome: Omit<CallEnd, 'warnings'>): void => {
    if (end !== undefined) return;
    end = { ...outcome, warnings: facts.warnings };
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    health.ended(outcome.attempt);
    halt();
    resolveEnded(end);
    drain.start();
  };

  const fail = (said: Failure): void => {
    deps.rateLimits.failed(offering.id, said);
    const cause = (signal.aborted ? deps.whyAborted() : undefined) ?? said;
    const failure = { ...cause, providerId: offering.providerId, offeringId: offering.id };
    finish({ attempt: facts.attempt('FAILED', { failure }) });
  };

  const watchdog = createCallWatchdog(
    clock,
    stream ? { ...timeouts, ...(minOutputTps !== undefined && { minOutputTps }) } : {},
    offering.id,
    facts.outputTokens,
    (failure) => {
      aborter.abort();
      fail(failure);
    },
  );

  const onAbort = (): void => {
    aborter.abort();
    // The provider says how it ended, if it still says anything.
    drain.bound(() => {
      if (!cancelled) fail(CANCELLED);
    });
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  /** The provider's next word; undefined where the call is ended before it comes. */
  const hear = (): Promise<Pulled | undefined> => {
    asked ??= ask();
    watchdog.waits();
    const { promise, resolve } = Promise.withResolvers<Pulled | undefined>();
    halt = () => resolve(undefined);
    void asked.then(resolve);
    return promise;
  };

  const handle = (pulled: Pulled): AnswerEvent | undefined => {
    if (pulled.kind === 'THREW') fail(signal.aborted ? CANCELLED : BROKEN);
    else if (pulled.kind === 'OVER')
      fail(
        signal.aborted
          ? CANCELLED
          : failureOf('TRUNCATED', `${offering.providerId} ended its answer without saying so.`),
      );
    else if (pulled.event.type === 'failed') fail(pulled.event.failure);
    else if (pulled.event.type === 'completed') {
      const { serviceTier } = pulled.event;
      const attempt = facts.attempt('SUCCEEDED', serviceTier === undefined ? {} : { serviceTier });
      finish({ attempt, completed: pulled.event });
    } else return facts.take(pulled.event);
    return undefined;
  };

  const asLost = (): Attempt =>
    cancelledOf(end?.attempt ?? facts.attempt('CANCELLED'), deps.inputTokens, facts.outputTokens());

  return {
    candidate,
    ended,
    gone: drain.over,
    end: () => end,
    asLost,
    async next() {
      while (end === undefined && !cancelled) {
        const pulled = await hear();
        // Whoever ended it meanwhile takes the word, if there is one.
        if (pulled === undefined || end !== undefined || cancelled) break;
        // What is over is not asked again.
        if (pulled.kind === 'EVENT') asked = undefined;
        const event = handle(pulled);
        watchdog.heard(event !== undefined && hasContent(event));
        if (event !== undefined) return { kind: 'EVENT', event };
      }
      return { kind: 'ENDED', end: await ended };
    },
    cancel() {
      if (end !== undefined || cancelled) return;
      cancelled = true;
      watchdog.stop();
      aborter.abort();
      halt();
      drain.start();
      void drain.over.then(() => finish({ attempt: asLost() }));
    },
  };
};
