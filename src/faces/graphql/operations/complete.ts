import { GraphQLError } from 'graphql';
import type { Caller } from '../../../domain/caller.ts';
import { createContentFold } from '../../../domain/completion-content.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import type { CompletionCommand } from '../../../gateway/completion-command.ts';
import type { Gateway } from '../../../gateway/gateway.ts';
import type { Run, RunSink } from '../../../gateway/runs/run.ts';
import { builder } from '../builder.ts';
import { completionError } from '../errors.ts';
import { completionCommand, under } from '../inputs/completion-command.ts';
import { CompletionInput } from '../inputs/completion-input.ts';
import { CompletionRef, type OperationView } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';

/** Puts a completion together as it comes, for whoever waits for the whole of it. */
class WholeCompletion implements RunSink {
  readonly #fold = createContentFold();
  readonly #answer = Promise.withResolvers<OperationView>();
  readonly #gone: AbortSignal;
  readonly #run: Run;

  /** Not where the client has gone already. */
  constructor(gateway: Pick<Gateway, 'run'>, caller: Caller, command: CompletionCommand, gone: AbortSignal) {
    this.#gone = gone;
    gone.addEventListener('abort', this.#leave);
    this.#run = gateway.run(caller, command, this);
  }

  /** Rejects where the client leaves: its completion is cancelled, or goes on, and is recorded. */
  get answer(): Promise<OperationView> {
    return this.#answer.promise;
  }

  event(event: CompletionEvent): void {
    if (event.type === 'finished') {
      this.#over();
      this.#answer.resolve({ record: event.record, content: this.#fold.content() });
    } else if (event.type === 'failed') this.broke(completionError(event.error, event.record));
    else this.#fold.add(event);
  }

  broke(error: unknown): void {
    this.#over();
    this.#answer.reject(error);
  }

  #over(): void {
    this.#gone.removeEventListener('abort', this.#leave);
  }

  readonly #leave = (): void => {
    this.#run.leave();
    this.broke(clientLeft());
  };
}

/** Nobody reads it. */
const clientLeft = (): GraphQLError =>
  new GraphQLError('The client left before the answer.', { extensions: { code: 'CLIENT_LEFT' } });

builder.mutationField('complete', (t) =>
  t.field({
    type: CompletionRef,
    description:
      'Asks a model and answers when it is done. Leaves one row in the ledger. Closing the connection cancels it, and the provider is no longer asked, unless `onDisconnect` says otherwise.',
    args: {
      input: t.arg({ type: CompletionInput, required: true, description: 'What to ask of which model.' }),
    },
    errors: orCompletionErrors('CompleteResult', 'A completion, or why it failed.'),
    resolve: (_root, { input }, { gateway, caller, timeouts, gone, trace, headers }) => {
      const parsed = completionCommand(input, timeouts, 'WHOLE');
      if (parsed.kind === 'REFUSED') throw completionError(parsed, undefined);
      if (gone.aborted) throw clientLeft();
      return new WholeCompletion(gateway, caller, under({ trace, headers }, parsed.value.command), gone)
        .answer;
    },
  }),
);
