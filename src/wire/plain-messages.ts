import type { PlainText } from '../domain/client-request.ts';
import type { Message } from '../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';

type PlainMessage = JsonObject & { readonly content: string };

const hasNothingElse = (message: JsonObject): boolean => {
  for (const name in message) if (name !== 'role' && name !== 'content') return false;
  return true;
};

/** One of chat completions that is text and nothing else: nothing of it can be wrong, nor has to be edited for anybody. */
const isPlain = (message: JsonValue): message is PlainMessage =>
  isJsonObject(message) &&
  typeof message.content === 'string' &&
  (message.role === 'user' || message.role === 'assistant' || message.role === 'system') &&
  hasNothingElse(message);

/** Undefined where they hold anything else. */
export const plainTextOf = (messages: readonly JsonValue[]): PlainText | undefined => {
  let turns = 0;
  let userTurns = 0;
  let characters = 0;
  for (const message of messages) {
    if (!isPlain(message)) return undefined;
    characters += message.content.length;
    if (message.role === 'system') continue;
    turns += 1;
    if (message.role === 'user') userTurns += 1;
  }
  return { messages: messages.length, turns, userTurns, characters };
};

const NONE: readonly never[] = [];

/** Such messages in our words. */
export const readPlain = (messages: readonly JsonValue[]): readonly Message<never>[] =>
  messages.filter(isPlain).map((message): Message<never> => {
    const text = message.content;
    switch (message.role) {
      case 'system':
        return { role: 'system', text };
      case 'assistant':
        return { role: 'assistant', text, reasoning: NONE, toolCalls: NONE };
      default:
        return { role: 'user', parts: [{ type: 'text', text }] };
    }
  });

/** Whether the model is to go on with words of its own. */
export const isPlainPrefill = (messages: readonly JsonValue[]): boolean => {
  const last = messages.at(-1);
  return last !== undefined && isPlain(last) && last.role === 'assistant' && last.content.trim() !== '';
};
