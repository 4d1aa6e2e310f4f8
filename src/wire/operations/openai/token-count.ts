import { createOpenAiResponsesCodec } from '../../openai-responses/codec.ts';
import type { OpenAiResponsesQuirks } from '../../openai-responses/quirks.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { only, tokenCountBy } from '../token-count.ts';

/** OpenAI's count of what a call of its Responses would read. */
export const openAiTokenCount = (quirks: OpenAiResponsesQuirks = {}): OperationCodec<'TOKEN_COUNT'> =>
  tokenCountBy({
    codec: createOpenAiResponsesCodec(quirks),
    countAt: 'input_tokens',
    call: (_model, body) => ({
      path: '/responses/input_tokens',
      body: only(body, [
        'model',
        'instructions',
        'input',
        'tools',
        'tool_choice',
        'parallel_tool_calls',
        'text',
      ]),
    }),
  });
