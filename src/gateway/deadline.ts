import { type Failure, failureOf } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';

/** The time that a piece of work has in all. */
export type Deadline = {
  /** Why the work was ended; undefined unless its time was over before anything else ended it. */
  failure(): Failure | undefined;
  cancel(): void;
};

/** Aborts once the time is over; `message` is for the caller. Must be cancelled when the work is done. */
export const setDeadline = (
  clock: Clock,
  aborter: AbortController,
  timeoutMs: number,
  message: string,
): Deadline => {
  let failure: Failure | undefined;
  const cancel = clock.after(timeoutMs, () => {
    if (aborter.signal.aborted) return;
    failure = failureOf('TIMEOUT', message, { retry: 'FINAL' });
    aborter.abort();
  });
  return { failure: () => failure, cancel };
};
