import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectAt } from '../json-reading.ts';
import { unreadable } from '../upstream-failure.ts';
import { failureInAnswer } from './errors.ts';
import { createMessageReader } from './stream-decoder.ts';

/** Decodes a whole message as a stream whose start holds all of it. */
export const decodeAnthropicAnswer = (body: string, message = parseJson(body)): readonly ProviderEvent[] => {
  if (!isJsonObject(message)) return [unreadable(body)];
  if (message.type === 'error' || objectAt(message, 'error') !== undefined) {
    return [{ type: 'failed', failure: failureInAnswer(message, body) }];
  }
  if (!Array.isArray(message.content)) return [unreadable(body)];
  const reader = createMessageReader();
  return [{ type: 'message_start', message }, { type: 'message_stop' }].flatMap((event) =>
    reader.read(event),
  );
};
