import { type Failure, failureOf } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';

/** Milliseconds; what is absent is not watched. */
export type CallLimits = {
  readonly firstTokenMs?: number;
  readonly stallMs?: number;
  readonly minOutputTps?: number;
};

/**
 * Holds a call to its limits, whatever its provider does about them: anything that is no content is silence. Only time
 * between `waits` and `heard` counts, so that a consumer that reads slowly never times its provider out.
 */
export type CallWatchdog = {
  waits(): void;
  heard(content: boolean): void;
  stop(): void;
};

/** Providers that keep the limits themselves can say more of what was missing: theirs comes first. */
const GRACE_MS = 50;
const LOOK_EVERY_MS = 1_000;
/** A pace is none before. */
const PACE_FROM_MS = 3_000;

/** `expire` is called at most once. `tokens` is what has come so far; `whom` goes into the failure's words. */
export const createCallWatchdog = (
  clock: Clock,
  { firstTokenMs, stallMs, minOutputTps }: CallLimits,
  whom: string,
  tokens: () => number,
  expire: (failure: Failure) => void,
): CallWatchdog => {
  let waitingSince: number | undefined;
  let begun = false;
  let over = false;
  /** Waited for since the last content, and since the first. */
  let silentMs = 0;
  let generatingMs = 0;
  let cancelSilence: (() => void) | undefined;
  let cancelLook: (() => void) | undefined;

  const limitMs = (): number | undefined => (begun ? stallMs : firstTokenMs);

  const count = (): void => {
    if (waitingSince === undefined) return;
    const now = clock.monotonicMs();
    silentMs += now - waitingSince;
    if (begun) generatingMs += now - waitingSince;
    waitingSince = now;
  };

  const stop = (): void => {
    over = true;
    cancelSilence?.();
    cancelLook?.();
  };

  const late = (message: string): void => {
    stop();
    expire(failureOf('TIMEOUT', message));
  };

  const ring = (): void => {
    cancelSilence = undefined;
    if (over || waitingSince === undefined) return;
    count();
    const limit = limitMs();
    if (limit === undefined) return;
    if (silentMs < limit + GRACE_MS) arm();
    else if (begun) late(`${whom} stalled: nothing of its answer came for ${limit} ms.`);
    else late(`${whom} sent no token within ${limit} ms.`);
  };

  const arm = (): void => {
    const limit = limitMs();
    if (limit !== undefined) cancelSilence = clock.after(Math.max(1, limit + GRACE_MS - silentMs), ring);
  };

  const look = (): void => {
    cancelLook = undefined;
    if (over || minOutputTps === undefined) return;
    count();
    const pace = (tokens() * 1_000) / generatingMs;
    if (generatingMs >= PACE_FROM_MS && pace < minOutputTps)
      late(
        `${whom} writes ${Math.round(pace * 10) / 10} tokens a second, which is below the route's least of ${minOutputTps} (fallback.minOutputTps).`,
      );
    else cancelLook = clock.after(LOOK_EVERY_MS, look);
  };

  return {
    waits() {
      if (over) return;
      waitingSince = clock.monotonicMs();
      if (cancelSilence === undefined) arm();
    },
    heard(content) {
      count();
      waitingSince = undefined;
      if (!content || over) return;
      silentMs = 0;
      if (begun) return;
      begun = true;
      // What is set is the limit of the first token.
      cancelSilence?.();
      cancelSilence = undefined;
      if (minOutputTps !== undefined) cancelLook = clock.after(LOOK_EVERY_MS, look);
    },
    stop,
  };
};
