import type { JsonObject } from '../../../domain/json.ts';
import type { ClientError, ClientErrorKind } from '../client-error.ts';

/** OpenAI's words for kinds of errors. */
const TYPES: { readonly [Kind in ClientErrorKind]: string } = {
  INVALID_REQUEST: 'invalid_request_error',
  AUTHENTICATION: 'invalid_request_error',
  FORBIDDEN: 'invalid_request_error',
  NOT_FOUND: 'invalid_request_error',
  METHOD_NOT_ALLOWED: 'invalid_request_error',
  TOO_LARGE: 'invalid_request_error',
  UNSUPPORTED_MEDIA_TYPE: 'invalid_request_error',
  RATE_LIMITED: 'rate_limit_error',
  QUOTA_EXHAUSTED: 'insufficient_quota',
  CANCELLED: 'invalid_request_error',
  INTERNAL: 'server_error',
  UPSTREAM: 'server_error',
  OVERLOADED: 'server_error',
  TIMEOUT: 'server_error',
};

const errorFacts = ({ kind, code, message, param }: ClientError): JsonObject => ({
  message,
  type: TYPES[kind],
  param: param ?? null,
  code,
});

export const errorBody = (error: ClientError): JsonObject => ({ error: errorFacts(error) });

/**
 * The event that ends a stream. Its facts stand in it twice: OpenAI's clients read either place, those of Open
 * Responses the inner one alone. `response.failed` by itself makes no error in the official SDK.
 */
export const errorEvent = (error: ClientError, sequenceNumber: number): JsonObject => {
  const facts = errorFacts(error);
  return {
    type: 'error',
    sequence_number: sequenceNumber,
    code: error.code,
    message: error.message,
    param: error.param ?? null,
    error: facts,
  };
};
