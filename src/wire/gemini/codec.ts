import type { CompletionRequest, RequestParameter } from '../../domain/completion-request.ts';
import type { UpstreamCodec } from '../codec.ts';
import { honouredRequest } from '../honoured-request.ts';
import { decodeGeminiAnswer } from './decode-answer.ts';
import { encodeGemini } from './encode.ts';
import { decodeGeminiError } from './errors.ts';
import { modelTraits } from './model-traits.ts';
import type { GeminiPlatform } from './platform.ts';
import { createGeminiStreamDecoder } from './stream-decoder.ts';
import { unsupportedByGemini } from './unsupported.ts';

const ADDRESSES: ReadonlySet<RequestParameter> = new Set(['imageUrl', 'audioUrl', 'fileUrl']);

/**
 * Gemini's generateContent. On `gemini-api` the base URL has no version: paths begin with `/v1beta`. On `vertex` it
 * ends in `/projects/P/locations/L`, and the key is an access token.
 */
export const createGeminiCodec = (platform: GeminiPlatform = 'gemini-api'): UpstreamCodec => {
  const unsupported = (model: string, request: CompletionRequest) =>
    unsupportedByGemini(modelTraits(model), platform, request);
  return {
    unsupported,
    encode(model, request, stream) {
      const traits = modelTraits(model);
      // Where the model reads addresses, the encoding itself leaves out those of unknown type, and only these.
      const isReading = platform === 'vertex' || traits.readsAddresses;
      const left = unsupported(model, request).filter(({ name }) => !isReading || !ADDRESSES.has(name));
      return encodeGemini(model, honouredRequest(request, left), stream, traits, platform);
    },
    // In a header, as a key in the address would end up in logs.
    authorization: (apiKey) =>
      platform === 'vertex' ? { authorization: `Bearer ${apiKey}` } : { 'x-goog-api-key': apiKey },
    decodeAnswer: decodeGeminiAnswer,
    streamDecoder: createGeminiStreamDecoder,
    decodeError: decodeGeminiError,
  };
};
