import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiModeration } from '../../../wire/operations/openai/moderation.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  seedField: 'random_seed',
  toolCallIds: 'alphanumeric-9',
  // Refuses fields that it does not know. Usage comes in the last chunk unasked.
  supportsStreamOptions: false,
  unsupported: ['user', 'logprobs'],
  reasoningEfforts: { none: 'none', high: 'high' },
  assistantPrefill: 'prefix',
  takesUnknownMessageFields: false,
});

export const mistral: KnownProvider = {
  id: asProviderId('mistral'),
  name: 'Mistral',
  kind: 'LAB',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariables: ['MISTRAL_API_KEY'],
  docsUrl: 'https://docs.mistral.ai',
  offerings: [
    { providerModelId: 'mistral-moderation-latest', modelSlug: asModelSlug('mistral/mistral-moderation') },
    { providerModelId: 'codestral-embed', modelSlug: asModelSlug('mistral/codestral-embed') },
    { providerModelId: 'voxtral-mini-latest', modelSlug: asModelSlug('mistral/voxtral-mini-2602') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'output_dimension' }),
      MODERATION: openAiModeration(),
      TRANSCRIPTION: openAiTranscription({ answers: 'NONE', unsupported: ['prompt'] }),
    },
  },
};
