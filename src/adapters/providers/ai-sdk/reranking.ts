import type { RerankingModelV4 } from '@ai-sdk/provider';
import type { RerankRequest } from '../../../domain/operation.ts';
import type { Usage } from '../../../domain/usage.ts';
import type { Warning } from '../../../domain/warning.ts';
import type { OperationAdapter } from '../../../ports/provider.ts';
import type { ExchangeRules } from './exchange.ts';
import { type Answered, aiSdkOperation, type Performance } from './perform.ts';
import { readWarning } from './sdk-warnings.ts';

export type RerankingSpec = {
  model(fetch: typeof globalThis.fetch, providerModelId: string): RerankingModelV4;
  rules: ExchangeRules;
  usage(answered: Answered, request: RerankRequest): Usage | undefined;
  /** What is worth knowing of the answer. */
  warnings?(answered: Answered): readonly Warning[];
};

export const aiSdkReranking = (performance: Performance, spec: RerankingSpec): OperationAdapter<'RERANK'> =>
  aiSdkOperation<'RERANK'>(performance, {
    unsupported: () => [],
    answers: 'JSON',
    rules: () => spec.rules,
    async run(fetch, providerModelId, request, answered) {
      const { query, documents, topN } = request;
      const {
        ranking,
        response,
        warnings = [],
      } = await spec.model(fetch, providerModelId).doRerank({
        query,
        documents: { type: 'text', values: [...documents] },
        ...(topN !== undefined && { topN }),
      });
      return {
        result: {
          ranking: [...ranking]
            .sort((one, other) => other.relevanceScore - one.relevanceScore)
            .map(({ index, relevanceScore }) => ({ index, score: relevanceScore })),
        },
        usage: spec.usage(answered, request),
        warnings: [...warnings.map(readWarning), ...(spec.warnings?.(answered) ?? [])],
        providerResponseId: response?.id,
      };
    },
  });
