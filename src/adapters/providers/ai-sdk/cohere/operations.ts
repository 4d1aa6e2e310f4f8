import type { EmbeddingPurpose, EmbeddingRequest } from '../../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../../domain/usage.ts';
import type { OperationAdapters } from '../../../../ports/provider.ts';
import { countAt, objectAt } from '../../../../wire/json-reading.ts';
import { aiSdkEmbedding } from '../embedding.ts';
import type { ExchangeRules } from '../exchange.ts';
import type { Answered, Performance } from '../perform.ts';
import { aiSdkReranking } from '../reranking.ts';
import { cohereFailure } from './errors.ts';
import type { ConnectCohere } from './language.ts';

/** Cohere must be told a purpose; without one it is taken for a document, of which there are more. */
const COHERE_PURPOSES: { readonly [Purpose in EmbeddingPurpose]?: string } = {
  QUERY: 'search_query',
  DOCUMENT: 'search_document',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
};

const RULES: ExchangeRules = { failureOf: cohereFailure };

const billed = (answered: Answered): Usage | undefined => {
  const units = objectAt(objectAt(answered.json(), 'meta'), 'billed_units');
  const input = countAt(units, 'input_tokens');
  const requests = countAt(units, 'search_units');
  return input === undefined && requests === undefined
    ? undefined
    : usageOf({ ...(input !== undefined && { input }), ...(requests !== undefined && { requests }) });
};

const LENGTHS: readonly number[] = [256, 512, 1_024, 1_536];
/** Of the models so far, those from the fourth generation on let the length be chosen. */
const choosesLength = (model: string): boolean => /embed-v[4-9]/.test(model);

const unsupportedEmbedding = (model: string, { dimensions, purpose }: EmbeddingRequest) => [
  ...(dimensions === undefined || (choosesLength(model) && LENGTHS.includes(dimensions))
    ? []
    : [
        {
          name: 'dimensions',
          problem: choosesLength(model)
            ? `this model makes vectors of ${LENGTHS.join(', ')}`
            : 'the vectors of this model have one length only',
        },
      ]),
  ...(purpose === undefined || COHERE_PURPOSES[purpose] !== undefined
    ? []
    : [{ name: 'purpose', problem: 'Cohere does not tell this purpose from others' }]),
];

export const cohereOperations = (connect: ConnectCohere, performance: Performance): OperationAdapters => ({
  EMBEDDING: aiSdkEmbedding(performance, {
    model: (fetch, providerModelId) => connect(fetch).embeddingModel(providerModelId),
    unsupported: unsupportedEmbedding,
    rules: {
      ...RULES,
      // The package fails an answer that does not say what is billed.
      admit: (answer) => ({
        embeddings: { float: objectAt(answer, 'embeddings')?.float ?? [] },
        meta: { billed_units: { input_tokens: 0 } },
      }),
    },
    options: (_providerModelId, { purpose, dimensions }) => ({
      cohere: {
        inputType: COHERE_PURPOSES[purpose ?? 'DOCUMENT'] ?? 'search_document',
        // A text that is too long is an error, rather than cut without a word.
        truncate: 'NONE',
        ...(dimensions !== undefined && { outputDimension: dimensions }),
      },
    }),
    usage: billed,
  }),
  RERANK: aiSdkReranking(performance, {
    model: (fetch, providerModelId) => connect(fetch).rerankingModel(providerModelId),
    rules: RULES,
    usage: billed,
  }),
});
