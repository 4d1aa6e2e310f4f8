import type { Message, ReasoningBlock, ToolCall, UserPart } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { OpenAiQuirks } from './quirks.ts';

const encodePart = (part: UserPart): JsonObject => {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type !== 'image') return { type: 'text', text: '' };
  const { source, detail } = part;
  const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.base64}`;
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } };
};

const encodeUserContent = (parts: readonly UserPart[]): JsonValue => {
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 && only.type === 'text' ? only.text : parts.map(encodePart);
};

const encodeToolCall = (call: ToolCall, quirks: OpenAiQuirks): JsonObject => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
  ...(quirks.supportsToolCallSignatures && call.signature !== undefined
    ? { extra_content: { google: { thought_signature: call.signature } } }
    : {}),
});

const encodeReasoningDetail = (block: ReasoningBlock): JsonObject =>
  block.redacted
    ? { type: 'reasoning.encrypted', data: block.signature ?? '' }
    : {
        type: 'reasoning.text',
        text: block.text,
        ...(block.signature === undefined ? {} : { signature: block.signature }),
      };

const encodeReasoning = (blocks: readonly ReasoningBlock[], quirks: OpenAiQuirks): JsonObject => {
  if (blocks.length === 0) return {};
  switch (quirks.reasoningHistory ?? 'none') {
    case 'none':
      return {};
    case 'reasoning_content':
      return { reasoning_content: blocks.map((block) => block.text).join('') };
    case 'reasoning_details':
      return { reasoning_details: blocks.map(encodeReasoningDetail) };
  }
};

/** One message in the words of chat completions. A tool's failure has no mark of its own there: its text says it. */
export const encodeMessage = (message: Message, quirks: OpenAiQuirks): JsonObject => {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user':
      return { role: 'user', content: encodeUserContent(message.parts) };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.text === '' && message.toolCalls.length > 0 ? null : message.text,
        ...encodeReasoning(message.reasoning, quirks),
        ...(message.toolCalls.length > 0
          ? { tool_calls: message.toolCalls.map((call) => encodeToolCall(call, quirks)) }
          : {}),
      };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.text };
  }
};
