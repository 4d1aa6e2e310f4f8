import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
});

export const huggingface: KnownProvider = {
  id: asProviderId('huggingface'),
  name: 'Hugging Face',
  kind: 'AGGREGATOR',
  baseUrl: 'https://router.huggingface.co/v1',
  keyVariables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  aliases: ['hf'],
  docsUrl: 'https://huggingface.co/docs/inference-providers',
  offerings: [
    { providerModelId: 'openai/gpt-oss-120b', modelSlug: asModelSlug('openai/gpt-oss-120b') },
    {
      providerModelId: 'meta-llama/Llama-3.3-70B-Instruct',
      modelSlug: asModelSlug('meta/llama-3.3-70b-instruct'),
    },
    { providerModelId: 'Qwen/Qwen3-32B', modelSlug: asModelSlug('alibaba/qwen3-32b') },
    { providerModelId: 'moonshotai/Kimi-K2.5' },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {},
  },
};
