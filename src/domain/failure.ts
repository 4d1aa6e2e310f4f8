import type { OfferingId, ProviderId } from './ids.ts';

/** The closed set of what can go wrong at a provider. */
export const FAILURE_CODES = [
  'RATE_LIMITED',
  'QUOTA_EXHAUSTED',
  'CONTEXT_LENGTH_EXCEEDED',
  'CONTENT_FILTERED',
  'OVERLOADED',
  'AUTHENTICATION',
  'PERMISSION',
  'INVALID_REQUEST',
  'MODEL_NOT_FOUND',
  'SERVER_ERROR',
  'TIMEOUT',
  'TRUNCATED',
  'CANCELLED',
  'UNSUPPORTED',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** HERE: the same offering after waiting, or another. ELSEWHERE: only another offering can help. FINAL: nothing can. */
export type RetryAdvice = 'HERE' | 'ELSEWHERE' | 'FINAL';

/** A provider's failure, as a value. Never holds a credential. */
export type Failure = {
  readonly code: FailureCode;
  /** What happened and what to do, for a person. */
  readonly message: string;
  readonly retry: RetryAdvice;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number;
  /** The provider's HTTP status, where there was an answer. */
  readonly status?: number;
  /** The provider's own code, e.g. `insufficient_quota`. */
  readonly providerCode?: string;
  /** The provider's own message, credentials masked. */
  readonly providerMessage?: string;
  /** The provider's id for the request, to quote to its support. */
  readonly providerRequestId?: string;
};

/** A failure with where it happened. */
export type LocatedFailure = Failure & { readonly providerId: ProviderId; readonly offeringId: OfferingId };

const ADVICE: { readonly [Code in FailureCode]: RetryAdvice } = {
  RATE_LIMITED: 'HERE',
  QUOTA_EXHAUSTED: 'ELSEWHERE',
  CONTEXT_LENGTH_EXCEEDED: 'ELSEWHERE',
  CONTENT_FILTERED: 'FINAL',
  OVERLOADED: 'HERE',
  AUTHENTICATION: 'ELSEWHERE',
  PERMISSION: 'ELSEWHERE',
  INVALID_REQUEST: 'FINAL',
  MODEL_NOT_FOUND: 'ELSEWHERE',
  SERVER_ERROR: 'HERE',
  TIMEOUT: 'HERE',
  TRUNCATED: 'HERE',
  CANCELLED: 'FINAL',
  UNSUPPORTED: 'ELSEWHERE',
};

/** Builds a failure with the usual retry advice of its code. */
export const failureOf = (
  code: FailureCode,
  message: string,
  details: Omit<Partial<Failure>, 'code' | 'message'> = {},
): Failure => ({ code, message, retry: ADVICE[code], ...details });
