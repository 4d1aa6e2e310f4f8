import type { Attempt } from '../../domain/attempt.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import { elapsedMs } from '../elapsed.ts';
import type { CallKind, CallWatch } from '../routing/health/availability.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import { type Announced, type AnswerEvent, CallFacts, type Unsaid } from './call-facts.ts';
import { type Lifetime, Silence, type SilenceLimits } from './lifetime.ts';

/** What a call that threw is for its caller. */
export const BROKEN: Failure = failureOf(
  'SERVER_ERROR',
  'The call failed: internal error in modelgraph, see its log.',
  { retry: 'ELSEWHERE' },
);

/** How long a provider may take to end once it is to. */
const END_WITHIN_MS = 2_000;

/** Whose call it is. */
export type CallOwner<What> = Pick<Unsaid, 'estimated'> & {
  /** Takes down that it is about to be sent; `go` is called once that outlives this process, at once or later. Absent: nothing is kept. */
  keep?(candidate: PlannedCandidate<What>, announced: Announced, go: () => void): void;
  /** Sends it; `attempt` is its index. Tells the sink nothing before it has returned. */
  send(candidate: PlannedCandidate<What>, attempt: number, sink: ProviderSink): UpstreamCall;
};

export type CallDependencies<What> = Pick<Unsaid, 'conversation'> & {
  readonly clock: Clock;
  /** Of the run. What ends it ends the call. */
  readonly lifetime: Lifetime;
  readonly kind: CallKind;
  readonly limits: SilenceLimits;
  /** In so many milliseconds the operator wants a whole answer; undefined: they do not say. */
  readonly operatorMs?: number | undefined;
  readonly owner: CallOwner<What>;
  /** Takes what a provider threw, or that it did not end. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** A call that is over. */
export type CallEnd = {
  readonly attempt: Attempt;
  readonly warnings: readonly Warning[];
  /** Present where the attempt succeeded. */
  readonly last?: Extract<ProviderEvent, { type: 'completed' | 'performed' }>;
};

/** Who a call tells what happens, in the turn in which it happens. */
export type CallListener<What> = {
  onAnswer(call: Call<What>, event: AnswerEvent): void;
  /** `call.end` says how; exactly once. */
  onCallEnd(call: Call<What>): void;
  /** Nothing of it is left at the provider, or that was given up; exactly once, not before `onCallEnd`. */
  onCallGone(call: Call<What>): void;
};

/**
 * One call to one offering. It ends as its provider says, by its limits, with its run, or by being cancelled; the last
 * three close it upstream at once. What a provider throws against its contract goes to `onDefect` and is a failure like
 * others, unless the answer was complete.
 */
export class Call<What> implements ProviderSink {
  readonly candidate: PlannedCandidate<What>;
  /** What has been read of it and not been passed on. */
  readonly held: AnswerEvent[] = [];
  /** It had its time for a whole answer, and others were asked beside it. */
  isLate = false;
  readonly #listener: CallListener<What>;
  readonly #deps: CallDependencies<What>;
  readonly #facts: CallFacts;
  readonly #health: CallWatch;
  readonly #silence: Silence;
  readonly announced: Announced;
  #upstream: UpstreamCall | undefined;
  #end: CallEnd | undefined;
  #isCancelled = false;
  #isPaused = false;
  /** It is not sent yet. */
  #isWaiting = false;
  /** The provider has said its last. */
  #hasLeft = false;
  #hasBroken = false;
  #isGone = false;
  #cancelBound: (() => void) | undefined;

  constructor(
    candidate: PlannedCandidate<What>,
    announced: Announced,
    deps: CallDependencies<What>,
    listener: CallListener<What>,
  ) {
    const { clock, kind, limits, operatorMs, conversation, owner } = deps;
    const { offering } = candidate;
    this.candidate = candidate;
    this.announced = announced;
    this.#deps = deps;
    this.#listener = listener;
    const sentAt = clock.monotonicMs();
    this.#health = candidate.availability.began(kind, operatorMs);
    this.#facts = new CallFacts(candidate, announced, {
      watch: this.#health,
      elapsedMs: () => elapsedMs(clock, sentAt),
      onFirstToken: kind === 'STREAMED' ? this.#firstToken : undefined,
      conversation,
      owner,
    });
    this.#silence = new Silence({
      clock,
      limits,
      whom: offering.id,
      tokens: () => this.#facts.outputTokens(),
      expire: (failure) => {
        this.#fail(failure);
        this.#close();
      },
    });
  }

  /** Sends it once it is taken down; nothing is told before this returns, but where the provider throws. */
  send(): void {
    const { lifetime, owner } = this.#deps;
    if (lifetime.why !== undefined) {
      this.#leave(() => this.#fail(lifetime.cancelled));
      return;
    }
    this.#isWaiting = true;
    if (owner.keep === undefined) this.#sendKept();
    else owner.keep(this.candidate, this.announced, this.#sendKept);
  }

  readonly #sendKept = (): void => {
    this.#isWaiting = false;
    if (this.#hasLeft) return;
    try {
      this.#upstream = this.#deps.owner.send(this.candidate, this.announced.index, this);
    } catch (error) {
      this.broke(error);
      return;
    }
    if (this.#isPaused) this.#upstream.pause();
    else this.#silence.begin();
  };

  /** Undefined while it is under way. */
  get end(): CallEnd | undefined {
    return this.#end;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#silence.hold();
    if (this.#end === undefined) this.#upstream?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#end !== undefined || this.#isWaiting) return;
    this.#silence.begin();
    this.#upstream?.resume();
  }

  /** Another one has won: closes the call upstream at once. What has ended by itself stays as it is. */
  cancel(): void {
    if (this.#end !== undefined || this.#isCancelled) return;
    this.#isCancelled = true;
    this.#silence.stop();
    this.#close();
  }

  /** The run was ended from outside: the provider says how the call ended, if it still says anything. */
  onRunEnded(): void {
    if (this.#end === undefined && !this.#isCancelled) this.#close();
  }

  /** How it would be recorded if it lost now. */
  asLost(): Attempt {
    return this.#facts.lost(this.#end?.attempt);
  }

  event(event: ProviderEvent): void {
    if (this.#hasLeft) {
      if (!this.#hasBroken) this.broke(new Error(`A ${event.type} came after the last event of a call.`));
      return;
    }
    try {
      if (this.#end !== undefined || this.#isCancelled) this.#absorb(event);
      else this.#take(event);
    } catch (error) {
      this.broke(error);
      this.#upstream?.abort();
    }
  }

  /** Where a stream was asked for, an answer that is gathered instead has its first token with its end. */
  alive(): void {
    if (this.#end === undefined && this.#deps.kind === 'WHOLE') this.#silence.heard(true, true);
  }

  broke(error: unknown): void {
    this.#hasBroken = true;
    this.#deps.onDefect(error, this.candidate.provider.id);
    if (this.#hasLeft) return;
    const { why, cancelled } = this.#deps.lifetime;
    this.#leave(() => this.#fail(why === undefined ? BROKEN : cancelled));
  }

  #take(event: ProviderEvent): void {
    switch (event.type) {
      case 'failed':
        this.#leave(() => this.#fail(event.failure));
        return;
      case 'completed':
      case 'performed': {
        const attempt = this.#facts.attempt('SUCCEEDED', event.type === 'completed' ? event : undefined);
        this.#leave(() => this.#finish({ attempt, warnings: this.#facts.warnings, last: event }));
        return;
      }
      default: {
        const answer = this.#facts.take(event);
        this.#silence.heard(this.#facts.hasAnswered, event.type !== 'verbatim');
        if (answer !== undefined) this.#listener.onAnswer(this, answer);
      }
    }
  }

  /** What it says of its usage while it ends is known, too. */
  #absorb(event: ProviderEvent): void {
    const isLast = event.type === 'completed' || event.type === 'performed' || event.type === 'failed';
    if (isLast) this.#leave(() => {});
    else this.#facts.take(event);
  }

  /** The provider has said its last; what that was is told first. */
  #leave(tell: () => void): void {
    this.#hasLeft = true;
    this.#cancelBound?.();
    tell();
    this.#gone();
  }

  /** Closes it upstream, and waits for its last word for some seconds. */
  #close(): void {
    if (this.#hasLeft || this.#cancelBound !== undefined) return;
    if (this.#isWaiting) {
      this.#leave(this.#neverSent);
      return;
    }
    this.#cancelBound = this.#deps.clock.after(END_WITHIN_MS, () => {
      this.#deps.onDefect(
        new Error(`The call did not end within ${END_WITHIN_MS} ms of being cancelled.`),
        this.candidate.provider.id,
      );
      this.#leave(() => this.#fail(this.#deps.lifetime.cancelled));
    });
    this.#upstream?.abort();
  }

  readonly #neverSent = (): void => {
    if (!this.#isCancelled) this.#fail(this.#deps.lifetime.cancelled);
    else this.#finish({ attempt: this.#facts.attempt('CANCELLED'), warnings: this.#facts.warnings });
  };

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.#end === undefined) this.#finish({ attempt: this.asLost(), warnings: this.#facts.warnings });
    this.#listener.onCallGone(this);
  }

  #fail(said: Failure): void {
    if (this.#end !== undefined || this.#isCancelled) return;
    const { lifetime } = this.#deps;
    const { id: offeringId, providerId } = this.candidate.offering;
    this.#health.failed(said);
    const { why } = lifetime;
    // A caller's wish is told as the provider's end of it.
    const cause = why === undefined || why.code === 'CANCELLED' ? said : why;
    const failure = { ...cause, providerId, offeringId };
    const isGivenUp = why !== undefined && this.#upstream !== undefined;
    const attempt = isGivenUp ? this.#facts.givenUp(failure) : this.#facts.failed(failure);
    this.#finish({ attempt, warnings: this.#facts.warnings });
  }

  #finish(end: CallEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#silence.stop();
    this.#health.ended(end.attempt, this.isLate);
    this.#listener.onCallEnd(this);
  }

  readonly #firstToken = (ttftMs: number): void => {
    // What is still read of a call that is over says nothing more of it.
    if (this.#end === undefined) this.#health.firstToken(ttftMs);
  };
}
