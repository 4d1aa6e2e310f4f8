import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  supportsTopK: true,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
  unsupported: ['parallelToolCalls', 'logprobs', 'user'],
});

export const cloudflare: KnownProvider = {
  id: asProviderId('cloudflare'),
  name: 'Cloudflare Workers AI',
  kind: 'CLOUD',
  baseUrl: 'https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1',
  variables: [{ name: 'CLOUDFLARE_ACCOUNT_ID' }],
  keyVariables: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_KEY'],
  docsUrl: 'https://developers.cloudflare.com/workers-ai',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
    },
    modelsPath: 'none',
  },
};
