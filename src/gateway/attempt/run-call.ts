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
import type { RateLimitRecorder } from '../rate-limit-board.ts';
import type { CallWatch, HealthBoard } from '../routing/health/health-board.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import type { AnswerEvent } from './answer-measure.ts';
import { BROKEN, CANCELLED } from './attempted.ts';
import { type Announced, CallFacts } from './call-facts.ts';
import { type CallLimits, CallWatchdog } from './call-watchdog.ts';
import { Drain, type DrainSource } from './drain-call.ts';
import { providerEvents } from './provider-events.ts';

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
 * There is one question at a time; whoever it was for, its answer goes to who drains, else to the reader. A class, as one
 * is made for each attempt.
 */
class RunningCall implements Call, DrainSource {
  readonly candidate: PlannedCandidate;
  readonly ended: Promise<CallEnd>;
  readonly #resolveEnded: (end: CallEnd) => void;
  readonly #deps: CallDependencies;
  readonly #call: ProviderCall;
  readonly #health: CallWatch;
  readonly #aborter = new AbortController();
  readonly #facts: CallFacts;
  readonly #watchdog: CallWatchdog;
  readonly #drain: Drain;
  #end: CallEnd | undefined;
  #cancelled = false;
  #iterator: AsyncIterator<ProviderEvent> | undefined;
  #asking = false;
  #exhausted = false;
  #toDrain: ((event: ProviderEvent | undefined) => void) | undefined;
  #toReader: ((step: CallStep) => void) | undefined;

