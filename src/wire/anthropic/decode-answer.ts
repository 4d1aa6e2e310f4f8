import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectAt, objectsAt, parseJson } from '../json-reading.ts';
import { unreadable } from '../upstream-failure.ts';
import { failureInAnswer } from './errors.ts';
import { createMessageReader } from './stream-decoder.ts';

/** Decodes a whole message as the stream that would have brought it. */
export const decodeAnthropicAnswer = (body: string): readonly ProviderEvent[] => {
  const message = parseJson(body);
  if (!isJsonObject(message)) return [unreadable(body)];
  if (message.type === 'error' || objectAt(message, 'error') !== undefined) {
    return [{ type: 'failed', failure: failureInAnswer(message, body) }];
  }
  if (!Array.isArray(message.content)) return [unreadable(body)];
  const reader = createMessageReader();
  const blocks = objectsAt(message, 'content').flatMap((block, index): readonly JsonObject[] => [
    { type: 'content_block_start', index, content_block: block },
    { type: 'content_block_stop', index },
  ]);
  const end: JsonObject = {
    stop_reason: message.stop_reason ?? null,
    stop_details: message.stop_details ?? null,
  };
  return [
    { type: 'message_start', message },
    ...blocks,
    { type: 'message_delta', delta: end },
    { type: 'message_stop' },
  ].flatMap((event) => reader.read(event));
};
