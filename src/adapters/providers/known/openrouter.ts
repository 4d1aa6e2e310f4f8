import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

export const openrouter: KnownProvider = {
  id: asProviderId('openrouter'),
  name: 'OpenRouter',
  kind: 'AGGREGATOR',
  dialect: 'openai',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariables: ['OPENROUTER_API_KEY'],
  seedId: 'openrouter',
  docsUrl: 'https://openrouter.ai/docs',
  codec: () =>
    createOpenAiCodec({
      reasoningRequest: 'reasoning',
      reasoningHistory: 'reasoning_details',
      supportsTopK: true,
    }),
};
