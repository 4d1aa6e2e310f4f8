import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  files: 'data',
  promptCaching: 'markers',
});

export const vercel: KnownProvider = {
  id: asProviderId('vercel'),
  name: 'Vercel AI Gateway',
  kind: 'AGGREGATOR',
  baseUrl: 'https://ai-gateway.vercel.sh/v1',
  keyVariables: ['AI_GATEWAY_API_KEY', 'VERCEL_AI_GATEWAY_API_KEY'],
  docsUrl: 'https://vercel.com/docs/ai-gateway',
  offerings: [
    { providerModelId: 'openai/gpt-4o', modelSlug: asModelSlug('openai/gpt-4o') },
    { providerModelId: 'openai/gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
    { providerModelId: 'openai/gpt-4.1', modelSlug: asModelSlug('openai/gpt-4.1') },
    { providerModelId: 'openai/gpt-4.1-mini', modelSlug: asModelSlug('openai/gpt-4.1-mini') },
    { providerModelId: 'openai/gpt-5-mini', modelSlug: asModelSlug('openai/gpt-5-mini') },
    { providerModelId: 'anthropic/claude-sonnet-4.5', modelSlug: asModelSlug('anthropic/claude-sonnet-4-5') },
    { providerModelId: 'google/gemini-2.5-flash', modelSlug: asModelSlug('google/gemini-2.5-flash') },
    { providerModelId: 'google/gemini-2.5-pro', modelSlug: asModelSlug('google/gemini-2.5-pro') },
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
