import type { Attempt } from '../../../domain/attempt.ts';
import type { FailureCode } from '../../../domain/failure.ts';
import type { Verdict } from './breaker-machine.ts';

/**
 * What a failure says of the offering where it happened.
 * FAULT: it does not work, or not in time. LIMIT: it works, and asks not to be called for a while.
 * UNUSABLE: it will not serve this account, whoever asks. REFUSED: it would not serve this account that; several in a
 * row mean UNUSABLE. NOTHING: it comes of the request or the caller.
 */
export type Blame = 'FAULT' | 'LIMIT' | 'UNUSABLE' | 'REFUSED' | 'NOTHING';

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
  UNSUPPORTED: 'NOTHING',
  // It costs no time, and says nothing of the provider or its key.
  PROXY_REFUSED: 'NOTHING',
  // Waiting for a proxy that is down costs as much as waiting for a provider.
  PROXY_ERROR: 'FAULT',
};

export const blameOf = (code: FailureCode): Blame => BLAMES[code];

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

/** What a breaker is told of a call that is over. `p95TtftMs`: what is usual there; NaN: not known. */
export const verdictOf = (attempt: Attempt, p95TtftMs: number): Verdict => {
  switch (attempt.status) {
    case 'SUCCEEDED':
      return { kind: 'ANSWERED' };
    case 'CANCELLED':
      return { kind: 'NOTHING' };
    case 'FAILED': {
      const code = attempt.failure?.code;
      if (code === undefined || blameOf(code) !== 'FAULT') return { kind: 'NOTHING' };
      if (code === 'TIMEOUT' && isImpatient(attempt, p95TtftMs)) return { kind: 'NOTHING' };
      return { kind: 'FAILED', by: code };
    }
  }
};
