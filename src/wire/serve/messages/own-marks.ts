import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { objectsAt, textAt } from '../../json-reading.ts';
import { providerToolCallId } from '../tool-call-ids.ts';
import { readCarriedSignature } from './carried-signature.ts';

/** Whether the citations of a block were made here: those of Anthropic's own search can be told by their index. */
export const hasOwnCitations = (block: JsonObject): boolean =>
  objectsAt(block, 'citations').some(({ encrypted_index }) => encrypted_index === '');

/** Undefined: the block means something to this server alone. */
const unmarked = (block: JsonObject): JsonObject | undefined => {
  switch (block.type) {
    case 'text': {
      if (!hasOwnCitations(block)) return block;
      const { citations: _own, ...rest } = block;
      return rest;
    }
    case 'thinking':
      return textAt(block, 'signature') === undefined ? undefined : block;
    case 'redacted_thinking':
      return readCarriedSignature(textAt(block, 'data') ?? '').kind === 'OTHER' ? block : undefined;
    case 'tool_use':
      return typeof block.id === 'string' ? { ...block, id: providerToolCallId(block.id) } : block;
    case 'tool_result':
      return typeof block.tool_use_id === 'string'
        ? { ...block, tool_use_id: providerToolCallId(block.tool_use_id) }
        : block;
    default:
      return block;
  }
};

/** A body without what this server has put into earlier answers and alone can read. */
export const withoutOwnMarks = (body: JsonObject): JsonObject => {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  return {
    ...body,
    messages: messages.map((message: JsonValue) => {
      if (!isJsonObject(message) || !Array.isArray(message.content)) return message;
      const content = message.content.flatMap((block: JsonValue): readonly JsonValue[] => {
        if (!isJsonObject(block)) return [block];
        const kept = unmarked(block);
        return kept === undefined ? [] : [kept];
      });
      return { ...message, content };
    }),
  };
};
