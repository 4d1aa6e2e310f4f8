import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';
import { LM_STUDIO } from '../local-servers.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  toolCallIds: 'any',
  supportsTopK: true,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
  unsupported: ['imageUrl', 'parallelToolCalls', 'logprobs', 'user'],
  promptCaching: 'automatic',
});

export const lmstudio: KnownProvider = {
  id: asProviderId('lmstudio'),
  name: 'LM Studio',
  kind: 'LOCAL',
  baseUrl: 'http://127.0.0.1:1234/v1',
  keyVariables: [],
  docsUrl: 'https://lmstudio.ai/docs/developer',
  local: LM_STUDIO,
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
    },
  },
};
