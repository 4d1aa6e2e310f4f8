import type { Message } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';

/** Whether the API refuses a block of this text. */
export const isBlank = (text: string): boolean => text.trim() === '';

export const BLANK_STOP: ProviderEvent = adjusted(
  'stop',
  'Anthropic takes no stop sequences of white space alone: these were left out.',
);

type Turn = { readonly role: string; readonly content: readonly JsonObject[] };

/** The conversation with the end of its last text trimmed where the assistant speaks last, as the API wants it. */
export const withTrimmedEnd = <Each extends Turn>(turns: readonly Each[]): readonly Each[] => {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  const text = block?.type === 'text' ? block.text : undefined;
  if (last?.role !== 'assistant' || block === undefined || typeof text !== 'string') return turns;
  const trimmed = text.trimEnd();
  return trimmed === text
    ? turns
    : turns.with(-1, { ...last, content: last.content.with(-1, { ...block, text: trimmed }) });
};

/** The same of messages in our own words: without texts that are refused, and with the end of the last one trimmed. */
export const withoutRefusedTexts = (messages: readonly Message[]): readonly Message[] => {
  const kept = messages.flatMap((message): readonly Message[] => {
    switch (message.role) {
      case 'system':
        return isBlank(message.text) ? [] : [message];
      case 'user': {
        const parts = message.parts.filter((part) => part.type !== 'text' || !isBlank(part.text));
        if (parts.length === message.parts.length) return [message];
        return parts.length === 0 ? [] : [{ ...message, parts }];
      }
      case 'assistant':
        if (!isBlank(message.text)) return [message];
        return message.toolCalls.length === 0 && message.reasoning.length === 0
          ? []
          : [{ ...message, text: '' }];
      default:
        return [message];
    }
  });
  const last = kept.at(-1);
  return last?.role === 'assistant' && last.text !== last.text.trimEnd()
    ? kept.with(-1, { ...last, text: last.text.trimEnd() })
    : kept;
};

/** The conversation without turns of the user at its end that say nothing: it ends with what stands before them. */
export const withoutBlankEnd = (messages: readonly Message[]): readonly Message[] => {
  const isSaid = (message: Message): boolean =>
    message.role !== 'user' || message.parts.some((part) => part.type !== 'text' || !isBlank(part.text));
  const last = messages.at(-1);
  if (last === undefined || isSaid(last)) return messages;
  return messages.slice(0, messages.findLastIndex(isSaid) + 1);
};
