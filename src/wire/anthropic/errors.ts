import type { Failure, FailureCode } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { decodeGeminiError } from '../gemini/errors.ts';
import { codeAt, objectAt, parseJson, textAt } from '../json-reading.ts';
import {
  codeOfStatus,
  type Headers,
  plainMessage,
  requestIdOf,
  retryAfterMsOf,
  retryHint,
  upstreamFailure,
} from '../upstream-failure.ts';

const QUOTA_MESSAGE = /specified API usage limits|credit balance is too low/i;
const CONTEXT_MESSAGE =
  /prompt is too long|exceed(s|ed)? (the )?(context|maximum) (limit|window|length)|input is too long/i;
const FILTER_MESSAGE = /content filtering policy/i;

const classify = (type: string | undefined, status: number | undefined, message: string): FailureCode => {
  switch (type) {
    case 'rate_limit_error':
      return 'RATE_LIMITED';
    case 'billing_error':
      return 'QUOTA_EXHAUSTED';
    case 'authentication_error':
      return 'AUTHENTICATION';
    case 'permission_error':
      return 'PERMISSION';
    case 'not_found_error':
      return 'MODEL_NOT_FOUND';
    case 'request_too_large':
      return 'CONTEXT_LENGTH_EXCEEDED';
    case 'overloaded_error':
      return 'OVERLOADED';
    case 'api_error':
    case 'timeout_error':
      return 'SERVER_ERROR';
    default:
      break;
  }
  if (status === undefined || status === 400 || status === 403) {
    if (QUOTA_MESSAGE.test(message)) return 'QUOTA_EXHAUSTED';
    if (CONTEXT_MESSAGE.test(message)) return 'CONTEXT_LENGTH_EXCEEDED';
    if (FILTER_MESSAGE.test(message)) return 'CONTENT_FILTERED';
  }
  if (status !== undefined) return codeOfStatus(status);
  return type === 'invalid_request_error' ? 'INVALID_REQUEST' : 'SERVER_ERROR';
};

const read = (answer: JsonValue | undefined, body: string, status: number | undefined) => {
  const whole = isJsonObject(answer) ? answer : undefined;
  const inner = objectAt(whole, 'error');
  const error: JsonObject | undefined = inner ?? whole;
  const providerMessage =
    textAt(error, 'message') ??
    textAt(whole, 'error') ??
    (whole === undefined ? plainMessage(body) : undefined);
  // An error event's own type says nothing more.
  const type = inner === undefined && whole?.type === 'error' ? undefined : textAt(error, 'type');
  return {
    code: classify(type, status, providerMessage ?? ''),
    providerCode: type ?? codeAt(error, 'code'),
    providerMessage,
    providerRequestId: textAt(whole, 'request_id'),
  };
};

/** The failure for an `error` event in a stream, or for an error with status 2xx. */
export const failureInAnswer = (answer: JsonValue | undefined, body: string): Failure =>
  upstreamFailure(read(answer, body, undefined));

/** The failure for an answer of another status. */
export const decodeAnthropicError = (status: number, headers: Headers, body: string): Failure => {
  const facts = read(parseJson(body), body, status);
  return upstreamFailure({
    ...facts,
    status,
    retry: retryHint(facts.code, headers),
    retryAfterMs: retryAfterMsOf(headers),
    providerRequestId: facts.providerRequestId ?? requestIdOf(headers),
  });
};

/** Vertex words its own errors in Google's way, and passes on Anthropic's as they are. */
export const decodeVertexError = (status: number, headers: Headers, body: string): Failure => {
  const answer = parseJson(body);
  const first = Array.isArray(answer) ? answer[0] : answer;
  const error = objectAt(isJsonObject(first) ? first : undefined, 'error');
  return textAt(error, 'status') === undefined
    ? decodeAnthropicError(status, headers, body)
    : decodeGeminiError(status, headers, body);
};