  constructor(candidate: PlannedCandidate, announced: Announced, deps: CallDependencies) {
    const { clock, signal, stream, timeouts, minOutputTps } = deps;
    const { offering, client } = candidate;
    this.candidate = candidate;
    this.#deps = deps;
    const sentAt = clock.monotonicMs();
    this.#health = deps.health.began(offering.id, candidate.breaker, stream ? STREAMED : WHOLE);
    const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<CallEnd>();
    this.ended = ended;
    this.#resolveEnded = resolveEnded;
    this.#facts = new CallFacts(candidate, announced, {
      rateLimits: deps.rateLimits,
      elapsedMs: () => elapsedMs(clock, sentAt),
      onFirstToken: stream ? this.#firstToken : undefined,
      inputTokens: deps.inputTokens,
    });
    const call: { -readonly [Name in keyof ProviderCall]: ProviderCall[Name] } = {
      providerModelId: offering.providerModelId,
      request: candidate.request,
      stream,
      // A whole answer comes when all of it is done: only the total bounds it.
      timeouts: {
        firstTokenMs: stream ? timeouts.firstTokenMs : timeouts.totalMs,
        stallMs: timeouts.stallMs,
      },
      trace: deps.traceOf?.(announced.index),
    };
    if (client !== undefined) call.client = client;
    this.#call = call;
    this.#drain = new Drain(clock, this.#aborter, this);
    this.#watchdog = new CallWatchdog({
      clock,
      limits: limitsOf(stream, timeouts, minOutputTps),
      whom: offering.id,
      tokens: () => this.#facts.outputTokens(),
      expire: (failure) => {
        this.#aborter.abort();
        this.#fail(failure);
      },
    });
    signal.addEventListener('abort', this.#onAbort, ONCE);
    if (signal.aborted) this.#onAbort();
  }

  get gone(): Promise<void> {
    return this.#drain.over;
  }

  end(): CallEnd | undefined {
    return this.#end;
  }

  asLost(): Attempt {
    return this.#facts.lost(this.#end?.attempt);
  }

  next(): Promise<CallStep> {
    if (this.#end !== undefined) return Promise.resolve({ done: true, value: this.#end });
    const step = new Promise<CallStep>(this.#setReader);
    // What is cancelled answers when it is over.
    if (!this.#cancelled) this.#hear();
    return step;
  }

  cancel(): void {
    if (this.#end !== undefined || this.#cancelled) return;
    this.#cancelled = true;
    this.#watchdog.stop();
    this.#aborter.abort();
    this.#drain.start();
    void this.#drain.over.then(() =>
      this.#finish({ attempt: this.asLost(), warnings: this.#facts.warnings }),
    );
  }

  pull(): Promise<ProviderEvent | undefined> | undefined {
    if (this.#exhausted) return undefined;
    return new Promise((resolve) => {
      this.#toDrain = resolve;
      if (!this.#asking) this.#ask();
    });
  }

  /** What it says of its usage while it ends is known, too. */
  absorb(event: ProviderEvent): void {
    try {
      this.#facts.take(event);
    } catch (error) {
      this.onLeft(error);
    }
  }

  async close(): Promise<void> {
    await this.#iterator?.return?.();
  }

  onLeft(error: unknown): void {
    this.#deps.onDefect(error, this.candidate.provider.id);
  }

  readonly #firstToken = (ttftMs: number): void => {
    // What is still read of a call that is over says nothing more of it.
    if (this.#end === undefined) this.#health.firstToken(ttftMs);
  };

  readonly #setReader = (resolve: (step: CallStep) => void): void => {
    this.#toReader = resolve;
  };

  #tellReader(step: CallStep): void {
    const tell = this.#toReader;
    this.#toReader = undefined;
    tell?.(step);
  }

  /** Undefined: it says no more. False: nobody drains it. */
  #tellDrain(event: ProviderEvent | undefined): boolean {
    const tell = this.#toDrain;
    this.#toDrain = undefined;
    tell?.(event);
    return tell !== undefined;
  }

  #ask(): void {
    this.#asking = true;
    try {
      this.#iterator ??= providerEvents(this.candidate.provider, this.#call, this.#aborter.signal)[
        Symbol.asyncIterator
      ]();
      this.#iterator.next().then(this.#onSaid, this.#onThrown);
    } catch (error) {
      this.#onThrown(error);
    }
  }

  readonly #onThrown = (error: unknown): void => {
    this.#asking = false;
    this.#exhausted = true;
    this.onLeft(error);
    if (!this.#tellDrain(undefined)) this.#fail(this.#deps.signal.aborted ? CANCELLED : BROKEN);
  };

  #onOver(): void {
    this.#exhausted = true;
    if (this.#tellDrain(undefined)) return;
    const { providerId } = this.candidate.offering;
    this.#fail(
      this.#deps.signal.aborted
        ? CANCELLED
        : failureOf('TRUNCATED', `${providerId} ended its answer without saying so.`),
    );
  }

  #onEvent(event: ProviderEvent): void {
    switch (event.type) {
      case 'failed':
        this.#fail(event.failure);
        return;
      case 'completed': {
        const attempt = this.#facts.attempt('SUCCEEDED', event);
        this.#finish({ attempt, warnings: this.#facts.warnings, completed: event });
        return;
      }
      default: {
        const value = this.#facts.take(event);
        this.#watchdog.heard(this.#facts.hasAnswered, event.type !== 'verbatim');
        if (value === undefined) this.#hear();
        else this.#tellReader({ done: false, value });
      }
    }
  }

  readonly #onSaid = (result: IteratorResult<ProviderEvent>): void => {
    this.#asking = false;
    if (result.done === true) {
      this.#onOver();
      return;
    }
    if (this.#tellDrain(result.value)) return;
    try {
      this.#onEvent(result.value);
    } catch (error) {
      // Nobody waits for this function, so that nobody else would hear of it.
      this.onLeft(error);
      this.#aborter.abort();
      this.#fail(BROKEN);
    }
  };

  #hear(): void {
    this.#watchdog.waits();
    this.#ask();
  }

  #finish(outcome: CallEnd): void {
    if (this.#end !== undefined) return;
    this.#end = outcome;
    this.#tellReader({ done: true, value: outcome });
    this.#resolveEnded(outcome);
    this.#watchdog.stop();
    this.#drain.start();
    this.#health.ended(outcome.attempt);
  }

  #fail(said: Failure): void {
    if (this.#end !== undefined || this.#cancelled) return;
    const { rateLimits, signal, whyAborted } = this.#deps;
    const { id: offeringId, providerId } = this.candidate.offering;
    rateLimits.failed(offeringId, said);
    const cause = (signal.aborted ? whyAborted() : undefined) ?? said;
    const attempt = this.#facts.failed({ ...cause, providerId, offeringId });
    this.#finish({ attempt, warnings: this.#facts.warnings });
  }

  /** It stays with the signal, which lives no longer than the completion: taking it away would cost more. */
  readonly #onAbort = (): void => {
    if (this.#end !== undefined) return;
    this.#aborter.abort();
    // The provider says how it ended, if it still says anything.
    this.#drain.bound(() => this.#fail(CANCELLED));
  };
}

const limitsOf = (
  stream: boolean,
  timeouts: CompletionTimeouts,
  minOutputTps: number | undefined,
): CallLimits => {
  if (!stream) return UNWATCHED;
  return minOutputTps === undefined ? timeouts : { ...timeouts, minOutputTps };
};

const UNWATCHED: CallLimits = {};

/**
 * Sends a call with the first `next`. It ends as its provider says, by its limits, by the signal, or by being
 * cancelled; the last three close it upstream at once. What a provider throws against its contract goes to
 * `onDefect` and is a failure like others, unless the answer was complete. Each event takes one promise besides the
 * provider's own, no timer and no closure.
 */
export const startCall = (candidate: PlannedCandidate, announced: Announced, deps: CallDependencies): Call =>
  new RunningCall(candidate, announced, deps);

const ONCE = { once: true };
const STREAMED = { streamed: true };
const WHOLE = { streamed: false };
