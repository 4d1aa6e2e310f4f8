import type { Message, ReasoningBlock, ToolCall } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { customArguments, type ToolNames } from '../../custom-tools.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';
import { isMedia, ResultMedia, resultText } from '../../tool-results.ts';
import type { ClientSource } from '../client-media.ts';
import { BodyProblem } from '../invalid-body.ts';
import type { UnreadFields } from '../unread-fields.ts';
import { marked, readMark, readParts, readText, readTexts } from './read-content.ts';

const SYSTEM_FIELDS = new Set(['role', 'content', 'cache_control']);
/** What an answer holds besides, and clients give back with it. */
const ECHOED = ['annotations', 'parsed', 'reasoning_content', 'reasoning', 'reasoning_details'];
const ASSISTANT_FIELDS = new Set([
  ...['role', 'content', 'refusal', 'tool_calls', 'function_call', 'audio', 'cache_control'],
  ...ECHOED,
]);
const TOOL_FIELDS = new Set(['role', 'content', 'tool_call_id', 'name', 'cache_control']);
const FUNCTION_FIELDS = new Set(['role', 'content', 'name']);
const CALL_FIELDS = new Set(['id', 'type', 'index', 'function', 'extra_content']);
const CALLED_FIELDS = new Set(['name', 'arguments', 'parsed_arguments']);

/** Blocks with their proofs; the plain text where there are none. */
const readReasoning = (message: JsonObject): readonly ReasoningBlock[] => {
  const blocks = objectsAt(message, 'reasoning_details').flatMap((detail): ReasoningBlock[] => {
    const data = textAt(detail, 'data');
    const text = textAt(detail, 'text') ?? textAt(detail, 'summary') ?? '';
    const signature = textAt(detail, 'signature');
    if (detail.type === 'reasoning.encrypted')
      return data === undefined ? [] : [{ text: '', signature: data, redacted: true }];
    return text === '' && signature === undefined
      ? []
      : [{ text, ...(signature !== undefined && { signature }) }];
  });
  const plain = textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning');
  return blocks.length > 0 || plain === undefined ? blocks : [{ text: plain }];
};

/** A call of a tool that takes free text; undefined for any other. */
const readCustomCall = (call: JsonObject, names: ToolNames): ToolCall | undefined => {
  const custom = objectAt(call, 'custom');
  const id = textAt(call, 'id');
  const name = textAt(custom, 'name');
  if (call.type !== 'custom' || id === undefined || name === undefined) return undefined;
  return {
    id,
    name: names.nameFor(name, undefined, true),
    arguments: customArguments(textAt(custom, 'input') ?? ''),
  };
};

const readCall = (
  path: string,
  call: JsonObject,
  names: ToolNames,
  unread: UnreadFields,
): readonly ToolCall[] => {
  const custom = readCustomCall(call, names);
  if (custom !== undefined) return [custom];
  const called = objectAt(call, 'function');
  const id = textAt(call, 'id');
  const name = textAt(called, 'name');
  if (
    (call.type ?? 'function') !== 'function' ||
    called === undefined ||
    id === undefined ||
    name === undefined
  ) {
    unread.add(path, true);
    return [];
  }
  unread.addUnknown(path, call, CALL_FIELDS);
  unread.addUnknown(`${path}.function`, called, CALLED_FIELDS);
  const signature = textAt(objectAt(objectAt(call, 'extra_content'), 'google'), 'thought_signature');
  return [
    {
      id,
      name,
      arguments: textAt(called, 'arguments') ?? '{}',
      ...(signature !== undefined && { signature }),
    },
  ];
};

/** Calls of functions, from before calls had ids, and the messages that answer them. */
class FunctionCalls {
  #count = 0;
  readonly #open: { readonly id: string; readonly name: string }[] = [];

  read(message: JsonObject): readonly ToolCall[] {
    const call = objectAt(message, 'function_call');
    const name = textAt(call, 'name');
    if (name === undefined) return [];
    const id = `call_function_${this.#count}`;
    this.#count += 1;
    this.#open.push({ id, name });
    return [{ id, name, arguments: textAt(call, 'arguments') ?? '{}' }];
  }

