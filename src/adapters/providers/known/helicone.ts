import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  promptCaching: 'markers',
});

export const helicone: KnownProvider = {
  id: asProviderId('helicone'),
  name: 'Helicone',
  kind: 'AGGREGATOR',
  baseUrl: 'https://ai-gateway.helicone.ai/v1',
  keyVariables: ['HELICONE_API_KEY'],
  docsUrl: 'https://docs.helicone.ai/gateway/overview',
  offerings: [
    { providerModelId: 'gpt-4o', modelSlug: asModelSlug('openai/gpt-4o') },
    { providerModelId: 'gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
    { providerModelId: 'gpt-4.1', modelSlug: asModelSlug('openai/gpt-4.1') },
    { providerModelId: 'gpt-4.1-mini', modelSlug: asModelSlug('openai/gpt-4.1-mini') },
    { providerModelId: 'gpt-5-mini', modelSlug: asModelSlug('openai/gpt-5-mini') },
    { providerModelId: 'claude-4.5-sonnet', modelSlug: asModelSlug('anthropic/claude-sonnet-4-5') },
    { providerModelId: 'gemini-2.5-flash', modelSlug: asModelSlug('google/gemini-2.5-flash') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
  },
};
