const MINUTE_MS = 60_000;
const JITTER = 0.1;

/** How long until a source is asked again that was read: nodes and sources spread by a tenth either way. */
export const pauseAfterRead = (everyMs: number, random: () => number): number =>
  Math.round(everyMs * (1 - JITTER + 2 * JITTER * random()));

/** After the first failure a minute, then two, four, … up to the usual time; never sooner than the source asks. */
export const pauseAfterFailure = (everyMs: number, failures: number, retryAfterMs = 0): number =>
  Math.max(Math.min(everyMs, MINUTE_MS * 2 ** Math.min(failures - 1, 20)), retryAfterMs);
