import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { KeyProblem } from './authentication.ts';

/** Requests that brought no key that is accepted, since this process started. */
export type FailedAuthentications = {
  /** `address`: where the request came from. */
  add(problem: KeyProblem, address: string): void;
  counts(): ReadonlyMap<KeyProblem, number>;
  /** Says what is not said yet. */
  close(): void;
};

/** The log has one line of each problem in this time, whatever strangers send. */
const QUIET_MS = 10_000;

type Tally = {
  total: number;
  /** Since the last line. */
  untold: number;
  address: string;
  /** While it is quiet. */
  cancel: (() => void) | undefined;
};

export const createFailedAuthentications = (clock: Clock, log: Log): FailedAuthentications => {
  const tallies = new Map<KeyProblem, Tally>();

  const tell = (problem: KeyProblem, tally: Tally): void => {
    tally.cancel = undefined;
    if (tally.untold === 0) return;
    const fields = { code: 'AUTHENTICATION_FAILED', problem, count: tally.untold, address: tally.address };
    const text = 'Requests were refused for their key.';
    // People look at addresses without a key every day.
    if (problem === 'MISSING_API_KEY') log.info(text, fields);
    else log.warn(text, fields);
    tally.untold = 0;
    tally.cancel = clock.after(QUIET_MS, () => tell(problem, tally));
  };

  return {
    add(problem, address) {
      const tally = tallies.get(problem) ?? { total: 0, untold: 0, address, cancel: undefined };
      tallies.set(problem, tally);
      tally.total += 1;
      tally.untold += 1;
      tally.address = address;
      if (tally.cancel === undefined) tell(problem, tally);
    },
    counts: () => new Map([...tallies].map(([problem, { total }]) => [problem, total])),
    close() {
      for (const [problem, tally] of tallies) {
        tally.cancel?.();
        tell(problem, tally);
        tally.cancel?.();
      }
    },
  };
};
