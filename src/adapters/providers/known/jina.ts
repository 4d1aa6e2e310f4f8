import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({});

export const jina: KnownProvider = {
  id: asProviderId('jina'),
  name: 'Jina AI',
  kind: 'LAB',
  baseUrl: 'https://api.jina.ai/v1',
  keyVariables: ['JINA_API_KEY'],
  docsUrl: 'https://jina.ai/embeddings',
  offerings: [
    { providerModelId: 'jina-embeddings-v4', modelSlug: asModelSlug('jina/jina-embeddings-v4') },
    { providerModelId: 'jina-embeddings-v3', modelSlug: asModelSlug('jina/jina-embeddings-v3') },
    { providerModelId: 'jina-reranker-v3', modelSlug: asModelSlug('jina/jina-reranker-v3') },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    completes: false,
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings({
        purposes: {
          field: 'task',
          words: {
            QUERY: 'retrieval.query',
            DOCUMENT: 'retrieval.passage',
            SIMILARITY: 'text-matching',
            CLASSIFICATION: 'classification',
            CLUSTERING: 'separation',
          },
        },
      }),
      RERANK: commonRerank(),
    },
    modelsPath: 'none',
  },
};
