import type { UpstreamCodec } from '../codec.ts';
import { honouredRequest } from '../honoured-request.ts';
import { decodeGeminiAnswer } from './decode-answer.ts';
import { encodeGemini } from './encode.ts';
import { decodeGeminiError } from './errors.ts';
import { modelTraits } from './model-traits.ts';
import { createGeminiStreamDecoder } from './stream-decoder.ts';
import { unsupportedByGemini } from './unsupported.ts';

/** Gemini's generateContent. The base URL has no version: paths begin with `/v1beta`. */
export const createGeminiCodec = (): UpstreamCodec => ({
  unsupported: (model, request) => unsupportedByGemini(modelTraits(model), request),
  encode(model, request, stream) {
    const traits = modelTraits(model);
    return encodeGemini(
      model,
      honouredRequest(request, unsupportedByGemini(traits, request)),
      stream,
      traits,
    );
  },
  // In a header, as a key in the address would end up in logs.
  authorization: (apiKey) => ({ 'x-goog-api-key': apiKey }),
  decodeAnswer: decodeGeminiAnswer,
  streamDecoder: createGeminiStreamDecoder,
  decodeError: decodeGeminiError,
});
