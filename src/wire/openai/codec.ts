import type { UpstreamCodec } from '../codec.ts';
import { honouredRequest } from '../honoured-request.ts';
import { decodeOpenAiAnswer } from './decode-answer.ts';
import { encodeOpenAi } from './encode.ts';
import { decodeOpenAiError } from './errors.ts';
import { forwardOpenAi } from './forward.ts';
import { hasCustomTools } from './forward-custom-tools.ts';
import type { OpenAiQuirks } from './quirks.ts';
import { createOpenAiStreamDecoder } from './stream-decoder.ts';
import { unsupportedByOpenAi } from './unsupported.ts';

/** OpenAI's chat completions, as OpenAI and the many compatible servers speak them. */
export const createOpenAiCodec = (quirks: OpenAiQuirks): UpstreamCodec => ({
  unsupported: (_model, request, isForwarded) => unsupportedByOpenAi(quirks, request, isForwarded),
  encode: (model, request, stream) =>
    encodeOpenAi(model, honouredRequest(request, unsupportedByOpenAi(quirks, request)), stream, quirks),
  dialect: 'openai',
  forward: (model, forwarding) => forwardOpenAi(model, forwarding, quirks),
  // An answer that is not passed on as it comes is read, and reading knows one choice.
  makesChoices: (_model, { body }) =>
    (quirks.supportsChoices ?? true) && (quirks.supportsCustomTools === true || !hasCustomTools(body)),
  authorization: (apiKey) =>
    quirks.authHeader === 'api-key' ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` },
  decodeAnswer: (body, json) => decodeOpenAiAnswer(body, json, quirks.omitsFinishReason),
  streamDecoder: () => createOpenAiStreamDecoder(quirks.omitsFinishReason),
  decodeError: decodeOpenAiError,
});
