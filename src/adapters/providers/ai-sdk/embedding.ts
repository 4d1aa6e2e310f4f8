import type { EmbeddingModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { failureOf } from '../../../domain/failure.ts';
import type { EmbeddingRequest } from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import type { OperationAdapter } from '../../../ports/provider.ts';
import type { ExchangeRules } from './exchange.ts';
import { type Answered, aiSdkOperation, OperationFailure, type Performance } from './perform.ts';
import { readWarning } from './sdk-warnings.ts';

export type EmbeddingSpec = {
  model(fetch: typeof globalThis.fetch, providerModelId: string): EmbeddingModelV4;
  unsupported: OperationAdapter<'EMBEDDING'>['unsupported'];
  rules: ExchangeRules;
  options(providerModelId: string, request: EmbeddingRequest): SharedV4ProviderOptions;
  /** Default: the input tokens that the package read. */
  usage?(answered: Answered): Usage | undefined;
};

/** Vectors through a package. More inputs than one request takes are a failure that says how many it takes. */
export const aiSdkEmbedding = (
  performance: Performance,
  spec: EmbeddingSpec,
): OperationAdapter<'EMBEDDING'> =>
  aiSdkOperation<'EMBEDDING'>(performance, {
    unsupported: spec.unsupported,
    answers: 'JSON',
    rules: () => spec.rules,
    async run(fetch, providerModelId, request, answered) {
      const model = spec.model(fetch, providerModelId);
      const most = await model.maxEmbeddingsPerCall;
      if (most !== undefined && request.inputs.length > most)
        throw new OperationFailure(
          failureOf(
            'INVALID_REQUEST',
            `The provider takes at most ${most} inputs for this model at a time.`,
            { retry: 'ELSEWHERE' },
          ),
        );
      const { embeddings, usage, warnings } = await model.doEmbed({
        values: [...request.inputs],
        providerOptions: spec.options(providerModelId, request),
      });
      if (embeddings.length !== request.inputs.length)
        throw new OperationFailure(failureOf('SERVER_ERROR', 'There are not as many vectors as inputs.'));
      const tokens = usage?.tokens;
      const counted =
        tokens === undefined || !Number.isSafeInteger(tokens) || tokens < 0
          ? undefined
          : usageOf({ input: tokens });
      return {
        result: { vectors: embeddings },
        usage: spec.usage === undefined ? counted : spec.usage(answered),
        warnings: warnings.map(readWarning),
      };
    },
  });
