import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
});

/** Its key has a variable of its own: GITHUB_TOKEN is set in many a place that has no business here. */
export const github: KnownProvider = {
  id: asProviderId('github'),
  name: 'GitHub Models',
  kind: 'AGGREGATOR',
  baseUrl: 'https://models.github.ai/inference',
  keyVariables: ['GITHUB_MODELS_TOKEN'],
  docsUrl: 'https://docs.github.com/github-models',
  offerings: [
    { providerModelId: 'openai/gpt-4o', modelSlug: asModelSlug('openai/gpt-4o') },
    { providerModelId: 'openai/gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
    { providerModelId: 'openai/gpt-4.1', modelSlug: asModelSlug('openai/gpt-4.1') },
    { providerModelId: 'openai/gpt-4.1-mini', modelSlug: asModelSlug('openai/gpt-4.1-mini') },
    { providerModelId: 'openai/gpt-5-mini', modelSlug: asModelSlug('openai/gpt-5-mini') },
    {
      providerModelId: 'openai/text-embedding-3-small',
      modelSlug: asModelSlug('openai/text-embedding-3-small'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
    },
    modelsPath: 'none',
  },
};
