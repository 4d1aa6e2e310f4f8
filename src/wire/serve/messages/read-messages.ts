import type { MediaPart, Message, ReasoningBlock, ToolCall } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { textAt } from '../../json-reading.ts';
import { isMedia, ResultMedia, resultText } from '../../tool-results.ts';
import type { ClientSource } from '../client-media.ts';
import { checkDepth } from '../hold-body.ts';
import { BodyProblem } from '../invalid-body.ts';
import { providerToolCallId } from '../tool-call-ids.ts';
import { readCarriedSignature } from './carried-signature.ts';
import { hasOwnCitations } from './own-marks.ts';
import { type ClientPart, readUserParts } from './read-user-parts.ts';
import { blocksOf, cacheAt, isFilled, type PlacedBlock, type Reading, textIn } from './reading.ts';

type ClientMessage = Message<ClientSource>;
type Read = readonly ClientMessage[];

const MESSAGE_FIELDS = new Set(['role', 'content']);
const RESULT_FIELDS = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);
const CALL_FIELDS = new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller']);
const TEXT_FIELDS = new Set(['type', 'text', 'cache_control', 'citations']);
const THINKING_FIELDS = new Set(['type', 'thinking', 'signature']);

/** Text blocks as system messages: one up to each mark. */
export const readSystem = (
  content: JsonValue | undefined,
  path: string,
  reading: Reading,
): readonly ClientMessage[] => {
  const messages: ClientMessage[] = [];
  let texts: string[] = [];
  const flush = (cache: ReturnType<typeof cacheAt> = {}): void => {
    if (texts.length > 0) messages.push({ role: 'system', text: texts.join('\n\n'), ...cache });
    texts = [];
  };
  for (const { block, path: at } of blocksOf(content, path)) {
    reading.unread.addUnknown(at, block, TEXT_FIELDS);
    const text = textIn(block);
    if (text !== '') texts.push(text);
    const marked = cacheAt(block);
    if (marked.cache !== undefined) flush(marked);
  }
  flush();
  return messages;
};

/** With what it gave besides text. */
const readToolResult = (
  { block, path }: PlacedBlock,
  reading: Reading,
): {
  readonly message: ClientMessage;
  readonly id: string;
  readonly media: readonly MediaPart<ClientSource>[];
} => {
  reading.unread.addUnknown(path, block, RESULT_FIELDS);
  const id = textAt(block, 'tool_use_id') ?? '';
  const name = reading.toolNames.get(id);
  if (name === undefined)
    throw new BodyProblem(
      `${path}.tool_use_id`,
      `"${id.slice(0, 200)}" answers no tool_use block before it.`,
    );
  const parts = blocksOf(block.content, `${path}.content`).flatMap((one) =>
    readUserParts(one, reading, true),
  );
  const media = parts.filter(isMedia);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const toolCallId = providerToolCallId(id);
  return {
    id: toolCallId,
    message: {
      role: 'tool',
      toolCallId,
      ...(name !== '' && { name }),
      text: resultText(texts, media.length > 0),
      isError: block.is_error === true,
      ...cacheAt(block),
    },
    media,
  };
};

const readUser = (placed: readonly PlacedBlock[], reading: Reading): Read => {
  const results: ClientMessage[] = [];
  const media = new ResultMedia<ClientSource>();
  const parts: ClientPart[] = [];
  for (const one of placed) {
    switch (one.block.type) {
      case 'tool_result': {
        const result = readToolResult(one, reading);
        results.push(result.message);
        media.add(result.id, result.media);
        break;
      }
      case 'tool_use':
      case 'thinking':
      case 'redacted_thinking':
        throw new BodyProblem(`${one.path}.type`, 'stands only in messages of the assistant.');
      default:
        parts.push(...readUserParts(one, reading));
    }
  }
  const all = [...media.take(), ...parts];
  return all.length === 0 ? results : [...results, { role: 'user', parts: all }];
};

