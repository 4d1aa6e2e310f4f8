import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';
import { OLLAMA } from '../local-servers.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  toolCallIds: 'any',
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
  unsupported: ['imageUrl', 'toolChoice', 'parallelToolCalls', 'user'],
  promptCaching: 'automatic',
});

export const ollama: KnownProvider = {
  id: asProviderId('ollama'),
  name: 'Ollama',
  kind: 'LOCAL',
  baseUrl: 'http://127.0.0.1:11434/v1',
  keyVariables: [],
  docsUrl: 'https://docs.ollama.com',
  local: OLLAMA,
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
    },
  },
};
