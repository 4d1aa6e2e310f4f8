import type { UpstreamCodec } from '../codec.ts';
import { honouredRequest } from '../honoured-request.ts';
import { decodeAnthropicAnswer } from './decode-answer.ts';
import { encodeAnthropic } from './encode.ts';
import { decodeAnthropicError } from './errors.ts';
import { modelTraits } from './model-traits.ts';
import { createAnthropicStreamDecoder } from './stream-decoder.ts';
import { unsupportedByAnthropic } from './unsupported.ts';

/** Anthropic's messages API. */
export const createAnthropicCodec = (): UpstreamCodec => ({
  unsupported: (model, request) => unsupportedByAnthropic(modelTraits(model), request),
  encode(model, request, stream) {
    const traits = modelTraits(model);
    const honoured = honouredRequest(request, unsupportedByAnthropic(traits, request));
    return encodeAnthropic(model, honoured, stream, traits);
  },
  authorization: (apiKey) => ({ 'x-api-key': apiKey }),
  decodeAnswer: decodeAnthropicAnswer,
  streamDecoder: createAnthropicStreamDecoder,
  decodeError: decodeAnthropicError,
});
