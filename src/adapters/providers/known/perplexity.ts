import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  // Usage comes with every chunk unasked.
  supportsStreamOptions: false,
  supportsTopK: true,
  reasoningEfforts: { minimal: 'minimal', low: 'low', medium: 'medium', high: 'high' },
  unsupported: ['tools', 'toolChoice', 'parallelToolCalls', 'seed', 'stop', 'logprobs', 'user'],
});

export const perplexity: KnownProvider = {
  id: asProviderId('perplexity'),
  name: 'Perplexity',
  kind: 'LAB',
  baseUrl: 'https://api.perplexity.ai',
  keyVariables: ['PERPLEXITY_API_KEY'],
  seedId: 'perplexity',
  docsUrl: 'https://docs.perplexity.ai',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
    modelsPath: 'none',
  },
};
