import type { Message, ReasoningBlock, ToolCall, UserPart } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { fileNameOf } from '../openai/file-name.ts';
import type { PlacedMessage, ResultWithMedia } from '../tool-results.ts';
import type { OpenAiResponsesQuirks } from './quirks.ts';
import { openCallSeal, openReasoningSeal, type ReasoningSeal } from './seals.ts';

const dataUrl = (source: { readonly mediaType: string; readonly base64: string }): string =>
  `data:${source.mediaType};base64,${source.base64}`;

const encodePart = (part: UserPart): JsonObject => {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return {
        type: 'input_image',
        image_url: part.source.kind === 'url' ? part.source.url : dataUrl(part.source),
        detail: part.detail ?? 'auto',
      };
    case 'file':
      return part.source.kind === 'url'
        ? { type: 'input_file', file_url: part.source.url }
        : {
            type: 'input_file',
            filename: part.name ?? fileNameOf(part.source.mediaType),
            file_data: dataUrl(part.source),
          };
    case 'audio':
      throw new Error('Audio has no place in Responses: it is left out before.');
  }
};

const encodeUserContent = (parts: readonly UserPart[]): JsonValue => {
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 && only.type === 'text' ? only.text : parts.map(encodePart);
};

const encodeReasoning = (block: ReasoningBlock, seal: ReasoningSeal): JsonObject => {
  const text = block.text === '' ? [] : [block.text];
  return {
    type: 'reasoning',
    id: seal.id,
    summary: seal.text === 'SUMMARY' ? text.map((one) => ({ type: 'summary_text', text: one })) : [],
    ...(seal.text === 'CONTENT'
      ? { content: text.map((one) => ({ type: 'reasoning_text', text: one })) }
      : {}),
    ...(seal.encryptedContent === undefined ? {} : { encrypted_content: seal.encryptedContent }),
  };
};

// Without the item's own id: a server that does not store has nothing to look up by it.
const encodeCall = (call: ToolCall): JsonObject => ({
  type: 'function_call',
  call_id: call.id,
  name: call.name,
  arguments: call.arguments.trim() === '' ? '{}' : call.arguments,
});

type AssistantMessage = Extract<Message, { role: 'assistant' }>;

/**
 * An assistant's turn as items in the order in which they came, as a server refuses reasoning that does not stand
 * before what followed it. Their places are in the signatures; text takes the place that these leave free.
 * Without places: reasoning, text, calls.
 */
const encodeAssistant = (message: AssistantMessage): readonly JsonObject[] => {
  const text: readonly JsonObject[] =
    message.text === '' ? [] : [{ role: 'assistant', content: message.text }];
  if (text.length === 0 && message.toolCalls.length === 0) return [];
  const reasoning = message.reasoning.flatMap((block) => {
    const seal = openReasoningSeal(block.signature);
    return seal === undefined ? [] : [{ at: seal.at, item: encodeReasoning(block, seal) }];
  });
  const calls = message.toolCalls.map((call) => ({
    at: openCallSeal(call.signature),
    item: encodeCall(call),
  }));
  const places = new Map<number, JsonObject>();
  for (const { at, item } of [...reasoning, ...calls]) if (at !== undefined) places.set(at, item);
  if (places.size < reasoning.length + calls.length)
    return [...reasoning.map(({ item }) => item), ...text, ...calls.map(({ item }) => item)];
  const ordered = [...places].sort(([a], [b]) => a - b);
  const gap = ordered.findIndex(([at], position) => at !== position);
  const items = ordered.map(([, item]) => item);
  return gap === -1 ? [...items, ...text] : items.toSpliced(gap, 0, ...text);
};

/** False for another provider's reasoning, and for such that nothing followed: that alone is refused. */
export const isPassedBack = (block: ReasoningBlock, isFollowed: boolean): boolean =>
  isFollowed && openReasoningSeal(block.signature) !== undefined;

/** A file's name has no place beside its address. */
export const hasUnsentName = (messages: readonly Message[]): boolean =>
  messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some(
        (part) => part.type === 'file' && part.source.kind === 'url' && part.name !== undefined,
      ),
  );

const encodeResult = ({ text, media }: ResultWithMedia): JsonValue =>
  media.length === 0
    ? text
    : [...(text === '' ? [] : [{ type: 'input_text', text }]), ...media.map(encodePart)];

/** The items of one message. */
export const encodeInput = (message: PlacedMessage, quirks: OpenAiResponsesQuirks): readonly JsonObject[] => {
  switch (message.role) {
    case 'system':
      return [{ role: quirks.systemRole ?? 'system', content: message.text }];
    case 'user':
      return [{ role: 'user', content: encodeUserContent(message.parts) }];
    case 'assistant':
      return encodeAssistant(message);
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.toolCallId, output: encodeResult(message) }];
  }
};
