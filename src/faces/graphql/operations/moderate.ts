import type { ModerationCategory, ModerationResult, OperationInputs } from '../../../domain/operation.ts';
import { builder } from '../builder.ts';
import { MediaInput } from '../inputs/media-input.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { readMedia } from '../inputs/read-media.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { OF_OPERATION, type Performed, perform } from './perform.ts';

const ModeratedInput = builder.inputType('ModeratedInput', {
  description: 'What to judge: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'A text.' }),
    image: t.field({ type: MediaInput, description: 'An image.' }),
  }),
});

const ModerateInput = builder.inputType('ModerateInput', {
  description: 'What to judge, by which model.',
  fields: (t) => ({
    ...operationOptions(t),
    inputs: t.field({
      type: [ModeratedInput],
      required: true,
      description: '1 to 2,048; each is judged on its own where the provider does so.',
    }),
  }),
});

const ModerationCategoryRef = builder.objectRef<ModerationCategory>('ModerationCategory').implement({
  description: 'One sort of harm.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "The provider's own name, e.g. `self-harm/intent`." }),
    flagged: t.exposeBoolean('flagged', { description: 'Whether the provider finds it there.' }),
    score: t.float({
      nullable: true,
      description: 'How sure it is, 0 to 1; null if it does not say.',
      resolve: ({ score }) => score,
    }),
  }),
});

const ModerationVerdictRef = builder
  .objectRef<ModerationResult['verdicts'][number]>('ModerationVerdict')
  .implement({
    description: 'What a provider thinks of one input.',
    fields: (t) => ({
      flagged: t.exposeBoolean('flagged', { description: 'Whether any sort of harm was found.' }),
      categories: t.field({
        type: [ModerationCategoryRef],
        description: 'Every sort that the provider looks for.',
        resolve: ({ categories }) => [...categories],
      }),
    }),
  });

const ModerationRef = builder.objectRef<Performed<'MODERATION'>>('Moderation').implement({
  description: 'Whether content is harmful.',
  fields: (t) => ({
    verdicts: t.field({
      type: [ModerationVerdictRef],
      description: 'In the order of the inputs; one for all of them where the provider judges them together.',
      resolve: ({ result }) => [...result.verdicts],
    }),
    operation: t.field({ type: OperationRef, description: OF_OPERATION, resolve: (performed) => performed }),
  }),
});

builder.mutationField('moderate', (t) =>
  t.field({
    type: ModerationRef,
    description: 'Judges whether content is harmful. Closing the connection cancels it.',
    args: { input: t.arg({ type: ModerateInput, required: true, description: 'What to judge.' }) },
    errors: orCompletionErrors('ModerateResult', 'Verdicts, or why it failed.'),
    resolve: (_root, { input }, context) =>
      perform(context, 'MODERATION', input, () => ({
        inputs: input.inputs.map(({ text, image }, index): OperationInputs['MODERATION']['inputs'][number] =>
          image == null
            ? { kind: 'text', text: text ?? '' }
            : { kind: 'image', image: readMedia(`inputs[${index}].image`, image) },
        ),
      })),
  }),
);
