import { asProviderId } from '../../../domain/ids.ts';
import { createGeminiCodec } from '../../../wire/gemini/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

export const google: KnownProvider = {
  id: asProviderId('google'),
  name: 'Google',
  kind: 'LAB',
  dialect: 'gemini',
  baseUrl: 'https://generativelanguage.googleapis.com',
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  aliases: ['gemini'],
  seedId: 'google',
  docsUrl: 'https://ai.google.dev/gemini-api/docs',
  codec: createGeminiCodec,
};
