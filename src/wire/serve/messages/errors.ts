import type { JsonObject } from '../../../domain/json.ts';
import { given } from '../../json-writing.ts';
import type { ClientError, ClientErrorKind } from '../client-error.ts';

type ErrorWords = { readonly type: string; readonly status: number };

const INVALID = 'invalid_request_error';

const WORDS: { readonly [Kind in ClientErrorKind]: ErrorWords } = {
  INVALID_REQUEST: { type: INVALID, status: 400 },
  AUTHENTICATION: { type: 'authentication_error', status: 401 },
  FORBIDDEN: { type: 'permission_error', status: 403 },
  NOT_FOUND: { type: 'not_found_error', status: 404 },
  METHOD_NOT_ALLOWED: { type: INVALID, status: 405 },
  TOO_LARGE: { type: 'request_too_large', status: 413 },
  UNSUPPORTED_MEDIA_TYPE: { type: INVALID, status: 415 },
  RATE_LIMITED: { type: 'rate_limit_error', status: 429 },
  // Clients try again after a 429, which does not help here.
  QUOTA_EXHAUSTED: { type: 'billing_error', status: 402 },
  CANCELLED: { type: 'api_error', status: 499 },
  INTERNAL: { type: 'api_error', status: 500 },
  UPSTREAM: { type: 'api_error', status: 500 },
  OVERLOADED: { type: 'overloaded_error', status: 529 },
  TIMEOUT: { type: 'timeout_error', status: 504 },
};

/** Coding agents shorten their conversation when they read these words. */
const TOO_LONG = 'prompt is too long';

const messageOf = ({ code, param, message }: ClientError): string => {
  if (code === 'context_length_exceeded' && !message.toLowerCase().includes(TOO_LONG))
    return `${TOO_LONG}: ${message}`;
  return param === undefined || param === '' || message.includes(param) ? message : `${param}: ${message}`;
};

/**
 * A conversation that its provider keeps, so that requests hold only what is new: nobody else could go on with it. Told
 * in the format's own words that there is none, official clients send the whole conversation.
 */
export const THREAD = 'thread';

const detailsOf = ({ code, param }: ClientError): JsonObject =>
  param === THREAD
    ? { error_code: 'thread_unsupported_request', unsupported: [THREAD], param }
    : { error_code: code, ...given('param', param) };

export const messagesStatusOf = ({ kind }: ClientError): number => WORDS[kind].status;

export const writeMessagesError = (error: ClientError): JsonObject => ({
  type: 'error',
  error: {
    type: WORDS[error.kind].type,
    message: messageOf(error),
    // Where the official client looks for a stable code.
    details: detailsOf(error),
  },
});
