import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { textAt } from '../../json-reading.ts';
import { providerToolCallId } from '../tool-call-ids.ts';
import { readEncryptedContent } from './encrypted-content.ts';

/** Ids of reasoning items as `reasoningItem` has them here; no provider has kept an item of such an id. */
const OWN_ID = /^rs_[0-9a-f]{36}$/;

/** Undefined: the item means something to this server alone. */
const unmarked = (item: JsonObject): JsonObject | undefined => {
  if (item.type === 'reasoning') {
    const content = textAt(item, 'encrypted_content');
    if (content === undefined) return OWN_ID.test(textAt(item, 'id') ?? '') ? undefined : item;
    const held = readEncryptedContent(content);
    if (held === undefined) return item;
    return held.kind === 'CALLS' ? undefined : { ...item, encrypted_content: held.signature };
  }
  const id = item.call_id;
  return typeof id === 'string' && providerToolCallId(id) !== id
    ? { ...item, call_id: providerToolCallId(id) }
    : item;
};

/** A body without what this server has put into earlier answers and alone can read; the same where there is nothing of it. */
export const withoutOwnMarks = (body: JsonObject): JsonObject => {
  const { input } = body;
  if (!Array.isArray(input)) return body;
  const isMarked = (item: JsonValue): boolean => isJsonObject(item) && unmarked(item) !== item;
  if (!input.some(isMarked)) return body;
  return {
    ...body,
    input: input.flatMap((item: JsonValue): readonly JsonValue[] => {
      if (!isJsonObject(item)) return [item];
      const kept = unmarked(item);
      return kept === undefined ? [] : [kept];
    }),
  };
};
