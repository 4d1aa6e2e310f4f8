import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { voyageEmbeddings, voyageRerank } from '../../../wire/operations/voyage.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({});

export const voyage: KnownProvider = {
  id: asProviderId('voyage'),
  name: 'Voyage AI',
  kind: 'LAB',
  baseUrl: 'https://api.voyageai.com/v1',
  keyVariables: ['VOYAGE_API_KEY'],
  docsUrl: 'https://docs.voyageai.com',
  offerings: [
    { providerModelId: 'rerank-2.5', modelSlug: asModelSlug('voyageai/rerank-2.5') },
    { providerModelId: 'rerank-2.5-lite', modelSlug: asModelSlug('voyageai/rerank-2.5-lite') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    completes: false,
    codec: () => CODEC,
    operations: {
      EMBEDDING: voyageEmbeddings(),
      RERANK: voyageRerank(),
    },
    modelsPath: 'none',
  },
};
