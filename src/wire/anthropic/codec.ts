import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { UpstreamCodec } from '../codec.ts';
import { honouredRequest } from '../honoured-request.ts';
import { decodeAnthropicAnswer } from './decode-answer.ts';
import { encodeAnthropic } from './encode.ts';
import { decodeAnthropicError, decodeVertexError } from './errors.ts';
import { forwardAnthropic } from './forward.ts';
import { modelTraits } from './model-traits.ts';
import type { AnthropicPlatform } from './platform.ts';
import { createAnthropicStreamDecoder } from './stream-decoder.ts';
import { unsupportedByAnthropic } from './unsupported.ts';

/**
 * Anthropic's messages API. On `vertex` the base URL ends in `/projects/P/locations/L`, the model is part of the path
 * and the key is an access token.
 */
export const createAnthropicCodec = (platform: AnthropicPlatform = 'anthropic'): UpstreamCodec => {
  const unsupported = (model: string, request: CompletionRequest, isForwarded = false) =>
    unsupportedByAnthropic(modelTraits(model), platform, request, isForwarded);
  return {
    unsupported,
    encode(model, request, stream) {
      // Of images and files as data, the encoding itself leaves out the unreadable ones, and only these.
      const left = unsupported(model, request).filter(
        ({ name }) => name !== 'imageData' && name !== 'fileData',
      );
      return encodeAnthropic(model, honouredRequest(request, left), stream, modelTraits(model), platform);
    },
    dialect: 'anthropic',
    forward: (model, forwarding) => forwardAnthropic(model, forwarding, platform),
    authorization: (apiKey) =>
      platform === 'vertex' ? { authorization: `Bearer ${apiKey}` } : { 'x-api-key': apiKey },
    decodeAnswer: decodeAnthropicAnswer,
    streamDecoder: createAnthropicStreamDecoder,
    decodeError: platform === 'vertex' ? decodeVertexError : decodeAnthropicError,
  };
};
