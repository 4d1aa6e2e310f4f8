import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from './ports/clock.ts';

export type Idleness = {
  readonly clock: Clock;
  /** Which share of the time since it was last asked the process was at work, from 0 to 1. */
  readonly utilization: () => number;
  /** Whether something is under way that works only now and then. */
  readonly isBusy: () => boolean;
};

const LOOK_EVERY_MS = 500;
/** So many looks in a row that found nothing to do. */
const QUIET_LOOKS = 4;
const MAX_UTILIZATION = 0.05;

/**
 * Does each piece of work once, in turn, after two seconds in which the server had nothing to do: what holds up requests
 * for a tenth of a second waits until there are none. Under lasting load it is never done. The function returned ends it.
 */
export const workWhenIdle = (
  { clock, utilization, isBusy }: Idleness,
  pieces: readonly (() => unknown)[],
): (() => void) => {
  const left = [...pieces];
  let stopped = false;
  let quiet = 0;
  let cancel = (): void => {};
  const wait = (): void => {
    utilization();
    cancel = clock.after(LOOK_EVERY_MS, () => void look());
  };
  const look = async (): Promise<void> => {
    quiet = isBusy() || utilization() > MAX_UTILIZATION ? 0 : quiet + 1;
    if (quiet === QUIET_LOOKS) {
      quiet = 0;
      await left.shift()?.();
    }
    if (!stopped && left.length > 0) wait();
  };
  if (left.length > 0) wait();
  return () => {
    stopped = true;
    cancel();
  };
};

/** Of this thread: the share of its time in which it had something to do, since the last call. */
export const loopUtilization = (): (() => number) => {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
};

/**
 * Gives memory back that a start has used and nothing uses any more: V8 waits for more of it before it looks. Takes
 * some tens of milliseconds.
 */
export const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};
