import { type Failure, failureOf } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';

/** Ends a run that goes on for too long, or that nobody wants any more. It ends once, for the first reason there is. */
export class Lifetime {
  /** Why it is ended by its client, or by its server. */
  readonly cancelled: Failure;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #why: Failure | undefined;
  #cancelDeadline: (() => void) | undefined;
  #endsAtMs = Number.POSITIVE_INFINITY;
  #aborter: AbortController | undefined;

  /** `onEnd` is called once, when the run is ended from outside. */
  constructor(clock: Clock, cancelled: Failure, onEnd: () => void) {
    this.cancelled = cancelled;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  /** Why the run was ended; undefined as long as it was not. */
  get why(): Failure | undefined {
    return this.#why;
  }

  /** Milliseconds of the run's time that are left. */
  get remainingMs(): number {
    return this.#endsAtMs - this.#clock.monotonicMs();
  }

  /** For what takes a signal: fetching of media. */
  get signal(): AbortSignal {
    if (this.#aborter === undefined) {
      this.#aborter = new AbortController();
      if (this.#why !== undefined) this.#aborter.abort();
    }
    return this.#aborter.signal;
  }

  /** From now on the run has so long; `message` is for its caller. */
  limit(totalMs: number, message: string): void {
    this.#endsAtMs = this.#clock.monotonicMs() + totalMs;
    this.#cancelDeadline = this.#clock.after(totalMs, () =>
      this.end(failureOf('TIMEOUT', message, { retry: 'FINAL' })),
    );
  }

  end(why: Failure): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    this.#aborter?.abort();
    this.#onEnd();
  }

  /** The run is over: nothing can end it any more. */
  close(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
  }
}

/** Milliseconds; what is absent is not watched. */
export type SilenceLimits = {
  readonly firstTokenMs?: number;
  readonly stallMs?: number;
  readonly minOutputTps?: number;
};

/** Where the whole time of a run is over at the same moment, that is what is told. */
const GRACE_MS = 50;
const LOOK_EVERY_MS = 1_000;
/** A pace is none before. */
const PACE_FROM_MS = 3_000;

type Watched = {
  readonly clock: Clock;
  readonly limits: SilenceLimits;
  /** For the failure's words. */
  readonly whom: string;
  /** What has come so far. */
  readonly tokens: () => number;
  /** Called at most once. */
  readonly expire: (failure: Failure) => void;
};

/**
 * Holds one call to its limits: until the first content everything else is silence; after it every event is a sign of
 * life, as providers work in silence too, on tools of their own. Time in which the call is paused does not count, so that
 * a client that reads slowly never times a provider out. One timer is set for a call and looks at the clock when it rings;
 * events set none, but the first content where a pace is to be held.
 */
export class Silence {
  readonly #watched: Watched;
  readonly #isPaced: boolean;
  /** Nothing has to be held to anything: the clock is not looked at. */
  readonly #isIdle: boolean;
  /** NaN: nothing is waited for. */
  #waitingSince = Number.NaN;
  #hasBegun = false;
  #isOver = false;
  /** Waited for before what is waited for now. */
  #silentMs = 0;
  /** Waited for since the first content. */
  #generatingMs = 0;
  #limitMs: number | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    const { firstTokenMs, stallMs, minOutputTps } = watched.limits;
    this.#limitMs = firstTokenMs;
    this.#isPaced = minOutputTps !== undefined;
    this.#isIdle = firstTokenMs === undefined && stallMs === undefined && !this.#isPaced;
  }

  /** From now on the provider is waited for. */
  begin(): void {
    if (this.#isOver || this.#isIdle || !Number.isNaN(this.#waitingSince)) return;
    this.#waitingSince = this.#watched.clock.monotonicMs();
    if (this.#cancelTimer === undefined) this.#arm();
  }

  /** Until `begin` nothing is waited for. */
  hold(): void {
    if (this.#isIdle) return;
    this.#count();
    this.#waitingSince = Number.NaN;
  }

  /** `hasAnswered`: there has been content. What is no sign of life is silence that goes on. */
  heard(hasAnswered: boolean, isSignOfLife: boolean): void {
    if (this.#isIdle || this.#isOver) return;
    if (this.#hasBegun) {
      if (!isSignOfLife) return;
      if (this.#isPaced) this.#count();
      this.#silentMs = 0;
      if (!Number.isNaN(this.#waitingSince)) this.#waitingSince = this.#watched.clock.monotonicMs();
      return;
    }
    if (!hasAnswered) return;
    this.#count();
    this.#hasBegun = true;
    this.#silentMs = 0;
    this.#limitMs = this.#watched.limits.stallMs;
    if (this.#isPaced) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    }
    if (this.#cancelTimer === undefined && !Number.isNaN(this.#waitingSince)) this.#arm();
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
  }

  #count(): void {
    if (Number.isNaN(this.#waitingSince)) return;
    const now = this.#watched.clock.monotonicMs();
    this.#silentMs += now - this.#waitingSince;
    if (this.#hasBegun) this.#generatingMs += now - this.#waitingSince;
    this.#waitingSince = now;
  }

  #arm(): void {
    const { limits, clock } = this.#watched;
    const looks = this.#isPaced && this.#hasBegun;
    if (this.#limitMs === undefined && !looks) return;
    const restMs = (this.#limitMs ?? Number.POSITIVE_INFINITY) - this.#silentMs;
    // The first content sets no timer: what is set then must not ring later than a stall from there on.
    const dueMs = (this.#hasBegun ? restMs : Math.min(restMs, limits.stallMs ?? restMs)) + GRACE_MS;
    this.#cancelTimer = clock.after(Math.max(1, looks ? Math.min(dueMs, LOOK_EVERY_MS) : dueMs), this.#ring);
  }

  readonly #ring = (): void => {
    this.#cancelTimer = undefined;
    if (this.#isOver || Number.isNaN(this.#waitingSince)) return;
    this.#count();
    const { whom, limits, tokens } = this.#watched;
    const { minOutputTps } = limits;
    const limit = this.#limitMs;
    const pace = (tokens() * 1_000) / this.#generatingMs;
    if (limit !== undefined && this.#silentMs >= limit + GRACE_MS)
      this.#late(
        this.#hasBegun
          ? `${whom} stalled: nothing of its answer came for ${limit} ms.`
          : `${whom} sent no token within ${limit} ms.`,
      );
    else if (minOutputTps !== undefined && this.#generatingMs >= PACE_FROM_MS && pace < minOutputTps)
      this.#late(
        `${whom} writes ${Math.round(pace * 10) / 10} tokens a second, which is below the route's least of ${minOutputTps} (fallback.minOutputTps).`,
      );
    else this.#arm();
  };

  #late(message: string): void {
    this.stop();
    this.#watched.expire(failureOf('TIMEOUT', message));
  }
}
