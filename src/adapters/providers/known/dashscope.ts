import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  // https://www.alibabacloud.com/help/en/model-studio/deep-thinking (2026-11-30)
  reasoningRequest: 'none',
  thinkingSwitch: 'enable_thinking',
  thinkingBudget: 'thinking_budget',
  assistantPrefill: 'partial',
  supportsTopK: true,
  structuredOutput: 'json_object',
  unsupported: ['frequencyPenalty', 'user'],
  promptCaching: 'automatic',
});

export const dashscope: KnownProvider = {
  id: asProviderId('dashscope'),
  name: 'Alibaba DashScope',
  kind: 'CLOUD',
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  keyVariables: ['DASHSCOPE_API_KEY'],
  aliases: ['alibaba', 'qwen'],
  docsUrl: 'https://www.alibabacloud.com/help/en/model-studio',
  region: 'SG',
  offerings: [
    { providerModelId: 'qwen3-max', modelSlug: asModelSlug('alibaba/qwen3-max') },
    { providerModelId: 'qwen-plus', modelSlug: asModelSlug('alibaba/qwen-plus') },
    { providerModelId: 'qwen3-coder-plus', modelSlug: asModelSlug('alibaba/qwen3-coder-plus') },
    { providerModelId: 'text-embedding-v4', modelSlug: asModelSlug('alibaba/text-embedding-v4') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
    },
  },
};
