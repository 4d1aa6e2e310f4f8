import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

export const fireworks: KnownProvider = {
  id: asProviderId('fireworks'),
  name: 'Fireworks AI',
  kind: 'HOST',
  dialect: 'openai',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyVariables: ['FIREWORKS_API_KEY'],
  seedId: 'fireworks',
  docsUrl: 'https://docs.fireworks.ai',
  codec: () =>
    createOpenAiCodec({
      supportsTopK: true,
      reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
    }),
};
