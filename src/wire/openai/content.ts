import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectsAt, textAt } from '../json-reading.ts';
import { readReasoningDetail } from './reasoning-details.ts';

const text = (value: string | undefined): readonly ProviderEvent[] =>
  value === undefined ? [] : [{ type: 'textDelta', text: value }];

const reasoning = (value: string | undefined): readonly ProviderEvent[] =>
  value === undefined ? [] : [{ type: 'reasoningDelta', text: value }];

/** Text, or Mistral's list of text and thinking parts. */
const readContent = (message: JsonObject): readonly ProviderEvent[] => {
  const content = message.content;
  if (!Array.isArray(content)) return text(textAt(message, 'content'));
  return content.filter(isJsonObject).flatMap((part) => {
    if (part.type === 'text') return text(textAt(part, 'text'));
    if (part.type !== 'thinking') return [];
    if (typeof part.thinking === 'string') return reasoning(textAt(part, 'thinking'));
    return objectsAt(part, 'thinking').flatMap((piece) => reasoning(textAt(piece, 'text')));
  });
};

/** Servers send the same reasoning under up to three names at once: the most detailed one counts. */
const readReasoning = (message: JsonObject): readonly ProviderEvent[] => {
  const plain = reasoning(textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning'));
  if (message.reasoning_details === undefined) return plain;
  const details = objectsAt(message, 'reasoning_details').flatMap(readReasoningDetail);
  if (details.length === 0) return plain;
  const hasText = details.some((event) => event.type === 'reasoningDelta' && event.text !== '');
  return hasText ? details : [...plain, ...details];
};

/** Reasoning, text and refusal in a message or in a delta of one. */
export const readMessageContent = (message: JsonObject): readonly ProviderEvent[] => {
  const thoughts = readReasoning(message);
  const content = readContent(message);
  const refusal = textAt(message, 'refusal');
  if (refusal === undefined) {
    if (thoughts.length === 0) return content;
    return content.length === 0 ? thoughts : [...thoughts, ...content];
  }
  return [...thoughts, ...content, { type: 'refusalDelta', text: refusal }];
};
