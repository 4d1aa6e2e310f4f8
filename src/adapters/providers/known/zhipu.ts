import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import { glmCodec } from '../glm.ts';
import type { KnownProvider } from '../known-provider.ts';

export const zhipu: KnownProvider = {
  id: asProviderId('zhipu'),
  name: 'Zhipu AI',
  kind: 'LAB',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  keyVariables: ['ZHIPU_API_KEY', 'ZHIPUAI_API_KEY'],
  aliases: ['bigmodel', 'zhipuai'],
  docsUrl: 'https://docs.bigmodel.cn',
  region: 'CN',
  offerings: [
    { providerModelId: 'embedding-3', modelSlug: asModelSlug('zhipuai/embedding-3') },
    { providerModelId: 'cogview-4', modelSlug: asModelSlug('zhipuai/cogview-4') },
    { providerModelId: 'rerank', modelSlug: asModelSlug('zhipuai/rerank') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: glmCodec,
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages({
        responseFormat: 'none',
        countField: 'none',
        edits: 'NONE',
        unsupported: ['style', 'background', 'format'],
      }),
      RERANK: commonRerank(),
    },
    modelsPath: 'none',
  },
};
