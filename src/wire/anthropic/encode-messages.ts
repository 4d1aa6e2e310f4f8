import type { MediaPart, Message, ToolCall, UserPart } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { type ResultWithMedia, withMediaInResults } from '../tool-results.ts';
import { adjusted, unsignedLeftOut } from '../warnings.ts';
import { marked, markedLast } from './cache-marks.ts';
import { encodeMedia } from './documents.ts';
import { isBlank, withTrimmedEnd } from './refused-text.ts';

type Turn = { readonly role: 'user' | 'assistant'; readonly content: JsonObject[] };

export type EncodedMessages = {
  /** Text blocks. */
  readonly system: readonly JsonObject[];
  readonly messages: readonly Turn[];
  readonly warnings: readonly ProviderEvent[];
};

/** None for text that is white space alone, which the API refuses. */
const textBlocks = (text: string): readonly JsonObject[] => (isBlank(text) ? [] : [{ type: 'text', text }]);

const encodePart = (part: UserPart): readonly JsonObject[] =>
  markedLast(part.type === 'text' ? textBlocks(part.text) : encodeMedia(part), part.cache);

const isEncodable = (part: MediaPart): boolean => encodeMedia(part).length > 0;

const encodeResult = ({ text, media }: ResultWithMedia): JsonValue => {
  if (media.length === 0) return isBlank(text) ? '' : text;
  return [...textBlocks(text), ...media.flatMap(encodeMedia)];
};

/**
 * Messages in the API's order: system text apart, turns of one side merged, reasoning before what followed it.
 * Texts that the API refuses are left out: empty ones, and those of white space alone.
 */
export const encodeMessages = (messages: readonly Message[]): EncodedMessages => {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  const warnings: ProviderEvent[] = [];

  const add = (role: Turn['role'], blocks: readonly JsonObject[]): void => {
    if (blocks.length === 0) return;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  };

  const encodeToolCall = (call: ToolCall): JsonObject => {
    const input = parseJson(call.arguments.trim() === '' ? '{}' : call.arguments);
    if (!isJsonObject(input)) {
      warnings.push(
        adjusted(
          'messages',
          `The arguments of tool call "${call.id}" are no JSON object; they were wrapped in one.`,
        ),
      );
    }
    return {
      type: 'tool_use',
      id: call.id,
      name: call.name,
      input: isJsonObject(input) ? input : { arguments: call.arguments },
    };
  };

  for (const message of withMediaInResults(messages, isEncodable)) {
    switch (message.role) {
      case 'system':
        if (turns.length > 0) {
          warnings.push(
            adjusted(
              'messages',
              'A system message in the middle was moved to the front of the conversation.',
            ),
          );
        }
        system.push(...markedLast(textBlocks(message.text), message.cache));
        break;
      case 'user':
        add('user', message.parts.flatMap(encodePart));
        break;
      case 'assistant': {
        const reasoning = message.reasoning.flatMap((block): readonly JsonObject[] => {
          if (block.signature === undefined) return [];
          return [
            block.redacted
              ? { type: 'redacted_thinking', data: block.signature }
              : { type: 'thinking', thinking: block.text, signature: block.signature },
          ];
        });
        const blocks = [...reasoning, ...textBlocks(message.text), ...message.toolCalls.map(encodeToolCall)];
        add('assistant', markedLast(blocks, message.cache));
        break;
      }
      case 'tool':
        add('user', [
          marked(
            {
              type: 'tool_result',
              tool_use_id: message.toolCallId,
              content: encodeResult(message),
              ...(message.isError ? { is_error: true } : {}),
            },
            message.cache,
          ),
        ]);
        break;
    }
  }
  warnings.push(...unsignedLeftOut({ messages }));
  return { system, messages: withTrimmedEnd(turns), warnings };
};
