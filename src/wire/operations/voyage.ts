import type { OperationCodec } from '../operation-codec.ts';
import { openAiEmbeddings } from './openai/embeddings.ts';
import { commonRerank } from './rerank.ts';

// Unless told not to, Voyage cuts texts that are too long and says nothing: an error is better.
const WHOLE_TEXTS = { truncation: false };

export const voyageEmbeddings = (): OperationCodec<'EMBEDDING'> =>
  openAiEmbeddings({
    dimensionsField: 'output_dimension',
    purposes: { field: 'input_type', words: { QUERY: 'query', DOCUMENT: 'document' } },
    constants: WHOLE_TEXTS,
  });

export const voyageRerank = (): OperationCodec<'RERANK'> =>
  commonRerank({ topNField: 'top_k', constants: WHOLE_TEXTS });