const readAssistant = (placed: readonly PlacedBlock[], reading: Reading): Read => {
  const texts: string[] = [];
  const reasoning: ReasoningBlock[] = [];
  const calls: ToolCall[] = [];
  const signatures = new Map<string, string>();
  let cache: ReturnType<typeof cacheAt> = {};
  for (const { block, path } of placed) {
    cache = { ...cache, ...cacheAt(block) };
    switch (block.type) {
      case 'text':
        reading.unread.addUnknown(path, block, TEXT_FIELDS);
        // The words that a source is cited with come back with the answer; those made here, no provider would take.
        if (hasOwnCitations(block)) reading.hasOwnMarks = true;
        else if (isFilled(block, 'citations')) reading.unread.add(`${path}.citations`);
        texts.push(textAt(block, 'text') ?? '');
        break;
      case 'thinking': {
        reading.unread.addUnknown(path, block, THINKING_FIELDS);
        const signature = textAt(block, 'signature');
        // Not Anthropic's, who sign all: a provider who does not.
        if (signature === undefined) reading.hasOwnMarks = true;
        const text = textAt(block, 'thinking') ?? '';
        if (text !== '' || signature !== undefined)
          reasoning.push({ text, ...(signature !== undefined && { signature }) });
        break;
      }
      case 'redacted_thinking': {
        const data = textAt(block, 'data') ?? '';
        const carried = readCarriedSignature(data);
        if (carried.kind !== 'OTHER') reading.hasOwnMarks = true;
        if (carried.kind === 'CARRIED') signatures.set(carried.id, carried.signature);
        if (carried.kind === 'LOST') reading.unread.add(path);
        if (carried.kind === 'OTHER') reasoning.push({ text: '', signature: data, redacted: true });
        break;
      }
      case 'tool_use': {
        reading.unread.addUnknown(path, block, CALL_FIELDS);
        const input = block.input ?? {};
        checkDepth(`${path}.input`, input);
        if (!isJsonObject(input)) throw new BodyProblem(`${path}.input`, 'takes an object.');
        const id = textAt(block, 'id') ?? '';
        const name = textAt(block, 'name') ?? '';
        reading.toolNames.set(id, name);
        const own = providerToolCallId(id);
        if (own !== id) reading.hasOwnMarks = true;
        calls.push({ id: own, name, arguments: JSON.stringify(input) });
        break;
      }
      case 'tool_result':
      case 'image':
      case 'document':
      case 'search_result':
        throw new BodyProblem(`${path}.type`, 'stands only in messages of the user.');
      default:
        // Tools that a provider ran by itself, summaries and the like: what they hold of text is kept.
        reading.unread.add(path);
        texts.push(textIn(block));
    }
  }
  const text = texts.join('');
  if (text === '' && reasoning.length === 0 && calls.length === 0) return [];
  const toolCalls = calls.map((call): ToolCall => {
    const signature = signatures.get(call.id);
    return signature === undefined ? call : { ...call, signature };
  });
  return [{ role: 'assistant', text, reasoning, toolCalls, ...cache }];
};

const readMessage = (message: JsonObject, path: string, reading: Reading): Read => {
  reading.unread.addUnknown(path, message, MESSAGE_FIELDS);
  const placed = blocksOf(message.content, `${path}.content`);
  switch (message.role) {
    case 'assistant':
      return readAssistant(placed, reading);
    case 'system':
      return readSystem(message.content, `${path}.content`, reading);
    default:
      return readUser(placed, reading);
  }
};

/** The conversation without its system prompt. Messages that hold nothing are left out. Throws BodyProblem. */
export const readMessages = (messages: readonly JsonObject[], reading: Reading): Read => {
  const read = messages.flatMap((message, index) => readMessage(message, `messages[${index}]`, reading));
  if (read.every(({ role }) => role === 'system'))
    throw new BodyProblem(
      'messages',
      'needs at least one message of the user or the assistant that is not empty.',
    );
  return read;
};
