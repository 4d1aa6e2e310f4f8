import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  logprobsRequest: 'number',
  supportsTopK: true,
  thinkingSwitch: 'reasoning.enabled',
  thinkingSwitchFor: 'off',
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
});

export const together: KnownProvider = {
  id: asProviderId('together'),
  name: 'Together AI',
  kind: 'HOST',
  baseUrl: 'https://api.together.xyz/v1',
  keyVariables: ['TOGETHER_API_KEY'],
  docsUrl: 'https://docs.together.ai',
  offerings: [
    {
      providerModelId: 'intfloat/multilingual-e5-large-instruct',
      modelSlug: asModelSlug('intfloat/multilingual-e5-large-instruct'),
    },
    {
      providerModelId: 'black-forest-labs/FLUX.1-schnell',
      modelSlug: asModelSlug('black-forest-labs/flux.1-schnell'),
    },
    { providerModelId: 'hexgrad/Kokoro-82M', modelSlug: asModelSlug('hexgrad/kokoro-82m') },
    { providerModelId: 'openai/whisper-large-v3', modelSlug: asModelSlug('openai/whisper-large-v3') },
    {
      providerModelId: 'mixedbread-ai/Mxbai-Rerank-Large-V2',
      modelSlug: asModelSlug('mixedbread-ai/mxbai-rerank-large-v2'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
      IMAGE_GENERATION: openAiImages({
        responseFormat: 'base64',
        sizeField: 'width-height',
        supportsSeed: true,
        edits: 'NONE',
        unsupported: ['quality', 'style', 'background'],
      }),
      SPEECH: openAiSpeech({
        formats: ['MP3', 'WAV'],
        defaultVoice: 'af_alloy',
        supportsInstructions: false,
        supportsSpeed: false,
      }),
      TRANSCRIPTION: openAiTranscription(),
      RERANK: commonRerank(),
    },
  },
};
