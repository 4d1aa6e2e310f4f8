import type { Attempt } from '../../domain/attempt.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProviderCall } from '../../ports/provider.ts';
import type { CompletionTimeouts } from '../completion-command.ts';
import { elapsedMs } from '../elapsed.ts';
import type { HealthBoard } from '../health/health-board.ts';
import type { RateLimitRecorder } from '../rate-limit-board.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import type { AnswerEvent } from './answer-measure.ts';
import { BROKEN, CANCELLED } from './attempted.ts';
import { type Announced, CallFacts } from './call-facts.ts';
import { CallWatchdog } from './call-watchdog.ts';
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
  /** What the provider is told of an attempt's place in a trace; absent where nothing is traced. */
  readonly traceOf?: ((attempt: number) => TraceParent | undefined) | undefined;
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

/** Done with how the call ended. */
export type CallStep = IteratorResult<AnswerEvent, CallEnd>;

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

/**
 * Sends a call with the first `next`. It ends as its provider says, by its limits, by the signal, or by being
 * cancelled; the last three close it upstream at once. What a provider throws against its contract goes to
 * `onDefect` and is a failure like others, unless the answer was complete. Each event takes one promise besides the
 * provider's own, no timer and no closure.
 */
export const startCall = (
  candidate: PlannedCandidate,
  announced: Announced,
  deps: CallDependencies,
): Call => {
  const { clock, signal, stream, timeouts, minOutputTps } = deps;
  const { offering, provider } = candidate;
  const sentAt = clock.monotonicMs();
  const health = deps.health.began(offering.id, candidate.breaker, stream ? STREAMED : WHOLE);
  const aborter = new AbortController();
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<CallEnd>();
  let end: CallEnd | undefined;
  let cancelled = false;

  const facts = new CallFacts(candidate, announced, {
    rateLimits: deps.rateLimits,
    elapsedMs: () => elapsedMs(clock, sentAt),
    onFirstToken: stream
      ? (ttftMs) => {
          // What is still read of a call that is over says nothing more of it.
          if (end === undefined) health.firstToken(ttftMs);
        }
      : undefined,
    inputTokens: deps.inputTokens,
  });

  const call: ProviderCall = {
    providerModelId: offering.providerModelId,
    request: candidate.request,
    ...(candidate.client !== undefined && { client: candidate.client }),
    stream,
    // A whole answer comes when all of it is done: only the total bounds it.
    timeouts: {
      firstTokenMs: stream ? timeouts.firstTokenMs : timeouts.totalMs,
      stallMs: timeouts.stallMs,
    },
    trace: deps.traceOf?.(announced.index),
  };
  let iterator: AsyncIterator<ProviderEvent> | undefined;
  /** There is one question at a time; whoever it was for, its answer goes to `toDrain`, else to the reader. */
  let asking = false;
  let exhausted = false;
  let toDrain: ((event: ProviderEvent | undefined) => void) | undefined;
  let toReader: ((step: CallStep) => void) | undefined;
  const setReader = (resolve: (step: CallStep) => void): void => {
    toReader = resolve;
  };
  const tellReader = (step: CallStep): void => {
    const tell = toReader;
    toReader = undefined;
    tell?.(step);
  };
  /** Undefined: it says no more. False: nobody drains it. */
  const tellDrain = (event: ProviderEvent | undefined): boolean => {
    const tell = toDrain;
    toDrain = undefined;
    tell?.(event);
    return tell !== undefined;
  };

  const ask = (): void => {
    asking = true;
    try {
      iterator ??= provider.complete(call, aborter.signal)[Symbol.asyncIterator]();
      iterator.next().then(onSaid, onThrown);
    } catch (error) {
      onThrown(error);
    }
  };
  const onThrown = (error: unknown): void => {
    asking = false;
    exhausted = true;
    deps.onDefect(error, provider.id);
    if (!tellDrain(undefined)) fail(signal.aborted ? CANCELLED : BROKEN);
  };
  const onOver = (): void => {
    exhausted = true;
    if (tellDrain(undefined)) return;
    fail(
      signal.aborted
        ? CANCELLED
        : failureOf('TRUNCATED', `${offering.providerId} ended its answer without saying so.`),
    );
  };
  const onEvent = (event: ProviderEvent): void => {
    switch (event.type) {
      case 'failed':
        fail(event.failure);
        return;
      case 'completed': {
        const { serviceTier } = event;
        const attempt = facts.attempt('SUCCEEDED', serviceTier === undefined ? undefined : { serviceTier });
        finish({ attempt, warnings: facts.warnings, completed: event });
        return;
      }
      default: {
        const value = facts.take(event);
        watchdog.heard(facts.hasAnswered, event.type !== 'verbatim');
        if (value === undefined) hear();
        else tellReader({ done: false, value });
      }
    }
  };
  const onSaid = (result: IteratorResult<ProviderEvent>): void => {
    asking = false;
    if (result.done === true) {
      onOver();
      return;
    }
    if (tellDrain(result.value)) return;
    try {
      onEvent(result.value);
    } catch (error) {
      // Nobody waits for this function, so that nobody else would hear of it.
      deps.onDefect(error, provider.id);
      aborter.abort();
      fail(BROKEN);
    }
  };
  const hear = (): void => {
    watchdog.waits();
    ask();
  };

  const drain = createDrain(clock, aborter, {
    pull: () =>
      exhausted
        ? undefined
        : new Promise((resolve) => {
            toDrain = resolve;
            if (!asking) ask();
          }),
    // What it says of its usage while it ends is known, too.
    absorb(event) {
      try {
        facts.take(event);
      } catch (error) {
        deps.onDefect(error, provider.id);
      }
    },
    close: async () => void (await iterator?.return?.()),
    onLeft: (error) => deps.onDefect(error, provider.id),
  });

  const finish = (outcome: CallEnd): void => {
    if (end !== undefined) return;
    end = outcome;
    tellReader({ done: true, value: end });
    resolveEnded(end);
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    drain.start();
    health.ended(outcome.attempt);
  };

  const fail = (said: Failure): void => {
    if (end !== undefined || cancelled) return;
    deps.rateLimits.failed(offering.id, said);
    const cause = (signal.aborted ? deps.whyAborted() : undefined) ?? said;
    const failure = { ...cause, providerId: offering.providerId, offeringId: offering.id };
    finish({ attempt: facts.failed(failure), warnings: facts.warnings });
  };

  const watchdog = new CallWatchdog({
    clock,
    limits: stream ? { ...timeouts, ...(minOutputTps !== undefined && { minOutputTps }) } : {},
    whom: offering.id,
    tokens: () => facts.outputTokens(),
    expire(failure) {
      aborter.abort();
      fail(failure);
    },
  });

  const onAbort = (): void => {
    aborter.abort();
    // The provider says how it ended, if it still says anything.
    drain.bound(() => fail(CANCELLED));
  };
  signal.addEventListener('abort', onAbort, ONCE);
  if (signal.aborted) onAbort();

  const asLost = (): Attempt => facts.lost(end?.attempt);

  return {
    candidate,
    ended,
    gone: drain.over,
    end: () => end,
    asLost,
    next() {
      if (end !== undefined) return Promise.resolve({ done: true, value: end });
      const step = new Promise<CallStep>(setReader);
      // What is cancelled answers when it is over.
      if (!cancelled) hear();
      return step;
    },
    cancel() {
      if (end !== undefined || cancelled) return;
      cancelled = true;
      watchdog.stop();
      aborter.abort();
      drain.start();
      void drain.over.then(() => finish({ attempt: asLost(), warnings: facts.warnings }));
    },
  };
};

const ONCE = { once: true };
const STREAMED = { streamed: true };
const WHOLE = { streamed: false };
