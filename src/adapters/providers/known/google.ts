import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createGeminiCodec } from '../../../wire/gemini/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createGeminiCodec();

export const google: KnownProvider = {
  id: asProviderId('google'),
  name: 'Google',
  kind: 'LAB',
  baseUrl: 'https://generativelanguage.googleapis.com',
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  aliases: ['gemini'],
  seedId: 'google',
  docsUrl: 'https://ai.google.dev/gemini-api/docs',
  offerings: [
    {
      providerModelId: 'gemini-2.5-flash-preview-tts',
      modelSlug: asModelSlug('google/gemini-2.5-flash-tts'),
    },
    { providerModelId: 'gemini-2.5-pro-preview-tts', modelSlug: asModelSlug('google/gemini-2.5-pro-tts') },
  ],
  api: { kind: 'DIALECT', dialect: 'gemini', codec: () => CODEC, operations: {} },
};
