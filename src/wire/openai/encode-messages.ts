import type {
  CacheTtl,
  CompletionRequest,
  Message,
  ReasoningBlock,
  ToolCall,
  UserPart,
} from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { isPrefilled } from '../prefill.ts';
import { saysNothing } from '../says-nothing.ts';
import { STAND_IN_SIGNATURE, STAND_IN_WARNING, wantsSignedCalls } from '../stand-in-signature.ts';
import { encodeAudio, encodeFile, encodeImage } from './media-parts.ts';
import { needsAnswer, type OpenAiQuirks } from './quirks.ts';
import { encodeReasoningDetails } from './reasoning-details.ts';

const isMarkable = (part: UserPart): boolean => part.type === 'text' && part.text !== '';

/** How many cache marks have no place: servers that take marks take them on text. */
export const countUnplacedMarks = ({ messages, tools }: CompletionRequest): number => {
  const unplaced = (message: Message): number => {
    switch (message.role) {
      case 'user':
        return message.parts.filter((part) => part.cache !== undefined && !isMarkable(part)).length;
      default:
        return message.cache !== undefined && message.text === '' ? 1 : 0;
    }
  };
  return (
    tools.filter((tool) => tool.cache !== undefined).length +
    messages.reduce((count, message) => count + unplaced(message), 0)
  );
};

const encodeMark = (cache: CacheTtl | undefined, quirks: OpenAiQuirks): JsonObject => {
  if (cache === undefined || quirks.promptCaching !== 'markers') return {};
  // Five minutes is what the mark means without a time.
  return { cache_control: { type: 'ephemeral', ...(cache === '1h' ? { ttl: '1h' } : {}) } };
};

const encodeText = (text: string, cache: CacheTtl | undefined, quirks: OpenAiQuirks): JsonValue => {
  const isMarked = cache !== undefined && quirks.promptCaching === 'markers' && text !== '';
  return isMarked ? [{ type: 'text', text, ...encodeMark(cache, quirks) }] : text;
};

const encodePart = (part: UserPart, quirks: OpenAiQuirks): JsonObject => {
  switch (part.type) {
    case 'text':
      return {
        type: 'text',
        text: part.text,
        ...(isMarkable(part) ? encodeMark(part.cache, quirks) : {}),
      };
    case 'image':
      return encodeImage(part);
    case 'audio':
      return encodeAudio(part.source);
    case 'file':
      return encodeFile(part);
  }
};

const encodeUserContent = (parts: readonly UserPart[], quirks: OpenAiQuirks): JsonValue => {
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 && only.type === 'text'
    ? encodeText(only.text, only.cache, quirks)
    : parts.map((part) => encodePart(part, quirks));
};

const encodeToolCall = (call: ToolCall, quirks: OpenAiQuirks): JsonObject => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
  ...(quirks.supportsToolCallSignatures && call.signature !== undefined
    ? { extra_content: { google: { thought_signature: call.signature } } }
    : {}),
});

/** Earlier reasoning under the name by which the server takes it back. */
export const encodeReasoning = (blocks: readonly ReasoningBlock[], quirks: OpenAiQuirks): JsonObject => {
  if (blocks.length === 0) return {};
  switch (quirks.reasoningHistory ?? 'none') {
    case 'none':
      return {};
    case 'reasoning_content':
      return { reasoning_content: blocks.map((block) => block.text).join('') };
    case 'reasoning_details':
      return { reasoning_details: encodeReasoningDetails(blocks) };
  }
};

/** Whether the server gets a block of earlier reasoning. */
export const isPassedBack = (block: ReasoningBlock, quirks: OpenAiQuirks): boolean => {
  switch (quirks.reasoningHistory ?? 'none') {
    case 'none':
      return false;
    case 'reasoning_content':
      return block.text !== '';
    case 'reasoning_details':
      return true;
  }
};

/** One message in the words of chat completions. */
const encodeMessage = (message: Message, quirks: OpenAiQuirks): JsonObject => {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: encodeText(message.text, message.cache, quirks) };
    case 'user':
      return { role: 'user', content: encodeUserContent(message.parts, quirks) };
    case 'assistant':
      return {
        role: 'assistant',
        content:
          message.text === '' && message.toolCalls.length > 0
            ? null
            : encodeText(message.text, message.cache, quirks),
        ...encodeReasoning(message.reasoning, quirks),
        ...(message.toolCalls.length > 0
          ? { tool_calls: message.toolCalls.map((call) => encodeToolCall(call, quirks)) }
          : {}),
      };
    case 'tool':
      return {
        role: 'tool',
        tool_call_id: message.toolCallId,
        content: encodeText(message.text, message.cache, quirks),
      };
  }
};

/** How the last message is marked where the model is to go on from it. */
export const prefillMark = ({ assistantPrefill }: OpenAiQuirks): JsonObject =>
  assistantPrefill === 'prefix' || assistantPrefill === 'partial' ? { [assistantPrefill]: true } : {};

/** Whether a model behind this server refuses turns whose first call has no signature, and takes one. */
export const needsSignatures = (model: string, { supportsToolCallSignatures }: OpenAiQuirks): boolean =>
  supportsToolCallSignatures === true && wantsSignedCalls(model);

const isFirstUnsigned = (message: Message): boolean =>
  message.role === 'assistant' &&
  message.toolCalls.length > 0 &&
  message.toolCalls[0]?.signature === undefined;

/** The conversation with a stand-in for the signature of each turn's first call that has none. */
export const withSignatures = (
  messages: readonly Message[],
): { readonly messages: readonly Message[]; readonly warnings: readonly ProviderEvent[] } =>
  messages.some(isFirstUnsigned)
    ? {
        messages: messages.map((message) =>
          message.role === 'assistant' && isFirstUnsigned(message)
            ? {
                ...message,
                toolCalls: message.toolCalls.map((call, at) =>
                  at === 0 ? { ...call, signature: STAND_IN_SIGNATURE } : call,
                ),
              }
            : message,
        ),
        warnings: [STAND_IN_WARNING],
      }
    : { messages, warnings: [] };

/** What the assistant says where it has to speak between results of tools and the user. */
const BETWEEN: JsonObject = { role: 'assistant', content: 'I have the results.' };

const roleOf = (message: JsonValue | undefined): JsonValue | undefined =>
  isJsonObject(message) ? message.role : undefined;

/** The conversation with a message of the assistant between results of tools and the user, where a server wants one. */
export const withAnswers = <Each extends JsonValue>(
  messages: readonly Each[],
  model: string,
  quirks: OpenAiQuirks,
): readonly (Each | JsonObject)[] =>
  needsAnswer(model, quirks)
    ? messages.flatMap((message, at) =>
        roleOf(message) === 'user' && roleOf(messages[at - 1]) === 'tool' ? [BETWEEN, message] : [message],
      )
    : messages;

/** A conversation in the words of chat completions. */
export const encodeMessages = (
  messages: readonly Message[],
  model: string,
  quirks: OpenAiQuirks,
): readonly JsonObject[] => {
  const encoded = withAnswers(
    messages
      .filter((message) => !saysNothing(message, (block) => isPassedBack(block, quirks)))
      .map((message) => encodeMessage(message, quirks)),
    model,
    quirks,
  );
  const last = encoded.at(-1);
  return last !== undefined && isPrefilled(messages)
    ? encoded.with(-1, { ...last, ...prefillMark(quirks) })
    : encoded;
};
