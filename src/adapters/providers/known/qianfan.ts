import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  reasoningRequest: 'none',
  thinkingSwitch: 'enable_thinking',
  unsupported: ['logprobs'],
});

export const qianfan: KnownProvider = {
  id: asProviderId('qianfan'),
  name: 'Baidu Qianfan',
  kind: 'CLOUD',
  baseUrl: 'https://qianfan.baidubce.com/v2',
  keyVariables: ['QIANFAN_API_KEY'],
  aliases: ['baidu'],
  docsUrl: 'https://cloud.baidu.com/doc/qianfan-api/index.html',
  region: 'CN',
  offerings: [
    { providerModelId: 'ernie-4.5-turbo-128k', modelSlug: asModelSlug('baidu/ernie-4.5-turbo') },
    { providerModelId: 'ernie-x1-turbo-32k', modelSlug: asModelSlug('baidu/ernie-x1-turbo') },
    { providerModelId: 'embedding-v1', modelSlug: asModelSlug('baidu/embedding-v1') },
    { providerModelId: 'irag-1.0', modelSlug: asModelSlug('baidu/irag-1.0') },
    { providerModelId: 'bce-reranker-base', modelSlug: asModelSlug('baidu/bce-reranker-base') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({ dimensionsField: 'none' }),
      IMAGE_GENERATION: openAiImages({
        responseFormat: 'none',
        edits: 'NONE',
        unsupported: ['quality', 'style', 'background', 'format'],
      }),
      RERANK: commonRerank(),
    },
  },
};
