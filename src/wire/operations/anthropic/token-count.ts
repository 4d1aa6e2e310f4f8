import { createAnthropicCodec } from '../../anthropic/codec.ts';
import type { AnthropicPlatform } from '../../anthropic/platform.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { only, tokenCountBy } from '../token-count.ts';

const COUNTED = ['system', 'messages', 'tools', 'tool_choice', 'output_config'];

/** Anthropic's count of what a message would read. */
export const anthropicTokenCount = (
  platform: AnthropicPlatform = 'anthropic',
): OperationCodec<'TOKEN_COUNT'> =>
  tokenCountBy({
    codec: createAnthropicCodec(platform),
    countAt: 'input_tokens',
    call: (model, body) => ({
      path:
        platform === 'vertex'
          ? '/publishers/anthropic/models/count-tokens:rawPredict'
          : '/v1/messages/count_tokens',
      body: { model, ...only(body, COUNTED) },
    }),
  });
