import type { Attempt } from '../../../domain/attempt.ts';
import type { Failure, FailureCode } from '../../../domain/failure.ts';
import type { Verdict } from './breaker-machine.ts';
import type { ClosingGuess, Pulse } from './pulse.ts';

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
  INTERNAL: 'NOTHING',
  CHECK_FAILED: 'NOTHING',
  UNSUPPORTED: 'NOTHING',
  // It costs no time, and says nothing of the provider or its key.
  PROXY_REFUSED: 'NOTHING',
  // Waiting for a proxy that is down costs as much as waiting for a provider.
  PROXY_ERROR: 'FAULT',
};

const blameOf = (code: FailureCode): Blame => BLAMES[code];

/** Whether a provider turned a call away for want of room, or as too many came at once, be it that it named a time to wait. */
export const wantsRoom = ({ code }: Failure): boolean => code === 'OVERLOADED' || code === 'RATE_LIMITED';

export const isWantOfRoom = ({ status, ttftMs, failure }: Attempt): boolean =>
  status === 'FAILED' && ttftMs === undefined && failure !== undefined && wantsRoom(failure);

/** Whoever waits less than this has not waited, whatever is usual. */
const MIN_PATIENCE_MS = 100;
/** Whoever waits longer than this has waited, whatever is usual. */
const MAX_PATIENCE_MS = 10_000;
/** Whoever waits less than this has not waited where nothing is known, whatever the operator wants. */
const MIN_UNKNOWN_PATIENCE_MS = 1_000;
/** A stream that began well has to be silent or slow for so long. */
const STREAM_PATIENCE_MS = 1_000;

/** How long a whole answer takes depends on what is asked for: as many times longer than usual is still in order. */
const WHOLE_SLACK = 2;
/** Whoever waits longer than this for a whole answer has waited. */
const MAX_WHOLE_PATIENCE_MS = 60_000;

/** What is usual at an offering; NaN: not known. */
export type Usual = Pick<Pulse, 'p95TtftMs' | 'p95WholeMs'>;

/** What is told of a call beside how it ended. */
export type CallTraits = {
  /** There is a first token to wait for. */
  readonly streamed: boolean;
  /** In which time the operator wants a whole answer; undefined: they do not say. */
  readonly operatorMs: number | undefined;
  /** It had its time for a whole answer, and another one was there first. */
  readonly isLate: boolean;
};

/** For how long one waits before that says something of the offering. */
const patienceMs = ({ streamed, operatorMs }: CallTraits, { p95TtftMs, p95WholeMs }: Usual): number => {
  if (streamed && !Number.isNaN(p95TtftMs))
    return Math.min(MAX_PATIENCE_MS, Math.max(MIN_PATIENCE_MS, p95TtftMs));
  if (streamed) return MIN_PATIENCE_MS;
  if (Number.isNaN(p95WholeMs))
    return Math.min(MAX_PATIENCE_MS, Math.max(MIN_UNKNOWN_PATIENCE_MS, operatorMs ?? MAX_PATIENCE_MS));
  return Math.min(MAX_WHOLE_PATIENCE_MS, Math.max(MIN_PATIENCE_MS, p95WholeMs * WHOLE_SLACK));
};

/**
 * Time limits are the caller's to set: one that allows less than is usual there is no fault of the offering. A provider that
 * says itself that it took too long is no matter of patience.
 */
const isImpatient = ({ durationMs, ttftMs, failure }: Attempt, call: CallTraits, usual: Usual): boolean => {
  if (ttftMs !== undefined) return durationMs - ttftMs < STREAM_PATIENCE_MS;
  if (!call.streamed && failure?.status !== undefined) return false;
  return durationMs < patienceMs(call, usual);
};

const ANSWERED: Verdict = { kind: 'ANSWERED' };
const NOTHING: Verdict = { kind: 'NOTHING' };
const LATE: Verdict = { kind: 'FAILED', by: 'TIMEOUT' };

/** What a breaker is told of a call that is over. */
export const verdictOf = (attempt: Attempt, call: CallTraits, usual: Usual): Verdict => {
  switch (attempt.status) {
    case 'SUCCEEDED':
      return ANSWERED;
    case 'CANCELLED':
      return call.isLate && !isImpatient(attempt, call, usual) ? LATE : NOTHING;
    case 'FAILED': {
      const code = attempt.failure?.code;
      if (code === undefined || blameOf(code) !== 'FAULT') return NOTHING;
      if (code === 'TIMEOUT' && isImpatient(attempt, call, usual)) return NOTHING;
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
const MAX_LIMITED_MS = 30_000;

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
        const forMs = Math.min(MAX_LIMITED_MS, LIMITED_MS * 2 ** this.#limits);
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
