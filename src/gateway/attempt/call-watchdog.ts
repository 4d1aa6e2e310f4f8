import { type Failure, failureOf } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';

/** Milliseconds; what is absent is not watched. */
export type CallLimits = {
  readonly firstTokenMs?: number;
  readonly stallMs?: number;
  readonly minOutputTps?: number;
};

/** Providers that keep the limits themselves can say more of what was missing: theirs comes first. */
const GRACE_MS = 50;
const LOOK_EVERY_MS = 1_000;
/** A pace is none before. */
const PACE_FROM_MS = 3_000;

type Watched = {
  readonly clock: Clock;
  readonly limits: CallLimits;
  /** For the failure's words. */
  readonly whom: string;
  /** What has come so far. */
  readonly tokens: () => number;
  /** Called at most once. */
  readonly expire: (failure: Failure) => void;
};

/**
 * Holds a call to its limits, whatever its provider does about them: until the first content everything else is silence;
 * after it every event is a sign of life, as providers work in silence too, on tools of their own. Only time between
 * `waits` and `heard` counts, so that a consumer that reads slowly never times its provider out. One timer is set for a
 * call and looks at the clock when it rings; events set none.
 */
export class CallWatchdog {
  readonly #watched: Watched;
  /** NaN: nothing is waited for. */
  #waitingSince = Number.NaN;
  #begun = false;
  #over = false;
  /** Waited for before what is waited for now. */
  #silentMs = 0;
  /** Waited for since the first content. */
  #generatingMs = 0;
  #cancelSilence: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  readonly #paced: boolean;
  /** Nothing has to be held to anything: the clock is not looked at. */
  readonly #isIdle: boolean;
  #limitMs: number | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#limitMs = watched.limits.firstTokenMs;
    const { firstTokenMs, stallMs, minOutputTps } = watched.limits;
    this.#paced = minOutputTps !== undefined;
    this.#isIdle = firstTokenMs === undefined && stallMs === undefined && !this.#paced;
  }

  waits(): void {
    if (this.#over || this.#isIdle) return;
    this.#waitingSince = this.#watched.clock.monotonicMs();
    if (this.#cancelSilence === undefined) this.#arm();
  }

  /** `hasAnswered`: there has been content. What is no sign of life only means that nothing is waited for. */
  heard(hasAnswered: boolean, isSignOfLife: boolean): void {
    if (this.#isIdle) return;
    if (this.#begun && isSignOfLife) {
      if (this.#paced) this.#count();
      this.#silentMs = 0;
      this.#waitingSince = Number.NaN;
      return;
    }
    this.#count();
    this.#waitingSince = Number.NaN;
    if (this.#begun || !hasAnswered || this.#over) return;
    const { limits, clock } = this.#watched;
    this.#begun = true;
    this.#silentMs = 0;
    this.#limitMs = limits.stallMs;
    if (this.#paced) this.#cancelLook = clock.after(LOOK_EVERY_MS, this.#look);
  }

  stop(): void {
    this.#over = true;
    this.#cancelSilence?.();
    this.#cancelLook?.();
  }

  #count(): void {
    if (Number.isNaN(this.#waitingSince)) return;
    const now = this.#watched.clock.monotonicMs();
    this.#silentMs += now - this.#waitingSince;
    if (this.#begun) this.#generatingMs += now - this.#waitingSince;
    this.#waitingSince = now;
  }

  #arm(): void {
    const { limits, clock } = this.#watched;
    const limit = this.#limitMs;
    if (limit === undefined) return;
    const restMs = limit - this.#silentMs;
    // The first content sets no timer: what is set then must not ring later than a stall from there on.
    const delayMs = this.#begun ? restMs : Math.min(restMs, limits.stallMs ?? restMs);
    this.#cancelSilence = clock.after(Math.max(1, delayMs + GRACE_MS), this.#ring);
  }

  readonly #ring = (): void => {
    this.#cancelSilence = undefined;
    const limit = this.#limitMs;
    if (this.#over || Number.isNaN(this.#waitingSince) || limit === undefined) return;
    this.#count();
    const { whom } = this.#watched;
    if (this.#silentMs < limit + GRACE_MS) this.#arm();
    else if (this.#begun) this.#late(`${whom} stalled: nothing of its answer came for ${limit} ms.`);
    else this.#late(`${whom} sent no token within ${limit} ms.`);
  };

  readonly #look = (): void => {
    this.#cancelLook = undefined;
    const { limits, tokens, whom, clock } = this.#watched;
    const { minOutputTps } = limits;
    if (this.#over || minOutputTps === undefined) return;
    this.#count();
    const pace = (tokens() * 1_000) / this.#generatingMs;
    if (this.#generatingMs >= PACE_FROM_MS && pace < minOutputTps)
      this.#late(
        `${whom} writes ${Math.round(pace * 10) / 10} tokens a second, which is below the route's least of ${minOutputTps} (fallback.minOutputTps).`,
      );
    else this.#cancelLook = clock.after(LOOK_EVERY_MS, this.#look);
  };

  #late(message: string): void {
    this.stop();
    this.#watched.expire(failureOf('TIMEOUT', message));
  }
}
