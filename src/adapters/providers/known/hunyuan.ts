import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  reasoningRequest: 'none',
  thinkingSwitch: 'enable_thinking',
  structuredOutput: 'prompt',
  unsupported: ['frequencyPenalty', 'presencePenalty', 'parallelToolCalls', 'logprobs', 'user'],
});

export const hunyuan: KnownProvider = {
  id: asProviderId('hunyuan'),
  name: 'Tencent Hunyuan',
  kind: 'CLOUD',
  baseUrl: 'https://api.hunyuan.cloud.tencent.com/v1',
  keyVariables: ['HUNYUAN_API_KEY'],
  aliases: ['tencent'],
  docsUrl: 'https://cloud.tencent.com/document/product/1729',
  region: 'CN',
  offerings: [
    { providerModelId: 'hunyuan-turbos-latest', modelSlug: asModelSlug('tencent/hunyuan-turbos') },
    { providerModelId: 'hunyuan-t1-latest', modelSlug: asModelSlug('tencent/hunyuan-t1') },
    { providerModelId: 'hunyuan-a13b', modelSlug: asModelSlug('tencent/hunyuan-a13b-instruct') },
    { providerModelId: 'hunyuan-embedding', modelSlug: asModelSlug('tencent/hunyuan-embedding') },
  ],
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
