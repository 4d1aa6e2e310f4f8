import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  // Its own mapping of efforts; that thinking is on is the default.
  reasoningEfforts: { minimal: 'low', low: 'low', medium: 'high', high: 'high', max: 'max' },
  // Turns with tool calls are refused without the reasoning that led to them.
  reasoningHistory: 'reasoning_content',
  structuredOutput: 'json_object',
  supportsAudio: false,
  unsupported: ['imageUrl', 'imageData', 'parallelToolCalls', 'seed', 'user'],
  promptCaching: 'automatic',
});

export const deepseek: KnownProvider = {
  id: asProviderId('deepseek'),
  name: 'DeepSeek',
  kind: 'LAB',
  baseUrl: 'https://api.deepseek.com',
  keyVariables: ['DEEPSEEK_API_KEY'],
  seedId: 'deepseek',
  docsUrl: 'https://api-docs.deepseek.com',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
  },
};
