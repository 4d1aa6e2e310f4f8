import { asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';

export const elevenlabs: KnownProvider = {
  id: asProviderId('elevenlabs'),
  name: 'ElevenLabs',
  kind: 'LAB',
  baseUrl: 'https://api.elevenlabs.io',
  keyVariables: ['ELEVENLABS_API_KEY'],
  docsUrl: 'https://elevenlabs.io/docs',
  offerings: ['eleven_v3', 'eleven_multilingual_v2', 'eleven_flash_v2_5', 'scribe_v2', 'scribe_v1'].map(
    (providerModelId) => ({ providerModelId }),
  ),
  api: {
    kind: 'LIBRARY',
    completes: false,
    operations: ['SPEECH', 'TRANSCRIPTION'],
    connect: async (settings, dependencies) =>
      (await import('../ai-sdk/elevenlabs/connect.ts')).connectElevenLabs(settings, dependencies),
  },
};
