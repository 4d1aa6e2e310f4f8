import type { Failure, FailureCode, RetryAdvice } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { codeAt, countAt, listAt, objectAt, objectsAt, parseJson, textAt } from '../json-reading.ts';
import { retryInfoMs } from '../retry-info.ts';
import {
  codeOfStatus,
  type Headers,
  plainMessage,
  requestIdOf,
  retryAfterMsOf,
  retryHint,
  upstreamFailure,
} from '../upstream-failure.ts';
import { codeOfBaseResp, failedBaseResp } from './base-resp.ts';
import { retryMessageMs } from './retry-message.ts';

/** The error in an answer: `{error: {…}}`, `{error: "…"}`, vLLM's and Mistral's `{object: "error", message}`, or MiniMax's. */
export const errorIn = (answer: JsonObject): JsonObject | undefined => {
  const error = answer.error;
  if (isJsonObject(error)) return error;
  if (typeof error === 'string' && error !== '') return { ...answer, message: error };
  return answer.object === 'error' ? answer : failedBaseResp(answer);
};

/** OpenRouter's error of the provider behind it, within the first choice. */
export const errorInChoice = (answer: JsonObject): JsonObject | undefined => {
  const [first] = listAt(answer, 'choices');
  return isJsonObject(first) ? objectAt(first, 'error') : undefined;
};

type ErrorFacts = {
  readonly status: number | undefined;
  /** Code, type and status word in lower case without separators, so that all spellings are one. */
  readonly words: string;
  readonly message: string;
  readonly isModeration: boolean;
};

const QUOTA =
  /insufficient(user)?(quota|balance|credits?)|exceededcurrentquota|quota(exceeded|exhausted|failed)|creditbalance|spendlimit|billing|arrear|overdue|packexhausted|(^| )(subscription)?blocked/;
const QUOTA_MESSAGE =
  /insufficient (account )?(balance|credits?|quota)|exceeded your current quota, please check|credit balance|out of call volume quota|used all (available )?credits|out of credits|余额不足|额度不足|欠费/i;
const CONTEXT = /contextlengthexceeded|contextwindowexceeded|exceedcontextsize|stringabovemaxlength/;
const CONTEXT_MESSAGE =
  /maximum context length|context (length|window|size)|prompt is too long|input is too long|too many (input )?tokens|exceeds the maximum number of tokens|range of input length|reduce the length of the (messages|prompt)/i;
const MODEL =
  /modelnotfound|deploymentnotfound|modelnotavailable|invalidmodel$|unknownmodel|modeldecommissioned/;
const MODEL_MESSAGE =
  /\bmodels?\b.{0,120}(does not exist|not found|is not available)|\bmodel ["'`][^"'`]{1,120}["'`] is not supported|is not a valid model|unknown model|invalid model/i;
const FILTER =
  /contentfilter|contentpolicy|moderation|responsibleaipolicy|contentblocked|(cyber|bio)policy|safetyviolation|datainspection|sensitivecontent/;
const FILTER_MESSAGE = /flagged as potentially violating|violat\w+ (our|the) (usage|content) polic|敏感内容/i;
/** The model wrote something that the server could not take as a tool call or as JSON: another try may do better. */
const MODEL_FAULT = /toolusefailed|jsonvalidatefailed/;
/** Codes of `response.failed` that blame the request; they come without a status. */
const INVALID = /invalidrequest|invalidprompt|image(?!generation)/;
const OVERLOADED = /serverisoverloaded|overloaded|engineoverloaded|capacityexceeded|nocapacity/;
const RATE = /ratelimit|slowdown|toomanyrequests|resourceexhausted|throttl/;
const AUTHENTICATION = /invalidapikey|authentication|unauthenticated|unauthorized/;

/** Words say more than the status: a used-up quota and a rate limit are both 429. */
const classify = ({ status, words, message, isModeration }: ErrorFacts): FailureCode => {
  const mayBeInput = status === undefined || [400, 413, 422].includes(status);
  const mayBeLimit = status === undefined || [400, 402, 403, 429].includes(status);
  if (isModeration || FILTER.test(words)) return 'CONTENT_FILTERED';
  if (mayBeInput && FILTER_MESSAGE.test(message)) return 'CONTENT_FILTERED';
  if (MODEL_FAULT.test(words)) return 'SERVER_ERROR';
  if (QUOTA.test(words) || (mayBeLimit && QUOTA_MESSAGE.test(message))) return 'QUOTA_EXHAUSTED';
  if (CONTEXT.test(words)) return 'CONTEXT_LENGTH_EXCEEDED';
  if (OVERLOADED.test(words)) return 'OVERLOADED';
  if (RATE.test(words)) return 'RATE_LIMITED';
  if (mayBeInput && CONTEXT_MESSAGE.test(message)) return 'CONTEXT_LENGTH_EXCEEDED';
  if (MODEL.test(words) || (mayBeInput && MODEL_MESSAGE.test(message))) return 'MODEL_NOT_FOUND';
  if (AUTHENTICATION.test(words) && (status === undefined || status < 403)) return 'AUTHENTICATION';
  if (status !== undefined) return codeOfStatus(status);
  return INVALID.test(words) ? 'INVALID_REQUEST' : 'SERVER_ERROR';
};

const messageOf = (error: JsonObject): string | undefined => {
  const message =
    textAt(error, 'message') ??
    textAt(error, 'detail') ??
    textAt(error, 'msg') ??
    textAt(error, 'status_msg');
  // OpenRouter: what the provider behind it said.
  const raw = textAt(objectAt(error, 'metadata'), 'raw');
  if (raw !== undefined) return message === undefined ? raw : `${message}: ${raw}`;
  if (message !== undefined) return message;
  const list: JsonValue | undefined = error.detail ?? error.message;
  return typeof list === 'object' && list !== null ? JSON.stringify(list) : undefined;
};

const describe = (
  error: JsonObject,
  httpStatus: number | undefined,
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
    codeAt(error, 'code'),
    textAt(error, 'type'),
    textAt(error, 'status'),
    error.status_msg === undefined ? undefined : codeAt(error, 'status_code'),
  ];
  const providerMessage = messageOf(error);
  const code =
    codeOfBaseResp(error) ??
    classify({
      status,
      words: names.join(' ').toLowerCase().replaceAll(/[_.-]/g, ''),
      message: providerMessage ?? '',
      isModeration: Array.isArray(objectAt(error, 'metadata')?.reasons),
    });
  return {
    code,
    status,
    providerCode:
      names.find((name) => name !== undefined && !/^\d+$/.test(name)) ??
      names.find((name) => name !== undefined),
    providerMessage,
    // A request that alone exceeds a rate limit (Groq) cannot succeed by waiting.
    retry: code === 'RATE_LIMITED' && status === 413 ? 'ELSEWHERE' : undefined,
    retryAfterMs:
      retryInfoMs(objectsAt(error, 'details')) ??
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
    ? (errorIn(answer) ?? answer)
    : { message: plainMessage(typeof answer === 'string' ? answer : body) ?? '' };
  const facts = describe(error, status);
  return upstreamFailure({
    ...facts,
    status,
    retry: retryHint(facts.code, headers) ?? facts.retry,
    retryAfterMs: retryAfterMsOf(headers) ?? facts.retryAfterMs,
    providerRequestId: requestIdOf(headers),
  });
};
