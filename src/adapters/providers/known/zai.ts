import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  // Thinking is turned on by a field of its own, not by an effort.
  reasoningRequest: 'none',
  structuredOutput: 'json_object',
  unsupported: ['seed', 'frequencyPenalty', 'presencePenalty', 'parallelToolCalls', 'logprobs', 'user'],
  promptCaching: 'automatic',
  supportsAudio: false,
});

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
    codec: () => CODEC,
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
