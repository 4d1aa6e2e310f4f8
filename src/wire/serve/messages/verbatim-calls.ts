import type { Frame } from '../../../domain/client-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import { madeUpCallId } from '../../../domain/made-up-call-id.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';

/** A call that has no id: clients cannot answer it. */
const lacksId = (block: JsonObject | undefined): boolean =>
  block?.type === 'tool_use' && textAt(block, 'id') === undefined;

const withId = (block: JsonObject): JsonObject => (lacksId(block) ? { ...block, id: madeUpCallId() } : block);

/** A provider's whole message, with ids for calls to which it gives none. */
export const withCallIds = (message: JsonObject): JsonObject => {
  const content = objectsAt(message, 'content');
  return content.some(lacksId) ? { ...message, content: content.map(withId) } : message;
};

/** The same for the frame of a stream that begins a block. */
export const withCallId = (event: Frame): Frame => {
  if (!event.data.includes('"tool_use"')) return event;
  const start = parseJson(event.data);
  if (!isJsonObject(start)) return event;
  const block = objectAt(start, 'content_block');
  if (block === undefined || !lacksId(block)) return event;
  return { ...event, data: JSON.stringify({ ...start, content_block: withId(block) }) };
};
