import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  supportsTopK: true,
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
  promptCaching: 'automatic',
});

export const fireworks: KnownProvider = {
  id: asProviderId('fireworks'),
  name: 'Fireworks AI',
  kind: 'HOST',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyVariables: ['FIREWORKS_API_KEY'],
  docsUrl: 'https://docs.fireworks.ai',
  offerings: [
    {
      providerModelId: 'nomic-ai/nomic-embed-text-v1.5',
      modelSlug: asModelSlug('nomic-ai/nomic-embed-text-v1.5'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
    },
  },
};
