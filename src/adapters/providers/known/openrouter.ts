import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  files: 'data-and-url',
  serviceTiers: { STANDARD: 'default', FLEX: 'flex', PRIORITY: 'priority' },
  reasoningRequest: 'reasoning',
  reasoningHistory: 'reasoning_details',
  supportsTopK: true,
  supportsDeveloperRole: true,
  promptCaching: 'markers',
});

export const openrouter: KnownProvider = {
  id: asProviderId('openrouter'),
  name: 'OpenRouter',
  kind: 'AGGREGATOR',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariables: ['OPENROUTER_API_KEY'],
  docsUrl: 'https://openrouter.ai/docs',
  offerings: [
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
  },
};
