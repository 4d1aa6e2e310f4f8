import type { JsonObject } from '../../domain/json.ts';
import { type ClientError, type ClientErrorKind, STATUS_OF } from './client-error.ts';

const TYPE_OF: { readonly [Kind in ClientErrorKind]: string } = {
  INVALID_REQUEST: 'invalid_request_error',
  AUTHENTICATION: 'authentication_error',
  FORBIDDEN: 'permission_error',
  NOT_FOUND: 'invalid_request_error',
  METHOD_NOT_ALLOWED: 'invalid_request_error',
  TOO_LARGE: 'invalid_request_error',
  UNSUPPORTED_MEDIA_TYPE: 'invalid_request_error',
  RATE_LIMITED: 'rate_limit_error',
  QUOTA_EXHAUSTED: 'insufficient_quota',
  CANCELLED: 'server_error',
  INTERNAL: 'server_error',
  UPSTREAM: 'server_error',
  OVERLOADED: 'server_error',
  TIMEOUT: 'server_error',
};

/** What went wrong, as clients of OpenAI's formats read it; bodies hold it as `error`. */
export const openAiErrorFacts = ({ kind, code, message, param }: ClientError): JsonObject => ({
  message,
  type: TYPE_OF[kind],
  param: param ?? null,
  code,
});

export const writeOpenAiError = (error: ClientError): JsonObject => ({ error: openAiErrorFacts(error) });

export const openAiStatusOf = ({ kind }: ClientError): number => STATUS_OF[kind];
