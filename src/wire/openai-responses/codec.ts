import type { UpstreamCodec } from '../codec.ts';
import { honouredRequest } from '../honoured-request.ts';
import { decodeOpenAiError } from '../openai/errors.ts';
import { decodeResponsesAnswer } from './decode-answer.ts';
import { encodeResponses } from './encode.ts';
import { forwardResponses } from './forward.ts';
import type { OpenAiResponsesQuirks } from './quirks.ts';
import { createResponsesStreamDecoder } from './stream-decoder.ts';
import { unsupportedByResponses } from './unsupported.ts';

/** OpenAI's Responses, as OpenAI and some compatible servers speak them. Nothing is stored at the provider. */
export const createOpenAiResponsesCodec = (quirks: OpenAiResponsesQuirks = {}): UpstreamCodec => ({
  unsupported: (_model, request, isForwarded) => unsupportedByResponses(quirks, request, isForwarded),
  encode: (model, request, stream) =>
    encodeResponses(model, honouredRequest(request, unsupportedByResponses(quirks, request)), stream, quirks),
  dialect: 'openai-responses',
  forward: (model, forwarding) => forwardResponses(model, forwarding, quirks),
  authorization: (apiKey) =>
    quirks.authHeader === 'api-key' ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` },
  decodeAnswer: decodeResponsesAnswer,
  streamDecoder: createResponsesStreamDecoder,
  decodeError: decodeOpenAiError,
});
