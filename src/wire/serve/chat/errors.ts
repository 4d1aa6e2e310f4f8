import type { JsonObject } from '../../../domain/json.ts';
import { type ClientError, type ClientErrorKind, STATUS_OF } from '../client-error.ts';

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

/** An error's body as clients of OpenAI's formats read it. */
export const writeOpenAiError = ({ kind, code, message, param }: ClientError): JsonObject => ({
  error: { message, type: TYPE_OF[kind], param: param ?? null, code },
});

export const openAiStatusOf = ({ kind }: ClientError): number => STATUS_OF[kind];

/** The same inside a stream, which is over with it. */
export const errorFrame = (error: ClientError): string =>
  `data: ${JSON.stringify(writeOpenAiError(error))}\n\n`;
