import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({});

/** Serves the labs' models under the labs' own names; those that are best known are offerings, others go into `models`. */
export const laozhang: KnownProvider = {
  id: asProviderId('laozhang'),
  name: 'LaoZhang API',
  kind: 'RELAY',
  baseUrl: 'https://api.laozhang.ai/v1',
  keyVariables: ['LAOZHANG_API_KEY'],
  docsUrl: 'https://docs.laozhang.ai',
  region: 'CN',
  offerings: [
    { providerModelId: 'gpt-4o', modelSlug: asModelSlug('openai/gpt-4o') },
    { providerModelId: 'gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
    { providerModelId: 'gpt-4.1', modelSlug: asModelSlug('openai/gpt-4.1') },
    { providerModelId: 'gpt-4.1-mini', modelSlug: asModelSlug('openai/gpt-4.1-mini') },
    { providerModelId: 'gpt-5-mini', modelSlug: asModelSlug('openai/gpt-5-mini') },
    { providerModelId: 'claude-sonnet-4-5-20250929', modelSlug: asModelSlug('anthropic/claude-sonnet-4-5') },
    { providerModelId: 'gemini-2.5-flash', modelSlug: asModelSlug('google/gemini-2.5-flash') },
    { providerModelId: 'gemini-2.5-pro', modelSlug: asModelSlug('google/gemini-2.5-pro') },
    { providerModelId: 'deepseek-v3', modelSlug: asModelSlug('deepseek/deepseek-v3') },
    { providerModelId: 'text-embedding-3-small', modelSlug: asModelSlug('openai/text-embedding-3-small') },
    { providerModelId: 'gpt-image-1', modelSlug: asModelSlug('openai/gpt-image-1') },
    { providerModelId: 'tts-1', modelSlug: asModelSlug('openai/tts-1') },
    { providerModelId: 'whisper-1', modelSlug: asModelSlug('openai/whisper-1') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages(),
      SPEECH: openAiSpeech(),
      TRANSCRIPTION: openAiTranscription(),
    },
  },
};
