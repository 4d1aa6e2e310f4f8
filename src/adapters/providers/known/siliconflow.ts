import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  // Thinking is turned on by a field of its own, not by an effort.
  reasoningRequest: 'none',
  supportsTopK: true,
  structuredOutput: 'json_object',
  unsupported: ['presencePenalty', 'parallelToolCalls', 'seed', 'logprobs', 'user'],
});

export const siliconflow: KnownProvider = {
  id: asProviderId('siliconflow'),
  name: 'SiliconFlow',
  kind: 'HOST',
  baseUrl: 'https://api.siliconflow.com/v1',
  keyVariables: ['SILICONFLOW_API_KEY'],
  docsUrl: 'https://docs.siliconflow.com',
  offerings: [
    { providerModelId: 'deepseek-ai/DeepSeek-V3.2', modelSlug: asModelSlug('deepseek/deepseek-v3.2') },
    { providerModelId: 'Qwen/Qwen3-32B', modelSlug: asModelSlug('qwen/qwen3-32b') },
    { providerModelId: 'BAAI/bge-m3', modelSlug: asModelSlug('baai/bge-m3') },
    { providerModelId: 'BAAI/bge-reranker-v2-m3', modelSlug: asModelSlug('baai/bge-reranker-v2-m3') },
    { providerModelId: 'FunAudioLLM/CosyVoice2-0.5B', modelSlug: asModelSlug('funaudiollm/cosyvoice2-0.5b') },
    { providerModelId: 'FunAudioLLM/SenseVoiceSmall', modelSlug: asModelSlug('funaudiollm/sensevoicesmall') },
    {
      providerModelId: 'black-forest-labs/FLUX.1-schnell',
      modelSlug: asModelSlug('black-forest-labs/flux.1-schnell'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
  },
};
