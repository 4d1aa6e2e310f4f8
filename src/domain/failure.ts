import type { OfferingId, ProviderId } from './ids.ts';

/** The closed set of what can go wrong at a provider, at the proxy before it, or here. CHECK_FAILED is of an attempt alone. */
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
  'STOPPED',
  'UNSUPPORTED',
  'PROXY_REFUSED',
  'PROXY_ERROR',
  'INTERNAL',
  'CHECK_FAILED',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** HERE: the same offering after waiting, or another. ELSEWHERE: only another offering can help. FINAL: nothing can. */
export type RetryAdvice = 'HERE' | 'ELSEWHERE' | 'FINAL';

/** A provider's failure, as a value. Never holds a credential. */
export type Failure = {
  readonly code: FailureCode;
  /** What happened and what to do, for a person. Quotes the provider only where `providerMessage` is there too. */
  readonly message: string;
  /** The same with the addresses of servers and proxies that it is about, which are for admins alone. */
  readonly adminMessage?: string;
  readonly retry: RetryAdvice;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number;
  /** The provider's HTTP status, where there was an answer. */
  readonly status?: number;
  /** The provider's own code, e.g. `insufficient_quota`. */
  readonly providerCode?: string;
  /** The provider's own words, credentials masked. They may in turn quote the prompt. */
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
  STOPPED: 'FINAL',
  UNSUPPORTED: 'ELSEWHERE',
  PROXY_REFUSED: 'ELSEWHERE',
  PROXY_ERROR: 'HERE',
  INTERNAL: 'FINAL',
  CHECK_FAILED: 'ELSEWHERE',
};

/** What a code means and what to do about it, in our own words. */
export const FAILURE_SUMMARIES: { readonly [Code in FailureCode]: string } = {
  RATE_LIMITED: 'The provider limits the rate of requests: wait, or use another offering.',
  QUOTA_EXHAUSTED:
    "The account's quota or credit at the provider is used up: raise it, or use another offering.",
  CONTEXT_LENGTH_EXCEEDED:
    'The prompt is too long for the model: shorten it, or use a model with a larger context.',
  CONTENT_FILTERED: "The provider's content filter stopped the request or its answer.",
  OVERLOADED: 'The provider is overloaded: wait, or use another offering.',
  AUTHENTICATION: "The provider rejected the API key: check the provider's configuration.",
  PERMISSION: 'The provider does not allow this to the account of the API key.',
  INVALID_REQUEST: 'The provider rejected the request.',
  MODEL_NOT_FOUND: 'The provider does not know the model, or does not serve it to this account.',
  SERVER_ERROR: 'The provider failed.',
  TIMEOUT: 'The provider took too long.',
  TRUNCATED: 'The provider ended its answer before it was whole.',
  CANCELLED: 'The call was cancelled.',
  STOPPED: 'This server stopped before the answer was whole: send the request again.',
  UNSUPPORTED: 'The provider cannot do this.',
  PROXY_REFUSED:
    'The proxy on the way to the provider refused the request: check its credentials and its rules.',
  PROXY_ERROR:
    'The proxy on the way to the provider cannot be reached, failed, or could not reach the provider.',
  INTERNAL: 'This server broke while it was at work on the request: its log says why.',
  CHECK_FAILED: 'The answer did not pass a check of its route: another tier was asked.',
};

/** A name, not prose: providers put sentences where codes and ids belong, too. */
const isName = (text: string | undefined): text is string => text !== undefined && /^\S{1,100}$/.test(text);

/** The failure without anything that the provider said, to be kept for ever. */
export const withoutQuotes = (failure: LocatedFailure): LocatedFailure => {
  const { providerMessage, providerCode, providerRequestId, ...kept } = failure;
  return {
    ...kept,
    ...(providerMessage !== undefined && { message: FAILURE_SUMMARIES[failure.code] }),
    ...(isName(providerCode) && { providerCode }),
    ...(isName(providerRequestId) && { providerRequestId }),
  };
};

/** The failure as a caller may know it. */
export const toldTo = (failure: LocatedFailure, isAdmin: boolean): LocatedFailure => {
  const { adminMessage, ...told } = failure;
  if (adminMessage === undefined) return failure;
  return isAdmin ? { ...told, message: adminMessage } : told;
};

/** Builds a failure with the usual retry advice of its code. */
export const failureOf = (
  code: FailureCode,
  message: string,
  details: Omit<Partial<Failure>, 'code' | 'message'> = {},
): Failure => ({ code, message, retry: ADVICE[code], ...details });
