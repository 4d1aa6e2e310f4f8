import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectsAt, textAt } from '../json-reading.ts';

const text = (value: string | undefined): readonly ProviderEvent[] =>
  value === undefined ? [] : [{ type: 'textDelta', text: value }];

const reasoning = (value: string | undefined, signature?: string): readonly ProviderEvent[] =>
  value === undefined && signature === undefined
    ? []
    : [{ type: 'reasoningDelta', text: value ?? '', ...(signature === undefined ? {} : { signature }) }];

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

const readReasoningDetail = (detail: JsonObject): readonly ProviderEvent[] => {
  switch (detail.type) {
    case 'reasoning.text':
      return reasoning(textAt(detail, 'text'), textAt(detail, 'signature'));
    case 'reasoning.summary':
      return reasoning(textAt(detail, 'summary'));
    case 'reasoning.encrypted': {
      const signature = textAt(detail, 'data');
      return signature === undefined ? [] : [{ type: 'reasoningDelta', text: '', signature, redacted: true }];
    }
    default:
      return [];
  }
};

/** Servers send the same reasoning under up to three names at once: the most detailed one counts. */
const readReasoning = (message: JsonObject): readonly ProviderEvent[] => {
  const details = objectsAt(message, 'reasoning_details').flatMap(readReasoningDetail);
  const hasText = details.some((event) => event.type === 'reasoningDelta' && event.text !== '');
  if (hasText) return details;
  const plain = reasoning(textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning'));
  return [...plain, ...details];
};

/** Reasoning, text and refusal in a message or in a delta of one. */
export const readMessageContent = (message: JsonObject): readonly ProviderEvent[] => {
  const refusal = textAt(message, 'refusal');
  const events = [...readReasoning(message), ...readContent(message)];
  return refusal === undefined ? events : [...events, { type: 'refusalDelta', text: refusal }];
};
