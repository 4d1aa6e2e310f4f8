import type { RerankResult } from '../../../domain/operation.ts';
import { builder } from '../builder.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { present } from '../present.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { OF_OPERATION, type Performed, perform } from './perform.ts';

const RerankInput = builder.inputType('RerankInput', {
  description: 'Which documents to sort by relevance to what.',
  fields: (t) => ({
    ...operationOptions(t),
    query: t.string({ required: true, description: 'What is looked for.' }),
    documents: t.stringList({ required: true, description: '1 to 10,000 texts.' }),
    topN: t.int({ description: 'Only so many of the best; all of them if not given.' }),
  }),
});

const RankedDocumentRef = builder.objectRef<RerankResult['ranking'][number]>('RankedDocument').implement({
  description: 'A document and how relevant it is.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place in `documents`, counted from 0.' }),
    score: t.exposeFloat('score', {
      description: 'Relevance, as the provider gives it; to be compared within one ranking alone.',
    }),
  }),
});

const RerankingRef = builder.objectRef<Performed<'RERANK'>>('Reranking').implement({
  description: 'Documents by relevance.',
  fields: (t) => ({
    ranking: t.field({
      type: [RankedDocumentRef],
      description: 'The most relevant first.',
      resolve: ({ result }) => [...result.ranking],
    }),
    operation: t.field({ type: OperationRef, description: OF_OPERATION, resolve: (performed) => performed }),
  }),
});

builder.mutationField('rerank', (t) =>
  t.field({
    type: RerankingRef,
    description: 'Sorts documents by relevance. Closing the connection cancels it.',
    args: { input: t.arg({ type: RerankInput, required: true, description: 'What to sort.' }) },
    errors: orCompletionErrors('RerankResult', 'The ranking, or why it failed.'),
    resolve: (_root, { input }, context) =>
      perform(context, 'RERANK', input, () => {
        const { query, documents, topN } = input;
        return { query, documents, ...present({ topN }) };
      }),
  }),
);
