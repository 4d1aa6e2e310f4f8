import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { ContentEvent } from '../../domain/content-event.ts';
import { madeUpCallId } from '../../domain/made-up-call-id.ts';

type ToolCallEvent = Extract<ContentEvent, { readonly id: string }>;

/**
 * Ids of the tool calls of one answer. Some servers number the calls of each answer anew: an id that another call of the
 * conversation has is replaced, as clients look results up by it.
 */
export class CallIds {
  /** Of the conversation and of this answer. */
  readonly #used = new Set<string>();
  readonly #byIndex = new Map<number, string>();

  constructor({ messages }: Pick<CompletionRequest, 'messages'>) {
    for (const message of messages)
      if (message.role === 'assistant') for (const { id } of message.toolCalls) this.#used.add(id);
  }

  unique<Event extends ToolCallEvent>(event: Event): Event {
    let id = this.#byIndex.get(event.index);
    if (id === undefined) {
      id = this.#used.has(event.id) ? madeUpCallId() : event.id;
      this.#used.add(id);
      this.#byIndex.set(event.index, id);
    }
    return id === event.id ? event : { ...event, id };
  }
}
