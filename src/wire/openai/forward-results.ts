import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { resultLabel, SEE_NEXT } from '../tool-results.ts';

const isText = (part: JsonValue): boolean => !isJsonObject(part) || part.type === 'text';

/** A tool's message with more than text in it. */
const hasMedia = (message: JsonValue): message is JsonObject & { readonly content: readonly JsonValue[] } =>
  isJsonObject(message) &&
  message.role === 'tool' &&
  Array.isArray(message.content) &&
  !message.content.every(isText);

/** What tools gave besides text in a message of the user after their results, for servers that take text alone in these. */
export const withMediaAfterResults = (messages: readonly JsonValue[]): readonly JsonValue[] => {
  if (!messages.some(hasMedia)) return messages;
  const moved: JsonValue[] = [];
  let shown: JsonValue[] = [];
  const endResults = (): void => {
    if (shown.length > 0) moved.push({ role: 'user', content: shown });
    shown = [];
  };
  for (const message of messages) {
    if (!isJsonObject(message) || message.role !== 'tool') endResults();
    if (!hasMedia(message)) {
      moved.push(message);
      continue;
    }
    const texts = message.content.filter(isText);
    const label = { type: 'text', text: resultLabel(String(message.tool_call_id ?? '')) };
    shown.push(label, ...message.content.filter((part) => !isText(part)));
    moved.push({ ...message, content: texts.length === 0 ? SEE_NEXT : texts });
  }
  endResults();
  return moved;
};
