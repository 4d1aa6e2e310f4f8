import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  supportsTopK: true,
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
});

export const deepinfra: KnownProvider = {
  id: asProviderId('deepinfra'),
  name: 'DeepInfra',
  kind: 'HOST',
  baseUrl: 'https://api.deepinfra.com/v1/openai',
  keyVariables: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'],
  docsUrl: 'https://docs.deepinfra.com',
  offerings: [
    { providerModelId: 'openai/gpt-oss-120b', modelSlug: asModelSlug('openai/gpt-oss-120b') },
    {
      providerModelId: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
      modelSlug: asModelSlug('meta/llama-3.3-70b-instruct'),
    },
    { providerModelId: 'BAAI/bge-m3', modelSlug: asModelSlug('baai/bge-m3') },
    {
      providerModelId: 'black-forest-labs/FLUX-1-schnell',
      modelSlug: asModelSlug('black-forest-labs/flux.1-schnell'),
    },
    { providerModelId: 'hexgrad/Kokoro-82M', modelSlug: asModelSlug('hexgrad/kokoro-82m') },
    {
      providerModelId: 'openai/whisper-large-v3-turbo',
      modelSlug: asModelSlug('openai/whisper-large-v3-turbo'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages({
        edits: 'NONE',
        unsupported: ['quality', 'style', 'background', 'format'],
      }),
      SPEECH: openAiSpeech({
        formats: ['MP3', 'WAV', 'OPUS', 'FLAC', 'PCM'],
        defaultVoice: 'af_bella',
        supportsInstructions: false,
      }),
      TRANSCRIPTION: openAiTranscription(),
    },
  },
};
