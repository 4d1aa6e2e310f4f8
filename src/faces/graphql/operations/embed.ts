import type { EmbeddingPurpose } from '../../../domain/operation.ts';
import { builder } from '../builder.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { present } from '../present.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { OF_OPERATION, type Performed, perform } from './perform.ts';

const EmbeddingPurposeEnum = builder.enumType('EmbeddingPurpose', {
  description:
    'The purpose of the vectors; providers that distinguish purposes give better ones if it is stated.',
  values: {
    QUERY: { description: 'What is searched for.' },
    DOCUMENT: { description: 'What is searched in.' },
    SIMILARITY: { description: 'Comparing texts.' },
    CLASSIFICATION: { description: 'Sorting texts into classes.' },
    CLUSTERING: { description: 'Finding groups of texts.' },
  } satisfies { [Purpose in EmbeddingPurpose]: { description: string } },
});

const EmbedInput = builder.inputType('EmbedInput', {
  description: 'Which texts to turn into vectors, by which model.',
  fields: (t) => ({
    ...operationOptions(t),
    inputs: t.stringList({ required: true, description: '1 to 2,048 texts; each gives one vector.' }),
    dimensions: t.int({
      description: 'Length of the vectors, 1 to 65,536, where the model lets it be chosen.',
    }),
    purpose: t.field({ type: EmbeddingPurposeEnum, description: 'What the vectors are for.' }),
  }),
});

const EmbeddingRef = builder.objectRef<Performed<'EMBEDDING'>>('Embedding').implement({
  description: 'Vectors of texts.',
  fields: (t) => ({
    vectors: t.field({
      type: ['Vector'],
      description: 'One for each input, in their order, as the provider gave them.',
      resolve: ({ result }) => result.vectors,
    }),
    operation: t.field({ type: OperationRef, description: OF_OPERATION, resolve: (performed) => performed }),
  }),
});

builder.mutationField('embed', (t) =>
  t.field({
    type: EmbeddingRef,
    description: 'Turns texts into vectors. Closing the connection cancels it.',
    args: { input: t.arg({ type: EmbedInput, required: true, description: 'What to embed.' }) },
    errors: orCompletionErrors('EmbedResult', 'Vectors, or why it failed.'),
    resolve: (_root, { input }, context) =>
      perform(context, 'EMBEDDING', input, () => {
        const { inputs, dimensions, purpose } = input;
        return { inputs, ...present({ dimensions, purpose }) };
      }),
  }),
);
