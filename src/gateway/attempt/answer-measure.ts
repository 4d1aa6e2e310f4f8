import type { VerbatimEvent } from '../../domain/client-request.ts';
import type { ContentEvent, UsageEvent } from '../../domain/content-event.ts';

export type AnswerEvent = ContentEvent | UsageEvent | VerbatimEvent;

/** Whether a client would see anything of it: a delta without text says nothing. */
export const hasContent = (event: AnswerEvent): boolean => {
  switch (event.type) {
    case 'textDelta':
      return event.text !== '' || event.logprobs !== undefined;
    case 'reasoningDelta':
      return event.text !== '' || event.signature !== undefined || event.redacted === true;
    case 'refusalDelta':
      return event.text !== '';
    case 'toolCallDelta':
      return event.argumentsDelta !== '';
    case 'toolCallStarted':
    case 'toolCallEnded':
    case 'source':
      return true;
    case 'usageUpdated':
    // Its content comes in the events that were read from it.
    case 'verbatim':
      return false;
  }
};

/** Whether it makes its attempt the one to go on with, where there are others. */
export const isGood = (event: AnswerEvent): boolean => event.type !== 'refusalDelta' && hasContent(event);

/** English text has about so many. */
const CHARACTERS_PER_TOKEN = 4;

/** About how many tokens an answer has so far. */
export class AnswerMeasure {
  #characters = 0;
  /** Of each tool call, by its index. */
  #argumentsOf: Map<number, number> | undefined;

  add(event: AnswerEvent): void {
    switch (event.type) {
      case 'textDelta':
      case 'reasoningDelta':
      case 'refusalDelta':
        this.#characters += event.text.length;
        return;
      case 'toolCallStarted':
        this.#characters += event.name.length;
        return;
      case 'toolCallDelta':
        this.#addArguments(event.index, event.argumentsDelta.length);
        return;
      case 'toolCallEnded': {
        // Says again what came in deltas, if any did.
        const missing = event.arguments.length - (this.#argumentsOf?.get(event.index) ?? 0);
        if (missing > 0) this.#addArguments(event.index, missing);
        return;
      }
      case 'source':
      case 'usageUpdated':
      case 'verbatim':
        return;
    }
  }

  tokens(): number {
    return Math.ceil(this.#characters / CHARACTERS_PER_TOKEN);
  }

  #addArguments(index: number, length: number): void {
    this.#characters += length;
    this.#argumentsOf ??= new Map();
    this.#argumentsOf.set(index, (this.#argumentsOf.get(index) ?? 0) + length);
  }
}
