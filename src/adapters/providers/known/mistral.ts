import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

export const mistral: KnownProvider = {
  id: asProviderId('mistral'),
  name: 'Mistral',
  kind: 'LAB',
  dialect: 'openai',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariables: ['MISTRAL_API_KEY'],
  seedId: 'mistral',
  docsUrl: 'https://docs.mistral.ai',
  codec: () =>
    createOpenAiCodec({
      seedField: 'random_seed',
      // Refuses fields that it does not know. Usage comes in the last chunk unasked.
      supportsStreamOptions: false,
      unsupported: ['user'],
      reasoningEfforts: { none: 'none', high: 'high' },
    }),
};
