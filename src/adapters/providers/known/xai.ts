import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
  promptCaching: 'automatic',
});

export const xai: KnownProvider = {
  id: asProviderId('xai'),
  name: 'xAI',
  kind: 'LAB',
  baseUrl: 'https://api.x.ai/v1',
  keyVariables: ['XAI_API_KEY'],
  seedId: 'x-ai',
  docsUrl: 'https://docs.x.ai',
  offerings: [{ providerModelId: 'grok-imagine-image', modelSlug: asModelSlug('xai/grok-imagine-image') }],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      IMAGE_GENERATION: openAiImages({
        sizeField: 'none',
        aspectRatioField: 'aspect_ratio',
        edits: 'NONE',
        unsupported: ['quality', 'style', 'background', 'outputFormat'],
      }),
    },
  },
};
