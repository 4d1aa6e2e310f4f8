import type { Failure, FailureCode } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import { classifyFailure, codeInWords } from '../classify-failure.ts';
import { countAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { retryInfoMs } from '../retry-info.ts';
import {
  type Headers,
  plainMessage,
  requestIdOf,
  retryAfterMsOf,
  retryHint,
  upstreamFailure,
} from '../upstream-failure.ts';

const KEY_MESSAGE = /API key (not valid|expired|not found|was reported as leaked)/i;
const CREDIT_MESSAGE = /credits? (are |is )?(depleted|exhausted)|spending cap/i;

type ErrorFacts = {
  readonly status: number | undefined;
  readonly word: string | undefined;
  readonly reasons: readonly string[];
  readonly quotaIds: readonly string[];
  readonly message: string;
};

const classify = ({ status, word, reasons, quotaIds, message }: ErrorFacts): FailureCode => {
  if (reasons.some((reason) => reason.startsWith('API_KEY_')) || KEY_MESSAGE.test(message)) {
    return 'AUTHENTICATION';
  }
  if (status === 402 || CREDIT_MESSAGE.test(message)) return 'QUOTA_EXHAUSTED';
  switch (word) {
    case 'RESOURCE_EXHAUSTED':
      return quotaIds.some((id) => id.includes('PerDay')) ? 'QUOTA_EXHAUSTED' : 'RATE_LIMITED';
    case 'UNAUTHENTICATED':
      return 'AUTHENTICATION';
    case 'PERMISSION_DENIED':
      return 'PERMISSION';
    case 'NOT_FOUND':
      return 'MODEL_NOT_FOUND';
    case 'UNAVAILABLE':
      return 'OVERLOADED';
    case 'INTERNAL':
    case 'DEADLINE_EXCEEDED':
    case 'CANCELLED':
    case 'UNKNOWN':
      return 'SERVER_ERROR';
    // Regions that are not served, and accounts that lack a setting.
    case 'FAILED_PRECONDITION':
      return 'PERMISSION';
    case 'INVALID_ARGUMENT':
    case 'OUT_OF_RANGE':
      return codeInWords({ status: 400, names: reasons, message }) ?? 'INVALID_REQUEST';
    default:
      return classifyFailure({ status: status ?? 500, names: [word], message });
  }
};

const read = (answer: JsonValue | undefined, body: string, httpStatus: number | undefined) => {
  const first = Array.isArray(answer) ? answer[0] : answer;
  const whole: JsonObject | undefined = isJsonObject(first) ? first : undefined;
  const error = objectAt(whole, 'error') ?? whole;
  const details = objectsAt(error, 'details');
  const word = textAt(error, 'status');
  const providerMessage =
    textAt(error, 'message') ??
    textAt(whole, 'error') ??
    (whole === undefined ? plainMessage(body) : undefined);
  // Relays put codes of their own where Google has the status in numbers.
  const code = textAt(error, 'code');
  const reasons = [
    ...details.flatMap((detail) => textAt(detail, 'reason') ?? []),
    ...(code === undefined ? [] : [code]),
  ];
  const failure = classify({
    status: httpStatus ?? countAt(error, 'code'),
    word,
    reasons,
    quotaIds: details.flatMap((detail) =>
      objectsAt(detail, 'violations').flatMap((violation) => textAt(violation, 'quotaId') ?? []),
    ),
    message: providerMessage ?? '',
  });
  return {
    code: failure,
    providerCode: reasons.find((reason) => reason.startsWith('API_KEY_')) ?? word,
    providerMessage,
    retryAfterMs: retryInfoMs(details),
  };
};

/** The failure for an error that came inside an answer of status 2xx. */
export const failureInAnswer = (answer: JsonValue | undefined, body: string): Failure =>
  upstreamFailure(read(answer, body, undefined));

/** The failure for an answer of another status. */
export const decodeGeminiError = (status: number, headers: Headers, body: string): Failure => {
  const facts = read(parseJson(body), body, status);
  return upstreamFailure({
    ...facts,
    status,
    retry: retryHint(facts.code, headers),
    retryAfterMs: retryAfterMsOf(headers, status) ?? facts.retryAfterMs,
    providerRequestId: requestIdOf(headers),
  });
};
