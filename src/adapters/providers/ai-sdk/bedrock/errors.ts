import type { Failure, FailureCode } from '../../../../domain/failure.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../domain/json.ts';
import { classifyFailure, codeInWords } from '../../../../wire/classify-failure.ts';
import { textAt } from '../../../../wire/json-reading.ts';
import {
  type Headers,
  plainMessage,
  retryAfterMsOf,
  upstreamFailure,
} from '../../../../wire/upstream-failure.ts';

const UNKNOWN_MODEL =
  /model identifier is invalid|on-demand throughput isn.t supported|could not resolve the foundation model|(model|profile).*(not found|does ?n.t exist|end of (its )?life)/i;
const AUTHENTICATION = /security token|signature|expired|api key|credential|not authenticated|bearer/i;
const PER_DAY = /per day|daily/i;

/** By the exception's name as AWS spells it, first letter in lower case. */
const classify = (name: string, status: number | undefined, message: string): FailureCode => {
  switch (name) {
    case 'throttlingException':
    case 'tooManyRequestsException':
      return PER_DAY.test(message) ? 'QUOTA_EXHAUSTED' : 'RATE_LIMITED';
    case 'serviceQuotaExceededException':
      return 'QUOTA_EXHAUSTED';
    case 'modelNotReadyException':
    case 'serviceUnavailableException':
      return 'OVERLOADED';
    case 'resourceNotFoundException':
      return 'MODEL_NOT_FOUND';
    case 'accessDeniedException':
      return AUTHENTICATION.test(message) ? 'AUTHENTICATION' : 'PERMISSION';
    case 'unrecognizedClientException':
    case 'invalidSignatureException':
    case 'expiredTokenException':
    case 'incompleteSignatureException':
    case 'missingAuthenticationTokenException':
      return 'AUTHENTICATION';
    case 'internalServerException':
    case 'modelErrorException':
    case 'modelStreamErrorException':
    case 'modelTimeoutException':
      return 'SERVER_ERROR';
    default:
      break;
  }
  // Its words for too many tokens in a minute are those for too many in a prompt.
  if (status === 429) return PER_DAY.test(message) ? 'QUOTA_EXHAUSTED' : 'RATE_LIMITED';
  if (UNKNOWN_MODEL.test(message)) return 'MODEL_NOT_FOUND';
  if (name === 'validationException' || status === undefined)
    return codeInWords({ status: 400, names: [], message }) ?? 'INVALID_REQUEST';
  // Without the exception's name, 403 stands for a wrong key as for one that may not.
  if (status === 403 && AUTHENTICATION.test(message)) return 'AUTHENTICATION';
  return status === 424 ? 'SERVER_ERROR' : classifyFailure({ status, names: [], message });
};

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const messageOf = (error: JsonObject | undefined): string | undefined =>
  textAt(error, 'message') ?? textAt(error, 'Message') ?? textAt(error, 'originalMessage');

/** An exception that came as a frame of a stream. */
export const exceptionFailure = (name: string, exception: JsonObject): Failure => {
  const providerMessage = messageOf(exception);
  return upstreamFailure({
    code: classify(name, undefined, providerMessage ?? ''),
    providerCode: name,
    providerMessage,
  });
};

/** An answer of another status than 2xx. */
export const bedrockFailure = (status: number, headers: Headers, body: string): Failure => {
  const json = parseJson(body);
  const error = isJsonObject(json) ? json : undefined;
  const providerMessage = messageOf(error) ?? (error === undefined ? plainMessage(body) : undefined);
  // `ThrottlingException:http://internal.amazon.com/…` in the header, `com.amazon…#ThrottlingException` in the body.
  const named = headers['x-amzn-errortype'] ?? textAt(error, '__type') ?? textAt(error, 'type');
  const providerCode = named?.split(':')[0]?.split('#').at(-1);
  return upstreamFailure({
    code: classify(lowerFirst(providerCode ?? ''), status, providerMessage ?? ''),
    status,
    providerCode,
    providerMessage,
    providerRequestId: headers['x-amzn-requestid'],
    retryAfterMs: retryAfterMsOf(headers, status),
  });
};
