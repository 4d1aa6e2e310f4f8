import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import type { KnownProvider } from '../known-provider.ts';
import { ownedBy } from '../local-servers.ts';

const CODEC = createOpenAiCodec({
  supportsTopK: true,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
  // Templates are told by it, efforts are for models that know them.
  thinkingSwitch: 'chat_template_kwargs',
  thinkingSwitchFor: 'off',
  promptCaching: 'automatic',
});

export const vllm: KnownProvider = {
  id: asProviderId('vllm'),
  name: 'vLLM',
  kind: 'LOCAL',
  baseUrl: 'http://127.0.0.1:8000/v1',
  keyVariables: [],
  docsUrl: 'https://docs.vllm.ai',
  local: ownedBy('vllm'),
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
      TRANSCRIPTION: openAiTranscription(),
      RERANK: commonRerank(),
    },
  },
};