  answer(path: string, name: string): string {
    const at = this.#open.findIndex((call) => call.name === name);
    const [call] = at === -1 ? [] : this.#open.splice(at, 1);
    if (call === undefined) {
      throw new BodyProblem(`${path}.name`, 'answers no function_call of an assistant message before it.');
    }
    return call.id;
  }
}

const readAssistant = (
  path: string,
  message: JsonObject,
  functions: FunctionCalls,
  names: ToolNames,
  unread: UnreadFields,
): Message<ClientSource> => {
  unread.addUnknown(path, message, ASSISTANT_FIELDS);
  if ((message.audio ?? undefined) !== undefined) unread.add(`${path}.audio`, true);
  const { text, cache } = readText(`${path}.content`, message.content, unread, '');
  return {
    role: 'assistant',
    text: text + (textAt(message, 'refusal') ?? ''),
    reasoning: readReasoning(message),
    toolCalls: [
      ...objectsAt(message, 'tool_calls').flatMap((call, index) =>
        readCall(`${path}.tool_calls[${index}]`, call, names, unread),
      ),
      ...functions.read(message),
    ],
    ...marked(readMark(path, message, unread) ?? cache),
  };
};

const readUser = (path: string, message: JsonObject, unread: UnreadFields): Message<ClientSource> => {
  unread.addUnknown(path, message, SYSTEM_FIELDS);
  const parts = readParts(`${path}.content`, message.content, unread);
  const cache = readMark(path, message, unread);
  const last = parts.at(-1);
  if (cache === undefined || last === undefined) return { role: 'user', parts };
  return { role: 'user', parts: parts.with(-1, { ...last, cache }) };
};

/** A text with marks inside becomes several messages, each of which ends in one. */
const readSystem = (
  path: string,
  message: JsonObject,
  unread: UnreadFields,
): readonly Message<ClientSource>[] => {
  unread.addUnknown(path, message, SYSTEM_FIELDS);
  const texts = readTexts(`${path}.content`, message.content, unread, '\n');
  const cache = readMark(path, message, unread);
  const last = texts.length - 1;
  return texts.map((piece, index) => ({
    role: 'system',
    text: piece.text,
    ...marked(index === last ? (cache ?? piece.cache) : piece.cache),
  }));
};

/** Messages that were held against their schema. Throws BodyProblem. */
export const readMessages = (
  messages: readonly JsonObject[],
  names: ToolNames,
  unread: UnreadFields,
): readonly Message<ClientSource>[] => {
  const functions = new FunctionCalls();
  const read: Message<ClientSource>[] = [];
  const media = new ResultMedia<ClientSource>();
  const endResults = (): void => {
    const parts = media.take();
    if (parts.length > 0) read.push({ role: 'user', parts });
  };
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    if (message.role !== 'tool') endResults();
    switch (message.role) {
      case 'system':
      case 'developer':
        read.push(...readSystem(path, message, unread));
        break;
      case 'assistant':
        read.push(readAssistant(path, message, functions, names, unread));
        break;
      case 'tool': {
        unread.addUnknown(path, message, TOOL_FIELDS);
        const name = textAt(message, 'name');
        const parts = readParts(`${path}.content`, message.content, unread, false);
        const results = parts.filter(isMedia);
        const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
        const cache = parts.findLast((part) => part.cache !== undefined)?.cache;
        const toolCallId = textAt(message, 'tool_call_id') ?? '';
        media.add(toolCallId, results);
        read.push({
          role: 'tool',
          toolCallId,
          ...(name !== undefined && { name }),
          text: resultText(texts, results.length > 0),
          isError: false,
          ...marked(readMark(path, message, unread) ?? cache),
        });
        break;
      }
      case 'function': {
        unread.addUnknown(path, message, FUNCTION_FIELDS);
        const name = textAt(message, 'name') ?? '';
        const { text } = readText(`${path}.content`, message.content, unread, '\n');
        read.push({ role: 'tool', toolCallId: functions.answer(path, name), name, text, isError: false });
        break;
      }
      default:
        read.push(readUser(path, message, unread));
    }
  }
  endResults();
  return read;
};
