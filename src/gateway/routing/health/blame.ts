import type { Attempt } from '../../../domain/attempt.ts';
import type { FailureCode } from '../../../domain/failure.ts';
import type { Verdict } from './breaker-machine.ts';
import type { ClosingGuess } from './pulse.ts';

/**
 * What a failure says of the offering where it happened.
 * FAULT: it does not work, or not in time. LIMIT: it works, and asks not to be called for a while.
 * UNUSABLE: it will not serve this account, whoever asks. REFUSED: it would not serve this account that; several in a
 * row mean UNUSABLE. NOTHING: it comes of the request or the caller.
 */
type Blame = 'FAULT' | 'LIMIT' | 'UNUSABLE' | 'REFUSED' | 'NOTHING';

const BLAMES: { readonly [Code in FailureCode]: Blame } = {
  OVERLOADED: 'FAULT',
  SERVER_ERROR: 'FAULT',
  TIMEOUT: 'FAULT',
  TRUNCATED: 'FAULT',
  RATE_LIMITED: 'LIMIT',
  AUTHENTICATION: 'UNUSABLE',
  QUOTA_EXHAUSTED: 'UNUSABLE',
  PERMISSION: 'REFUSED',
  MODEL_NOT_FOUND: 'REFUSED',
  CONTEXT_LENGTH_EXCEEDED: 'NOTHING',
  CONTENT_FILTERED: 'NOTHING',
  INVALID_REQUEST: 'NOTHING',
  CANCELLED: 'NOTHING',
  STOPPED: 'NOTHING',
  UNSUPPORTED: 'NOTHING',
  // It costs no time, and says nothing of the provider or its key.
  PROXY_REFUSED: 'NOTHING',
  // Waiting for a proxy that is down costs as much as waiting for a provider.
  PROXY_ERROR: 'FAULT',
};

const blameOf = (code: FailureCode): Blame => BLAMES[code];

/** Whoever waits less than this has not waited, whatever is usual. */
const LEAST_PATIENCE_MS = 100;
/** Whoever waits longer than this has waited, whatever is usual. */
const MOST_PATIENCE_MS = 10_000;
/** A stream that began well has to be silent or slow for so long. */
const STREAM_PATIENCE_MS = 1_000;

/** Time limits are the caller's to set: one that allows less than is usual there is no fault of the offering. */
const isImpatient = ({ durationMs, ttftMs }: Attempt, p95TtftMs: number): boolean => {
  if (ttftMs !== undefined) return durationMs - ttftMs < STREAM_PATIENCE_MS;
  const usual = Number.isNaN(p95TtftMs) ? 0 : p95TtftMs;
  return durationMs < Math.min(MOST_PATIENCE_MS, Math.max(LEAST_PATIENCE_MS, usual));
};

const ANSWERED: Verdict = { kind: 'ANSWERED' };
const NOTHING: Verdict = { kind: 'NOTHING' };

/** What a breaker is told of a call that is over. `p95TtftMs`: what is usual there; NaN: not known. */
export const verdictOf = (attempt: Attempt, p95TtftMs: number): Verdict => {
  switch (attempt.status) {
    case 'SUCCEEDED':
      return ANSWERED;
    case 'CANCELLED':
      return NOTHING;
    case 'FAILED': {
      const code = attempt.failure?.code;
      if (code === undefined || blameOf(code) !== 'FAULT') return NOTHING;
      if (code === 'TIMEOUT' && isImpatient(attempt, p95TtftMs)) return NOTHING;
      return { kind: 'FAILED', by: code };
    }
  }
};

/** For how long an offering is better not called after a failure that is no breakdown, and why: a guess. */
export type Ban = {
  readonly forMs: number;
  readonly reason: string;
  readonly guess: ClosingGuess['kind'];
  /** ACCOUNT: whatever the offering is asked for. OPERATION: for what failed alone. */
  readonly of: 'ACCOUNT' | 'OPERATION';
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

/** Follows the calls of one operation to one offering. */
export class Bans {
  #refusals = 0;
  #limits = 0;

  /** Undefined: it may go on being called, or its provider named the wait itself. */
  after({ status, failure }: Attempt): Ban | undefined {
    if (status === 'SUCCEEDED') {
      this.#refusals = 0;
      this.#limits = 0;
      return undefined;
    }
    if (failure === undefined) return undefined;
    const reason = `It answered with ${failure.code}.`;
    switch (blameOf(failure.code)) {
      case 'LIMIT': {
        const forMs = Math.min(MOST_LIMITED_MS, LIMITED_MS * 2 ** this.#limits);
        this.#limits += 1;
        return failure.retryAfterMs === undefined
          ? { forMs, reason, guess: 'LIMITED', of: 'OPERATION' }
          : undefined;
      }
      case 'UNUSABLE': {
        const forMs = failure.code === 'QUOTA_EXHAUSTED' ? NO_QUOTA_MS : UNUSABLE_MS;
        return { forMs, reason, guess: 'UNUSABLE', of: 'ACCOUNT' };
      }
      case 'REFUSED':
        this.#refusals += 1;
        return this.#refusals < REFUSALS
          ? undefined
          : {
              forMs: UNUSABLE_MS,
              reason: `${this.#refusals} calls in a row failed with ${failure.code}.`,
              guess: 'UNUSABLE',
              of: 'OPERATION',
            };
      case 'FAULT':
      case 'NOTHING':
        return undefined;
    }
  }
}
