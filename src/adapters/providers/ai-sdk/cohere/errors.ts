import type { Failure, FailureCode } from '../../../../domain/failure.ts';
import { isJsonObject, parseJson } from '../../../../domain/json.ts';
import { codeInWords } from '../../../../wire/classify-failure.ts';
import { textAt } from '../../../../wire/json-reading.ts';
import {
  codeOfStatus,
  type Headers,
  plainMessage,
  requestIdOf,
  retryAfterMsOf,
  upstreamFailure,
} from '../../../../wire/upstream-failure.ts';

/** A trial key has a number of calls a month; paid ones may run out of credit. */
const QUOTA = /calls? ?\/ ?month|per month|monthly|billing|credit|payment|spend/i;
const MODEL = /model .*not found|(was|model) removed|finetuned model/i;
const KEY = /api (token|key)/i;

const classify = (status: number, message: string): FailureCode => {
  switch (status) {
    case 429:
      return QUOTA.test(message) ? 'QUOTA_EXHAUSTED' : 'RATE_LIMITED';
    case 400:
    case 422:
      if (MODEL.test(message)) return 'MODEL_NOT_FOUND';
      return codeInWords({ status, names: [], message }) ?? 'INVALID_REQUEST';
    case 403:
      return KEY.test(message) ? 'AUTHENTICATION' : 'PERMISSION';
    // Cohere: the prompt is blocked; a token that is invalid.
    case 498:
      return KEY.test(message) ? 'AUTHENTICATION' : 'CONTENT_FILTERED';
    default:
      return codeOfStatus(status);
  }
};

export const cohereFailure = (status: number, headers: Headers, body: string): Failure => {
  const json = parseJson(body);
  const error = isJsonObject(json) ? json : undefined;
  const providerMessage = textAt(error, 'message') ?? (error === undefined ? plainMessage(body) : undefined);
  return upstreamFailure({
    code: classify(status, providerMessage ?? ''),
    status,
    providerMessage,
    providerRequestId: textAt(error, 'id') ?? requestIdOf(headers),
    retryAfterMs: retryAfterMsOf(headers, status),
  });
};
