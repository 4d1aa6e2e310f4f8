import type { Failure, FailureCode, RetryAdvice } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import { classifyFailure, type SaidOfError } from '../classify-failure.ts';
import { codeAt, countAt, listAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { retryInfoMs, retryMemberMs } from '../retry-info.ts';
import {
  type Headers,
  plainMessage,
  requestIdOf,
  retryAfterMsOf,
  retryHint,
  textOfPage,
  upstreamFailure,
} from '../upstream-failure.ts';
import { codeOfBaseResp, failedBaseResp } from './base-resp.ts';
import { retryMessageMs } from './retry-message.ts';

/** The error in an answer: `{error: {…}}`, `{error: "…"}`, vLLM's and Mistral's `{object: "error", message}`, or MiniMax's. */
export const errorIn = (answer: JsonObject): JsonObject | undefined => {
  const error = answer.error;
  // A relay that wraps the error of another.
  if (isJsonObject(error)) return objectAt(error, 'error') ?? error;
  if (typeof error === 'string' && error !== '') return { ...answer, message: error };
  return answer.object === 'error' ? answer : failedBaseResp(answer);
};

const BARE_MESSAGES = ['message', 'msg', 'error_msg', 'errmsg', 'detail'] as const;

/** An error that is the whole answer, with a code of its own: Zhipu's `{code, msg, success: false}`, Qianfan's `error_code`. */
export const bareErrorIn = (answer: JsonObject): JsonObject | undefined => {
  if (answer.choices !== undefined || answer.usage !== undefined) return undefined;
  const hasCode =
    (codeAt(answer, 'code') ?? codeAt(answer, 'error_code') ?? codeAt(answer, 'errcode')) !== undefined;
  const says = BARE_MESSAGES.some((name) => textAt(answer, name) !== undefined);
  return hasCode && says ? answer : undefined;
};

/** Cloudflare's `{success: false, errors: [{code, message}]}`, and others' lists. */
const firstErrorIn = (answer: JsonObject): JsonObject | undefined => {
  const [first] = listAt(answer, 'errors');
  return typeof first === 'string' ? { message: first } : isJsonObject(first) ? first : undefined;
};

/** OpenRouter's error of the provider behind it, within the first choice. */
export const errorInChoice = (answer: JsonObject): JsonObject | undefined => {
  const [first] = listAt(answer, 'choices');
  return isJsonObject(first) ? objectAt(first, 'error') : undefined;
};

const messageOf = (error: JsonObject): string | undefined => {
  const message =
    textAt(error, 'message') ??
    textAt(error, 'detail') ??
    textAt(error, 'msg') ??
    textAt(error, 'error_msg') ??
    textAt(error, 'errmsg') ??
    textAt(error, 'status_msg');
  // OpenRouter: what the provider behind it said.
  const raw = textAt(objectAt(error, 'metadata'), 'raw');
  if (raw !== undefined) return message === undefined ? raw : `${message}: ${raw}`;
  if (message !== undefined) return message;
  const list: JsonValue | undefined = error.detail ?? error.message;
  return typeof list === 'object' && list !== null ? JSON.stringify(list) : undefined;
};

/** Google's words come by its endpoint in this dialect too: it says by which of its quotas it refuses. */
const codeOfQuotas = (error: JsonObject): FailureCode | undefined => {
  const ids = objectsAt(error, 'details').flatMap((detail) =>
    objectsAt(detail, 'violations').flatMap((violation) => textAt(violation, 'quotaId') ?? []),
  );
  if (ids.length === 0) return undefined;
  return ids.some((id) => id.includes('PerDay')) ? 'QUOTA_EXHAUSTED' : 'RATE_LIMITED';
};

/** MiniMax's numbers are not those of others. */
const NO_NAMES: SaidOfError['names'] = [];

const codeOf = (error: JsonObject, said: SaidOfError): FailureCode => {
  // OpenRouter: why its moderation refused the prompt.
  if (Array.isArray(objectAt(error, 'metadata')?.reasons)) return 'CONTENT_FILTERED';
  const names = error.status_msg === undefined ? said.names : NO_NAMES;
  return codeOfBaseResp(error) ?? codeOfQuotas(error) ?? classifyFailure({ ...said, names });
};

const isLargerThanLimit = (status: number | undefined, message = ''): boolean =>
  status === 413 || /^request too large\b/i.test(message);

const describe = (
  error: JsonObject,
  httpStatus: number | undefined,
  /** What a web page says, of which only its title is shown. */
  page?: string,
): {
  readonly code: FailureCode;
  readonly status: number | undefined;
  readonly providerCode: string | undefined;
  readonly providerMessage: string | undefined;
  readonly retry: RetryAdvice | undefined;
  readonly retryAfterMs: number | undefined;
} => {
  const inner = countAt(error, 'status_code') ?? countAt(error, 'code') ?? countAt(error, 'status');
  const status = httpStatus ?? (inner !== undefined && inner >= 400 && inner < 600 ? inner : undefined);
  const names = [
    codeAt(error, 'code') ?? codeAt(error, 'error_code') ?? codeAt(error, 'errcode'),
    textAt(error, 'type'),
    textAt(error, 'status'),
    error.status_msg === undefined ? undefined : codeAt(error, 'status_code'),
  ];
  const providerMessage = messageOf(error);
  const code = codeOf(error, { status, names, message: page ?? providerMessage ?? '' });
  return {
    code,
    status,
    providerCode:
      names.find((name) => name !== undefined && !/^\d+$/.test(name)) ??
      names.find((name) => name !== undefined),
    providerMessage,
    // A request that alone exceeds a rate limit (Groq, OpenAI) cannot succeed by waiting.
    retry: code === 'RATE_LIMITED' && isLargerThanLimit(status, providerMessage) ? 'ELSEWHERE' : undefined,
    retryAfterMs:
      retryInfoMs(objectsAt(error, 'details')) ??
      retryMemberMs(error) ??
      (code === 'RATE_LIMITED' ? retryMessageMs(providerMessage) : undefined),
  };
};

/** The failure for an error that came inside an answer of status 2xx. */
export const failureInAnswer = (error: JsonObject): Failure => {
  const { status: _, ...facts } = describe(error, undefined);
  return upstreamFailure(facts);
};

/** The failure for an answer of another status. */
export const decodeOpenAiError = (status: number, headers: Headers, body: string): Failure => {
  const parsed = parseJson(body);
  const answer = Array.isArray(parsed) ? parsed[0] : parsed;
  const error = isJsonObject(answer)
    ? (errorIn(answer) ?? firstErrorIn(answer) ?? answer)
    : { message: plainMessage(typeof answer === 'string' ? answer : body) ?? '' };
  // Firewalls and gateways, whose pages come with other statuses, speak of themselves.
  const page = status === 400 || status === 413 || status === 422 ? textOfPage(body) : undefined;
  const facts = describe(error, status, page);
  return upstreamFailure({
    ...facts,
    status,
    retry: retryHint(facts.code, headers) ?? facts.retry,
    retryAfterMs: retryAfterMsOf(headers, status) ?? facts.retryAfterMs,
    providerRequestId: requestIdOf(headers),
  });
};
