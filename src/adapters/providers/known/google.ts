import { asProviderId } from '../../../domain/ids.ts';
import { createGeminiCodec } from '../../../wire/gemini/codec.ts';
import { geminiEmbeddings } from '../../../wire/operations/gemini/embeddings.ts';
import { geminiImages } from '../../../wire/operations/gemini/images.ts';
import { geminiSpeech } from '../../../wire/operations/gemini/speech.ts';
import { geminiTokenCount } from '../../../wire/operations/gemini/token-count.ts';
import { geminiTranscription } from '../../../wire/operations/gemini/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createGeminiCodec();

export const google: KnownProvider = {
  id: asProviderId('google'),
  name: 'Google',
  kind: 'LAB',
  baseUrl: 'https://generativelanguage.googleapis.com',
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  aliases: ['gemini'],
  // Vertex takes these lists too, and has models of its own.
  serves: (name) => !name.startsWith('claude'),
  docsUrl: 'https://ai.google.dev/gemini-api/docs',
  api: {
    kind: 'DIALECT',
    dialect: 'gemini',
    codec: () => CODEC,
    operations: {
      EMBEDDING: geminiEmbeddings(),
      IMAGE_GENERATION: geminiImages(),
      SPEECH: geminiSpeech(),
      TRANSCRIPTION: geminiTranscription(),
      TOKEN_COUNT: geminiTokenCount(),
    },
  },
};
