import { createContentFold } from '../../../domain/completion-content.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import { builder } from '../builder.ts';
import { completionErrorData } from '../errors.ts';
import { completionCommand, under } from '../inputs/completion-command.ts';
import { CompletionInput } from '../inputs/completion-input.ts';
import { reportError } from '../reported-errors.ts';
import { CompletionEventUnion, type CompletionEventView } from '../types/completion-event.ts';

/** Adds what was said to the last event. Returning early returns the source early, even while it waits. */
const withContent = (
  events: AsyncIterableIterator<CompletionEvent>,
): AsyncIterableIterator<CompletionEventView> => {
  const fold = createContentFold();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await events.next();
      if (result.done) return { done: true, value: undefined };
      const event = result.value;
      if (event.type === 'finished') return { done: false, value: { ...event, content: fold.content() } };
      // The graph passes no client's request on, so that none comes.
      if (event.type === 'verbatim') return this.next();
      fold.add(event);
      return { done: false, value: event };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
};

async function* only(event: CompletionEventView): AsyncGenerator<CompletionEventView, void> {
  yield event;
}

builder.subscriptionField('completion', (t) =>
  t.field({
    type: CompletionEventUnion,
    description:
      'Asks a model and streams the answer, token by token. Unsubscribing or losing the connection closes the request to the provider at once, unless `onDisconnect` says otherwise. Leaves one row in the ledger.',
    args: {
      input: t.arg({ type: CompletionInput, required: true, description: 'What to ask of which model.' }),
    },
    subscribe: (_root, { input }, { gateway, caller, timeouts, trace, headers }) => {
      const parsed = completionCommand(input, timeouts, 'STREAM');
      if (parsed.kind === 'REFUSED') return only({ type: 'failed', error: parsed });
      return withContent(
        gateway.complete(caller, under({ trace, headers }, parsed.value.command), parsed.value.coalesceMs),
      );
    },
    resolve: (event, _args, context, info) => {
      if (event.type === 'failed') reportError(completionErrorData(event.error, event.record), context, info);
      return event;
    },
  }),
);
