import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  reasoningRequest: 'reasoning',
  reasoningHistory: 'reasoning_details',
  supportsTopK: true,
});

export const openrouter: KnownProvider = {
  id: asProviderId('openrouter'),
  name: 'OpenRouter',
  kind: 'AGGREGATOR',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariables: ['OPENROUTER_API_KEY'],
  seedId: 'openrouter',
  docsUrl: 'https://openrouter.ai/docs',
  api: { kind: 'DIALECT', dialect: 'openai', codec: () => CODEC, operations: {} },
};
