import type { Attributes } from '@opentelemetry/api';
import type { CompletionContent } from '../../../domain/completion-content.ts';
import type { Message, ToolCall, UserPart } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { maskAnyKey } from '../../../domain/key-mask.ts';
import type { CompletionStart } from '../../../ports/telemetry.ts';

type Part = JsonObject;

const MOST_MESSAGES = 200;
const MOST_CHARACTERS = 8_192;

/** People paste keys into prompts. */
const cut = (text: string): string =>
  text.length <= MOST_CHARACTERS ? maskAnyKey(text) : `${maskAnyKey(text.slice(0, MOST_CHARACTERS))}…`;

const textPart = (text: string): Part => ({ type: 'text', content: cut(text) });
const reasoningPart = (text: string): Part => ({ type: 'reasoning', content: cut(text) });
const callPart = ({ id, name, arguments: given }: ToolCall): Part => ({
  type: 'tool_call',
  id,
  name,
  arguments: cut(given),
});

/** Bytes stay here: they are told of by their type alone. */
const userPart = (part: UserPart<CompletionMedia>): Part => {
  if (part.type === 'text') return textPart(part.text);
  const { source } = part;
  return source.kind === 'data'
    ? { type: 'blob', modality: part.type, mime_type: source.mediaType }
    : { type: 'uri', modality: part.type, uri: cut(source.url) };
};

type CompletionMedia = CompletionStart['request'] extends { messages: readonly Message<infer Source>[] }
  ? Source
  : never;

const messageOf = (message: Exclude<Message<CompletionMedia>, { role: 'system' }>): JsonObject => {
  switch (message.role) {
    case 'user':
      return { role: message.role, parts: message.parts.map(userPart) };
    case 'assistant':
      return {
        role: message.role,
        parts: [
          ...message.reasoning.map(({ text }) => reasoningPart(text)),
          ...(message.text === '' ? [] : [textPart(message.text)]),
          ...message.toolCalls.map(callPart),
        ],
      };
    case 'tool':
      return {
        role: message.role,
        parts: [{ type: 'tool_call_response', id: message.toolCallId, response: cut(message.text) }],
      };
  }
};

/** What was asked, in the conventions' form: JSON as text, long texts cut, the latest messages alone. */
export const inputContent = ({ messages, tools }: CompletionStart['request']): Attributes => {
  const instructions: Part[] = [];
  const said: JsonObject[] = [];
  for (const message of messages.slice(-MOST_MESSAGES)) {
    if (message.role === 'system') instructions.push(textPart(message.text));
    else said.push(messageOf(message));
  }
  return {
    'gen_ai.input.messages': JSON.stringify(said),
    ...(instructions.length > 0 && { 'gen_ai.system_instructions': JSON.stringify(instructions) }),
    ...(tools.length > 0 && {
      'gen_ai.tool.definitions': cut(
        JSON.stringify(tools.map(({ name, description }) => ({ type: 'function', name, description }))),
      ),
    }),
  };
};

/** What was answered. */
export const outputContent = (
  { text, refusal, reasoning, toolCalls }: CompletionContent,
  finishReason: string | undefined,
): Attributes => ({
  'gen_ai.output.messages': JSON.stringify([
    {
      role: 'assistant',
      parts: [
        ...reasoning.map((block) => reasoningPart(block.text)),
        ...(text + refusal === '' ? [] : [textPart(text + refusal)]),
        ...toolCalls.map(callPart),
      ],
      ...(finishReason !== undefined && { finish_reason: finishReason }),
    },
  ]),
});
