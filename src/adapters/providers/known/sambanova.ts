import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsTopK: true,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
  supportsAudio: false,
  thinkingSwitch: 'chat_template_kwargs',
  thinkingSwitchFor: 'off',
  unsupported: ['frequencyPenalty', 'presencePenalty', 'seed', 'logprobs', 'user', 'imageUrl'],
});

export const sambanova: KnownProvider = {
  id: asProviderId('sambanova'),
  name: 'SambaNova',
  kind: 'HOST',
  baseUrl: 'https://api.sambanova.ai/v1',
  keyVariables: ['SAMBANOVA_API_KEY'],
  docsUrl: 'https://docs.sambanova.ai',
  offerings: [
    { providerModelId: 'gpt-oss-120b', modelSlug: asModelSlug('openai/gpt-oss-120b') },
    {
      providerModelId: 'Meta-Llama-3.3-70B-Instruct',
      modelSlug: asModelSlug('meta/llama-3.3-70b-instruct'),
    },
    { providerModelId: 'E5-Mistral-7B-Instruct', modelSlug: asModelSlug('intfloat/e5-mistral-7b-instruct') },
    { providerModelId: 'Whisper-Large-v3', modelSlug: asModelSlug('openai/whisper-large-v3') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
      TRANSCRIPTION: openAiTranscription(),
    },
  },
};
