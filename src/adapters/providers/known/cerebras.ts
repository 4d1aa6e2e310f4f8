import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  maxTokensField: 'max_completion_tokens',
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
  supportsAudio: false,
  takesUnknownMessageFields: false,
  unsupported: ['frequencyPenalty', 'presencePenalty', 'parallelToolCalls', 'imageUrl', 'imageData'],
  promptCaching: 'automatic',
});

export const cerebras: KnownProvider = {
  id: asProviderId('cerebras'),
  name: 'Cerebras',
  kind: 'HOST',
  baseUrl: 'https://api.cerebras.ai/v1',
  keyVariables: ['CEREBRAS_API_KEY'],
  docsUrl: 'https://inference-docs.cerebras.ai',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
  },
};
