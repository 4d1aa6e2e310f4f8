import type { Attempt } from '../../../domain/attempt.ts';
import { blameOf } from './blame.ts';
import type { ClosingGuess } from './pulse.ts';

/** For how long an offering is better not called after a failure that is no breakdown, and why: a guess. */
export type Ban = {
  readonly forMs: number;
  readonly reason: string;
  readonly guess: ClosingGuess['kind'];
};

/** A key that is wrong stays wrong until somebody puts it right. */
const UNUSABLE_MS = 60_000;
/** So does an account without credit; and each look costs its callers a detour. */
const NO_QUOTA_MS = 300_000;
/** Requests can ask for what only this account may not have: so many in a row are more than that. */
const REFUSALS = 3;
/** For a limit that names no time: doubled with each in a row. */
const LIMITED_MS = 1_000;
const MOST_LIMITED_MS = 30_000;

/** Follows the calls to one offering. */
export const createBan = () => {
  let refusals = 0;
  let limits = 0;
  return {
    /** Undefined: it may go on being called. A wait that the provider asks for is the rate limit board's. */
    after({ status, failure }: Attempt): Ban | undefined {
      if (status === 'SUCCEEDED') {
        refusals = 0;
        limits = 0;
        return undefined;
      }
      if (failure === undefined) return undefined;
      const reason = `It answered with ${failure.code}.`;
      switch (blameOf(failure.code)) {
        case 'LIMIT':
          limits += 1;
          return failure.retryAfterMs === undefined
            ? { forMs: Math.min(MOST_LIMITED_MS, LIMITED_MS * 2 ** (limits - 1)), reason, guess: 'LIMITED' }
            : undefined;
        case 'UNUSABLE':
          return {
            forMs: failure.code === 'QUOTA_EXHAUSTED' ? NO_QUOTA_MS : UNUSABLE_MS,
            reason,
            guess: 'UNUSABLE',
          };
        case 'REFUSED':
          refusals += 1;
          return refusals < REFUSALS
            ? undefined
            : {
                forMs: UNUSABLE_MS,
                reason: `${refusals} calls in a row failed with ${failure.code}.`,
                guess: 'UNUSABLE',
              };
        case 'FAULT':
        case 'NOTHING':
          return undefined;
      }
    },
  };
};
