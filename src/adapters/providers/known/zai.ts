import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { glmCodec } from '../glm.ts';
import type { KnownProvider } from '../known-provider.ts';

export const zai: KnownProvider = {
  id: asProviderId('zai'),
  name: 'Z.ai',
  kind: 'LAB',
  baseUrl: 'https://api.z.ai/api/paas/v4',
  keyVariables: ['ZAI_API_KEY'],
  docsUrl: 'https://docs.z.ai',
  offerings: [{ providerModelId: 'cogview-4-250304', modelSlug: asModelSlug('zhipuai/cogview-4') }],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: glmCodec,
    operations: {
      IMAGE_GENERATION: openAiImages({
        responseFormat: 'none',
        countField: 'none',
        edits: 'NONE',
        unsupported: ['style', 'background', 'format'],
      }),
    },
    modelsPath: 'none',
  },
};
