import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import type { UpstreamCodec } from '../../../wire/codec.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC: UpstreamCodec = {
  ...createOpenAiCodec({ promptCaching: 'markers' }),
  // `Authorization` would be taken for the key of the provider behind it.
  authorization: (apiKey) => ({ 'x-portkey-api-key': apiKey }),
};

/** A model is called by the operator's own name for a provider and the provider's for it: `@openai/gpt-4o-mini`. */
export const portkey: KnownProvider = {
  id: asProviderId('portkey'),
  name: 'Portkey',
  kind: 'AGGREGATOR',
  baseUrl: 'https://api.portkey.ai/v1',
  keyVariables: ['PORTKEY_API_KEY'],
  docsUrl: 'https://portkey.ai/docs',
  offerings: [
    { providerModelId: '@openai/gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
    { providerModelId: '@openai/gpt-4o', modelSlug: asModelSlug('openai/gpt-4o') },
    {
      providerModelId: '@anthropic/claude-sonnet-4-5',
      modelSlug: asModelSlug('anthropic/claude-sonnet-4-5'),
    },
    { providerModelId: '@google/gemini-2.5-flash', modelSlug: asModelSlug('google/gemini-2.5-flash') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages(),
      SPEECH: openAiSpeech(),
      TRANSCRIPTION: openAiTranscription(),
    },
  },
};
