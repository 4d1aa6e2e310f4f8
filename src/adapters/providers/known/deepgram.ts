import { asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';

export const deepgram: KnownProvider = {
  id: asProviderId('deepgram'),
  name: 'Deepgram',
  kind: 'LAB',
  baseUrl: 'https://api.deepgram.com',
  keyVariables: ['DEEPGRAM_API_KEY'],
  docsUrl: 'https://developers.deepgram.com',
  offerings: ['nova-3', 'nova-2', 'aura-2', 'aura'].map((providerModelId) => ({ providerModelId })),
  api: {
    kind: 'LIBRARY',
    completes: false,
    operations: ['SPEECH', 'TRANSCRIPTION'],
    connect: async (settings, dependencies) =>
      (await import('../ai-sdk/deepgram/connect.ts')).connectDeepgram(settings, dependencies),
  },
};
