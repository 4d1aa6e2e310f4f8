import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  // https://www.volcengine.com/docs/82379/1449737 (2026-11-30)
  thinkingSwitch: 'thinking',
  thinkingSwitchFor: 'off',
  reasoningEfforts: { minimal: 'minimal', low: 'low', medium: 'medium', high: 'high' },
  reasoningHistory: 'reasoning_content',
  unsupported: ['seed', 'user'],
});

export const volcengine: KnownProvider = {
  id: asProviderId('volcengine'),
  name: 'Volcengine Ark (Doubao)',
  kind: 'CLOUD',
  baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
  keyVariables: ['ARK_API_KEY', 'VOLCENGINE_API_KEY'],
  aliases: ['doubao', 'ark'],
  docsUrl: 'https://www.volcengine.com/docs/82379',
  region: 'CN',
  offerings: [
    { providerModelId: 'doubao-seed-1-6-251015', modelSlug: asModelSlug('bytedance/seed-1.6') },
    {
      providerModelId: 'doubao-seed-1-6-flash-250828',
      modelSlug: asModelSlug('bytedance/seed-1.6-flash'),
    },
    {
      providerModelId: 'doubao-embedding-large-text-250515',
      modelSlug: asModelSlug('bytedance/doubao-embedding-large'),
    },
    { providerModelId: 'doubao-seedream-4-0-250828', modelSlug: asModelSlug('bytedance/seedream-4.0') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
      IMAGE_GENERATION: openAiImages({
        countField: 'none',
        supportsSeed: true,
        edits: { field: 'image' },
        unsupported: ['quality', 'style', 'background', 'format'],
      }),
    },
    modelsPath: 'none',
  },
};
