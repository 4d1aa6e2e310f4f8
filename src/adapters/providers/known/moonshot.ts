import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  reasoningRequest: 'none',
  // Thinking models want the reasoning of earlier tool calls back.
  reasoningHistory: 'reasoning_content',
  structuredOutput: 'json_object',
  supportsAudio: false,
  unsupported: ['imageUrl', 'seed', 'logprobs', 'user'],
  promptCaching: 'automatic',
});

export const moonshot: KnownProvider = {
  id: asProviderId('moonshot'),
  name: 'Moonshot AI',
  kind: 'LAB',
  baseUrl: 'https://api.moonshot.ai/v1',
  keyVariables: ['MOONSHOT_API_KEY'],
  docsUrl: 'https://platform.moonshot.ai/docs',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
  },
};
