import type { ContentEvent, UsageEvent } from '../../domain/content-event.ts';

export type AnswerEvent = ContentEvent | UsageEvent;

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
      return false;
  }
};

/** Whether it makes its attempt the one to go on with, where there are others. */
export const isGood = (event: AnswerEvent): boolean => event.type !== 'refusalDelta' && hasContent(event);

/** English text has about so many. */
const CHARACTERS_PER_TOKEN = 4;

/** About how many tokens an answer has so far. */
export type AnswerMeasure = {
  add(event: AnswerEvent): void;
  tokens(): number;
};

export const createAnswerMeasure = (): AnswerMeasure => {
  let characters = 0;
  const argumentsOf = new Map<number, number>();
  const addArguments = (index: number, length: number): void => {
    characters += length;
    argumentsOf.set(index, (argumentsOf.get(index) ?? 0) + length);
  };
  return {
    add(event) {
      switch (event.type) {
        case 'textDelta':
        case 'reasoningDelta':
        case 'refusalDelta':
          characters += event.text.length;
          break;
        case 'toolCallStarted':
          characters += event.name.length;
          break;
        case 'toolCallDelta':
          addArguments(event.index, event.argumentsDelta.length);
          break;
        case 'toolCallEnded': {
          // Says again what came in deltas, if any did.
          const missing = event.arguments.length - (argumentsOf.get(event.index) ?? 0);
          if (missing > 0) addArguments(event.index, missing);
          break;
        }
        case 'source':
        case 'usageUpdated':
          break;
      }
    },
    tokens: () => Math.ceil(characters / CHARACTERS_PER_TOKEN),
  };
};
