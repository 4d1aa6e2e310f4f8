import { builder } from '../builder.ts';
import { readOutput } from '../inputs/completion-command.ts';
import { OutputInput } from '../inputs/completion-input.ts';
import { MessageInput, ToolInput } from '../inputs/message-input.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { readMessages, readTool } from '../inputs/read-message.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { OF_OPERATION, type Performed, perform } from './perform.ts';

const CountTokensInput = builder.inputType('CountTokensInput', {
  description: 'Which prompt to count, for which model.',
  fields: (t) => ({
    ...operationOptions(t),
    messages: t.field({ type: [MessageInput], required: true, description: 'The conversation.' }),
    tools: t.field({ type: [ToolInput], description: 'What the model may call: it counts too.' }),
    output: t.field({ type: OutputInput, description: 'Form of the output: a schema counts too.' }),
  }),
});

const TokenCountMethodEnum = builder.enumType('TokenCountMethod', {
  description: 'Who counted tokens.',
  values: {
    PROVIDER: { description: 'The provider, for this model.' },
    ESTIMATE: { description: 'This server, with a tokenizer of a near relative.' },
  },
});

const TokenCountRef = builder.objectRef<Performed<'TOKEN_COUNT'>>('TokenCount').implement({
  description: 'How many tokens a prompt has.',
  fields: (t) => ({
    inputTokens: t.field({
      type: 'NonNegativeInt',
      description: 'Tokens of the whole prompt; see `method` for who counted.',
      resolve: ({ result }) => result.inputTokens,
    }),
    method: t.field({
      type: TokenCountMethodEnum,
      description: 'Who counted.',
      resolve: ({ result }) => result.method,
    }),
    operation: t.field({ type: OperationRef, description: OF_OPERATION, resolve: (performed) => performed }),
  }),
});

builder.mutationField('countTokens', (t) =>
  t.field({
    type: TokenCountRef,
    description: 'Counts the tokens of a prompt without asking the model. Closing the connection cancels it.',
    args: { input: t.arg({ type: CountTokensInput, required: true, description: 'What to count.' }) },
    errors: orCompletionErrors('CountTokensResult', 'The count, or why it failed.'),
    resolve: (_root, { input }, context) =>
      perform(context, 'TOKEN_COUNT', input, () => {
        const output = readOutput(input.output);
        return {
          messages: readMessages(input.messages),
          tools: (input.tools ?? []).map(readTool),
          ...(output !== undefined && { output }),
        };
      }),
  }),
);
