import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import type { KnownProvider } from '../known-provider.ts';
import { ownedBy } from '../local-servers.ts';

const CODEC = createOpenAiCodec({
  supportsTopK: true,
  reasoningRequest: 'none',
  toolCallIds: 'any',
  thinkingSwitch: 'chat_template_kwargs',
  unsupported: ['user'],
  promptCaching: 'automatic',
});

export const llamacpp: KnownProvider = {
  id: asProviderId('llamacpp'),
  name: 'llama.cpp',
  kind: 'LOCAL',
  baseUrl: 'http://127.0.0.1:8080/v1',
  keyVariables: [],
  docsUrl: 'https://github.com/ggml-org/llama.cpp/tree/master/tools/server',
  local: ownedBy('llamacpp'),
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
      RERANK: commonRerank(),
    },
  },
};
