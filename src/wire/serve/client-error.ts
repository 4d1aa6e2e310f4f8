import type { CompletionError } from '../../domain/completion-event.ts';
import type { FailureCode } from '../../domain/failure.ts';
import { type CompletionRefusal, refusalMessage } from '../../domain/refusal.ts';

/** What kind of error it is, by which dialects choose their own words and status. */
export type ClientErrorKind =
  | 'INVALID_REQUEST'
  | 'AUTHENTICATION'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'QUOTA_EXHAUSTED'
  | 'CANCELLED'
  | 'INTERNAL'
  /** The provider failed, or refused this server. */
  | 'UPSTREAM'
  /** Nothing can be taken now, here or at the provider. */
  | 'OVERLOADED'
  | 'TIMEOUT';

/** An error as a client is told of it, in no dialect's words. */
export type ClientError = {
  readonly kind: ClientErrorKind;
  /** Stable, in lower case with underscores, e.g. `context_length_exceeded`, `unknown_model`. */
  readonly code: string;
  /** What happened, to what, and what to do next. */
  readonly message: string;
  /** Where in the body, in the client's own names. */
  readonly param?: string;
  readonly retryAfterMs?: number;
};

/** The usual HTTP status of each kind. */
export const STATUS_OF: { readonly [Kind in ClientErrorKind]: number } = {
  INVALID_REQUEST: 400,
  AUTHENTICATION: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  QUOTA_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UPSTREAM: 502,
  OVERLOADED: 503,
  TIMEOUT: 504,
};

const KIND_OF_FAILURE: { readonly [Code in FailureCode]: ClientErrorKind } = {
  RATE_LIMITED: 'RATE_LIMITED',
  QUOTA_EXHAUSTED: 'QUOTA_EXHAUSTED',
  CONTEXT_LENGTH_EXCEEDED: 'INVALID_REQUEST',
  CONTENT_FILTERED: 'INVALID_REQUEST',
  OVERLOADED: 'OVERLOADED',
  // The provider's own word against this server's credentials: the client's are another matter.
  AUTHENTICATION: 'UPSTREAM',
  PERMISSION: 'UPSTREAM',
  INVALID_REQUEST: 'INVALID_REQUEST',
  MODEL_NOT_FOUND: 'NOT_FOUND',
  SERVER_ERROR: 'UPSTREAM',
  TIMEOUT: 'TIMEOUT',
  TRUNCATED: 'UPSTREAM',
  CANCELLED: 'CANCELLED',
  STOPPED: 'OVERLOADED',
  INTERNAL: 'INTERNAL',
  CHECK_FAILED: 'UPSTREAM',
  UNSUPPORTED: 'INVALID_REQUEST',
  PROXY_REFUSED: 'UPSTREAM',
  PROXY_ERROR: 'UPSTREAM',
};

const KIND_OF_REFUSAL: { readonly [Code in CompletionRefusal['code']]: ClientErrorKind } = {
  UNKNOWN_MODEL: 'NOT_FOUND',
  AMBIGUOUS_MODEL: 'INVALID_REQUEST',
  NO_PROVIDER_CONFIGURED: 'NOT_FOUND',
  UNKNOWN_ROUTE: 'NOT_FOUND',
  NO_CANDIDATE: 'OVERLOADED',
  INVALID_INPUT: 'INVALID_REQUEST',
  UNSUPPORTED_PARAMETER: 'INVALID_REQUEST',
  UNSUPPORTED_OPERATION: 'INVALID_REQUEST',
  UNAVAILABLE: 'OVERLOADED',
  FORBIDDEN: 'FORBIDDEN',
};

/** Codes that clients know by another name. */
const CODES: { readonly [code: string]: string } = {
  UNKNOWN_MODEL: 'model_not_found',
  NO_PROVIDER_CONFIGURED: 'model_not_found',
  MODEL_NOT_FOUND: 'model_not_found',
  RATE_LIMITED: 'rate_limit_exceeded',
  QUOTA_EXHAUSTED: 'insufficient_quota',
  CONTENT_FILTERED: 'content_filter',
  STOPPED: 'unavailable',
  INTERNAL: 'internal_error',
};

const codeOf = (code: string): string => CODES[code] ?? code.toLowerCase();

/** Why there is no answer, for a client. */
export const clientErrorOf = (error: CompletionError): ClientError => {
  if (error.kind === 'REFUSED') {
    const { refusal } = error;
    // Where every candidate is unfit for good, waiting changes nothing.
    const isFinal = refusal.code === 'NO_CANDIDATE' && refusal.retryAfterMs === undefined;
    return {
      kind: isFinal ? 'INVALID_REQUEST' : KIND_OF_REFUSAL[refusal.code],
      code: codeOf(refusal.code),
      // In the graph, arguments lie within an input; clients of these formats know no such field.
      message: refusalMessage(refusal).replace(/^input\./, ''),
      ...(refusal.code === 'UNKNOWN_MODEL' && { param: 'model' }),
      ...('retryAfterMs' in refusal &&
        refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
    };
  }
  const { code, message, retryAfterMs } = error.failure;
  return {
    kind: KIND_OF_FAILURE[code],
    code: codeOf(code),
    message,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};
