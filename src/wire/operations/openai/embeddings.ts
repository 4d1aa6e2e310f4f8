import type { EmbeddingPurpose } from '../../../domain/operation.ts';
import { usageOf } from '../../../domain/usage.ts';
import { countAt, objectAt, objectsAt } from '../../json-reading.ts';
import { given } from '../../json-writing.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { decodeJson, done, factsIn } from '../answers.ts';
import { jsonCall } from '../calls.ts';
import { defineOperation } from '../define-operation.ts';
import { vectorsIn } from '../vectors.ts';

/** In what servers differ. */
export type EmbeddingsQuirks = {
  /** Default `/embeddings`. */
  readonly path?: string;
  /** Where the length of vectors goes. Default `dimensions`; `none`: it cannot be chosen. */
  readonly dimensionsField?: 'dimensions' | 'output_dimension' | 'none';
  /** The member that says what vectors are for, and the server's words; a purpose without a word is unsupported. */
  readonly purposes?: {
    readonly field: string;
    readonly words: { readonly [Purpose in EmbeddingPurpose]?: string };
  };
  /** What is always sent along. */
  readonly constants?: { readonly [name: string]: string | number | boolean };
};

/** OpenAI's embeddings, as it and compatible servers have them. Numbers are asked for as each server gives them. */
export const openAiEmbeddings = (quirks: EmbeddingsQuirks = {}): OperationCodec<'EMBEDDING'> => {
  const dimensionsField = quirks.dimensionsField ?? 'dimensions';
  return defineOperation({
    problems: (model, { purpose }) => ({
      dimensions:
        dimensionsField === 'none' || model.includes('ada-002')
          ? 'the length of its vectors cannot be chosen'
          : undefined,
      purpose:
        quirks.purposes === undefined
          ? 'the provider does not tell purposes apart'
          : purpose !== undefined && quirks.purposes.words[purpose] === undefined
            ? `the provider has no word for ${purpose}`
            : undefined,
    }),
    encode: (model, { inputs, dimensions, purpose }) =>
      jsonCall(quirks.path ?? '/embeddings', {
        model,
        input: inputs,
        ...given(dimensionsField, dimensions),
        ...given(quirks.purposes?.field ?? '', purpose && quirks.purposes?.words[purpose]),
        ...quirks.constants,
      }),
    decode: ({ body }, { inputs }) =>
      decodeJson(body, (answer) => {
        const vectors = vectorsIn(objectsAt(answer, 'data'), 'embedding', inputs.length);
        if (vectors === undefined) return undefined;
        const usage = objectAt(answer, 'usage');
        const input = countAt(usage, 'prompt_tokens') ?? countAt(usage, 'total_tokens');
        return done<'EMBEDDING'>(
          { vectors },
          { ...factsIn(answer), usage: input === undefined ? undefined : usageOf({ input }) },
        );
      }),
  });
};
