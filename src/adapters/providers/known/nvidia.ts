import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  thinkingSwitch: 'chat_template_kwargs',
  thinkingSwitchFor: 'off',
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
  unsupported: ['user'],
});

export const nvidia: KnownProvider = {
  id: asProviderId('nvidia'),
  name: 'NVIDIA NIM',
  kind: 'HOST',
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  keyVariables: ['NVIDIA_API_KEY'],
  aliases: ['nim'],
  docsUrl: 'https://docs.api.nvidia.com/nim',
  offerings: [
    { providerModelId: 'openai/gpt-oss-120b', modelSlug: asModelSlug('openai/gpt-oss-120b') },
    {
      providerModelId: 'meta/llama-3.3-70b-instruct',
      modelSlug: asModelSlug('meta/llama-3.3-70b-instruct'),
    },
    { providerModelId: 'nvidia/nemotron-3-super-120b-a12b' },
    { providerModelId: 'nvidia/nv-embed-v1', modelSlug: asModelSlug('nvidia/nv-embed-v1') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({
        purposes: { field: 'input_type', words: { QUERY: 'query', DOCUMENT: 'passage' } },
      }),
    },
  },
};
