import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsCustomTools: true,
  takesMediaInResults: false,
  supportsTopK: false,
  files: 'data',
  supportsDeveloperRole: true,
  serviceTiers: { STANDARD: 'default', PRIORITY: 'priority' },
  maxTokensField: 'max_completion_tokens',
  authHeader: 'api-key',
  promptCaching: 'automatic',
});

/** A model is called by the name of its deployment, which its operator chooses; usual is the name of the model. */
export const azure: KnownProvider = {
  id: asProviderId('azure'),
  name: 'Azure OpenAI',
  kind: 'CLOUD',
  baseUrl: 'https://{AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1',
  variables: [{ name: 'AZURE_RESOURCE_NAME' }],
  keyVariables: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
  docsUrl: 'https://learn.microsoft.com/azure/ai-foundry/openai/latest',
  offerings: [
    { providerModelId: 'gpt-4o', modelSlug: asModelSlug('openai/gpt-4o') },
    { providerModelId: 'gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
    { providerModelId: 'gpt-4.1', modelSlug: asModelSlug('openai/gpt-4.1') },
    { providerModelId: 'gpt-4.1-mini', modelSlug: asModelSlug('openai/gpt-4.1-mini') },
    { providerModelId: 'gpt-5-mini', modelSlug: asModelSlug('openai/gpt-5-mini') },
    { providerModelId: 'text-embedding-3-small', modelSlug: asModelSlug('openai/text-embedding-3-small') },
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
