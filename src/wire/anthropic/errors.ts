import type { Failure, FailureCode } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import { codeInWords } from '../classify-failure.ts';
import { decodeGeminiError } from '../gemini/errors.ts';
import { codeAt, objectAt, textAt } from '../json-reading.ts';
import { retryMemberMs } from '../retry-info.ts';
import {
  codeOfStatus,
  type Headers,
  plainMessage,
  requestIdOf,
  retryAfterMsOf,
  retryHint,
  upstreamFailure,
} from '../upstream-failure.ts';

/** Anthropic's own types. Relays put any complaint under `api_error` and `invalid_request_error`, or a type of their own. */
const CODES: { readonly [type: string]: FailureCode } = {
  rate_limit_error: 'RATE_LIMITED',
  billing_error: 'QUOTA_EXHAUSTED',
  authentication_error: 'AUTHENTICATION',
  permission_error: 'PERMISSION',
  not_found_error: 'MODEL_NOT_FOUND',
  request_too_large: 'CONTEXT_LENGTH_EXCEEDED',
  overloaded_error: 'OVERLOADED',
  timeout_error: 'SERVER_ERROR',
};

const classify = (
  type: string | undefined,
  code: string | undefined,
  status: number | undefined,
  message: string,
): FailureCode => {
  const known = type === undefined ? undefined : CODES[type];
  const said = codeInWords({ status, names: known === undefined ? [type, code] : [code], message });
  // A quota that is used up is told as a limit of the rate, or as what the account may not.
  if (said === 'QUOTA_EXHAUSTED' || known === undefined) return said ?? codeWithoutWords(type, status);
  return known;
};

const codeWithoutWords = (type: string | undefined, status: number | undefined): FailureCode => {
  if (type === 'api_error' && (status === undefined || status >= 500)) return 'SERVER_ERROR';
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
    code: classify(type, codeAt(error, 'code'), status, providerMessage ?? ''),
    providerCode: type ?? codeAt(error, 'code'),
    providerMessage,
    providerRequestId: textAt(whole, 'request_id'),
    retryAfterMs: error === undefined ? undefined : retryMemberMs(error),
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
    retryAfterMs: retryAfterMsOf(headers, status) ?? facts.retryAfterMs,
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
