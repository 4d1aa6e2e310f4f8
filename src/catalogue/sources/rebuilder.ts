import { originOf } from '../../domain/error-origin.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** Sources that answer one after the other are taken in together. */
const DEBOUNCE_MS = 250;

export type Rebuilder = {
  /** Builds soon, with everything that has changed until then. */
  changed(): void;
  /** Resolves when nothing is to be built. */
  settled(): Promise<void>;
  stop(): void;
};

/** Never two builds at once: what changes during one is taken in by the next. */
export const createRebuilder = (build: () => Promise<void>, clock: Clock, log: Log): Rebuilder => {
  let cancel: (() => void) | undefined;
  let building: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let waiters: (() => void)[] = [];

  const rest = (): void => {
    if (cancel !== undefined || building !== undefined) return;
    for (const resolve of waiters) resolve();
    waiters = [];
  };
  const run = (): void => {
    cancel = undefined;
    building = build()
      .catch((error: unknown) =>
        log.error('The catalogue could not be built anew; the one before is served on', {
          error: originOf(error),
        }),
      )
      .then(() => {
        building = undefined;
        if (again) {
          again = false;
          changed();
        }
        rest();
      });
  };
  const changed = (): void => {
    if (stopped) return;
    if (building !== undefined) again = true;
    else cancel ??= clock.after(DEBOUNCE_MS, run);
  };
  return {
    changed,
    settled: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        rest();
      }),
    stop() {
      stopped = true;
      again = false;
      cancel?.();
      cancel = undefined;
      rest();
    },
  };
};
