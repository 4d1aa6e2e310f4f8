import { GraphQLError } from 'graphql';
import { createContentFold } from '../../../domain/completion-content.ts';
import { builder } from '../builder.ts';
import { completionError } from '../errors.ts';
import { completionCommand, under } from '../inputs/completion-command.ts';
import { CompletionInput } from '../inputs/completion-input.ts';
import { CompletionRef } from '../refs.ts';
import { COMPLETION_ERRORS } from '../types/completion-event.ts';

builder.mutationField('complete', (t) =>
  t.field({
    type: CompletionRef,
    description:
      'Asks a model and answers when it is done. Leaves one row in the ledger. Closing the connection cancels it, and the provider is no longer asked, unless `onDisconnect` says otherwise.',
    args: {
      input: t.arg({ type: CompletionInput, required: true, description: 'What to ask of which model.' }),
    },
    errors: {
      types: [...COMPLETION_ERRORS],
      union: { name: 'CompleteResult', description: 'A completion, or why it failed.' },
    },
    resolve: async (_root, { input }, { gateway, caller, timeouts, gone, trace }) => {
      const parsed = completionCommand(input, timeouts, 'WHOLE');
      if (parsed.kind === 'REFUSED') throw completionError(parsed, undefined);
      const fold = createContentFold();
      const events = gateway.complete(caller, under(trace, parsed.value.command));
      const cancel = (): void => void events.return?.();
      gone.addEventListener('abort', cancel, { once: true });
      try {
        while (!gone.aborted) {
          const { done, value: event } = await events.next();
          if (done === true) break;
          if (event.type === 'finished') return { record: event.record, content: fold.content() };
          if (event.type === 'failed') throw completionError(event.error, event.record);
          fold.add(event);
        }
      } finally {
        gone.removeEventListener('abort', cancel);
      }
      // Nobody reads this: the client has gone, and its completion is cancelled, or goes on, and is recorded.
      throw new GraphQLError('The client left before the answer.', { extensions: { code: 'CLIENT_LEFT' } });
    },
  }),
);
