import type { Message, UserPart } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject } from '../../../domain/json.ts';
import { customArguments, type ToolNames } from '../../custom-tools.ts';
import { textAt } from '../../json-reading.ts';
import { sealReasoning } from '../../openai-responses/seals.ts';
import { isMedia, resultText } from '../../tool-results.ts';
import type { ClientSource } from '../client-media.ts';
import { holdObject } from '../hold-body.ts';
import { BodyProblem } from '../invalid-body.ts';
import { providerToolCallId } from '../tool-call-ids.ts';
import type { UnreadFields } from '../unread-fields.ts';
import { readEncryptedContent } from './encrypted-content.ts';
import { readMediaPart } from './read-media.ts';
import {
  CALL_ITEM,
  CUSTOM_CALL_ITEM,
  CUSTOM_OUTPUT_ITEM,
  MESSAGE_ITEM,
  OUTPUT_ITEM,
  REASONING_ITEM,
  REFUSAL_PART,
  TEXT_PART,
} from './schema.ts';
import { createTurns, type Turns } from './turns.ts';

/** It stands for an item that its provider has kept, and nobody else can know. */
const REFERENCE = 'item_reference';

const partsOf = (item: JsonObject, key: string): readonly JsonObject[] | undefined => {
  const value = item[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : undefined;
};

/** Undefined for a part that is no text. */
const textOf = (path: string, part: JsonObject): string | undefined => {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return holdObject(TEXT_PART, part, path).text;
    case 'refusal':
      return holdObject(REFUSAL_PART, part, path).refusal;
    default:
      return undefined;
  }
};

const readParts = (
  path: string,
  parts: readonly JsonObject[],
  unread: UnreadFields,
  isEssential = true,
): readonly UserPart<ClientSource>[] =>
  parts.flatMap((part, at): readonly UserPart<ClientSource>[] => {
    const where = `${path}[${at}]`;
    const text = textOf(where, part);
    if (text !== undefined) return [{ type: 'text', text }];
    const media = readMediaPart(where, part, unread, isEssential);
    return media === undefined ? [] : [media];
  });

/** Texts alone: of the system and the model. */
const readText = (path: string, parts: readonly JsonObject[], unread: UnreadFields): string =>
  parts
    .map((part, at) => {
      const text = textOf(`${path}[${at}]`, part);
      if (text === undefined) unread.add(`${path}[${at}]`, true);
      return text ?? '';
    })
    .join('');

const readMessage = (path: string, item: JsonObject, turns: Turns, unread: UnreadFields): void => {
  const { role, content } = holdObject(MESSAGE_ITEM, item, path);
  const parts = partsOf(item, 'content') ?? [];
  const text = (): string =>
    typeof content === 'string' ? content : readText(`${path}.content`, parts, unread);
  switch (role) {
    case 'system':
    case 'developer':
      turns.system(text());
      break;
    case 'assistant':
      turns.said(text());
      break;
    case 'user': {
      if (typeof content === 'string') {
        turns.user([{ type: 'text', text: content }]);
        break;
      }
      if (parts.length === 0) throw new BodyProblem(`${path}.content`, 'is empty.');
      const read = readParts(`${path}.content`, parts, unread);
      // Where nothing of it is left, only a provider that gets it as it came may answer.
      turns.user(read.length > 0 ? read : [{ type: 'text', text: '' }]);
    }
  }
};

const PARAGRAPH = '\n\n';

/**
 * A provider's own proof, which came by being passed on: written as the half that speaks to providers writes it, so
 * that one that is asked in these words gets it back. For all others the gateway leaves it out.
 */
const ownSignature = (item: JsonObject, isContent: boolean, at: number): string | undefined => {
  const id = textAt(item, 'id');
  const encryptedContent = textAt(item, 'encrypted_content');
  return id === undefined || encryptedContent === undefined
    ? undefined
    : sealReasoning({ id, encryptedContent, text: isContent ? 'CONTENT' : 'SUMMARY', at });
};

const readReasoning = (path: string, item: JsonObject, turns: Turns, unread: UnreadFields): void => {
  const { summary, content, encrypted_content: encrypted } = holdObject(REASONING_ITEM, item, path);
  const isContent = content != null && content.length > 0;
  const text = (isContent ? content : (summary ?? [])).map((part) => part.text).join(PARAGRAPH);
  const held = encrypted == null ? undefined : readEncryptedContent(encrypted);
  if (held?.kind === 'CALLS') {
    turns.signed(held.signatures);
    return;
  }
  const signature = held?.signature ?? ownSignature(item, isContent, turns.itemsInTurn());
  const redacted = held?.redacted ?? (text === '' && signature !== undefined);
  if (text !== '' || signature !== undefined)
    turns.reasoned({
      text: redacted ? '' : text,
      ...(signature === undefined ? {} : { signature }),
      ...(redacted ? { redacted } : {}),
    });
  else if (encrypted != null) unread.add(`${path}.encrypted_content`);
};

const readCall = (path: string, item: JsonObject, turns: Turns, names: ToolNames): void => {
  const { call_id, name, namespace, arguments: args } = holdObject(CALL_ITEM, item, path);
  turns.called({
    id: providerToolCallId(call_id),
    name: namespace == null ? name : names.nameFor(name, namespace, false),
    arguments: args.trim() === '' ? '{}' : args,
  });
};

const readCustomCall = (path: string, item: JsonObject, turns: Turns, names: ToolNames): void => {
  const { call_id, name, namespace, input } = holdObject(CUSTOM_CALL_ITEM, item, path);
  turns.called({
    id: providerToolCallId(call_id),
    name: names.nameFor(name, namespace ?? undefined, true),
    arguments: customArguments(input),
  });
};

/** An output whose call lies in a history that is not here: it stands for it in our unread, which nobody is sent. */
const UNKNOWN_CALL = { name: 'unknown', arguments: '{}' };

const readOutput = (
  path: string,
  item: JsonObject,
  turns: Turns,
  left: ReadonlySet<string>,
  unread: UnreadFields,
): void => {
  const { call_id, output } =
    item.type === 'custom_tool_call_output'
      ? holdObject(CUSTOM_OUTPUT_ITEM, item, path)
      : holdObject(OUTPUT_ITEM, item, path);
  const id = providerToolCallId(call_id);
  // What it answers has been left out.
  if (!turns.hasCall(id) && left.has(call_id)) {
    unread.add(path);
    return;
  }
  if (!turns.hasCall(id)) {
    if (!unread.hasEssential())
      throw new BodyProblem(`${path}.call_id`, 'answers no function_call before it.');
    turns.called({ id, ...UNKNOWN_CALL });
  }
  if (typeof output === 'string') {
    turns.answered(id, output, []);
    return;
  }
  const parts = readParts(`${path}.output`, partsOf(item, 'output') ?? [], unread, false);
  const media = parts.filter(isMedia);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  turns.answered(id, resultText(texts, media.length > 0), media);
};

type Items = { readonly turns: Turns; readonly names: ToolNames; readonly left: Set<string> };

const readItem = (path: string, item: JsonObject, items: Items, unread: UnreadFields): void => {
  const { turns, names, left } = items;
  switch (item.type ?? 'message') {
    case 'message':
      readMessage(path, item, turns, unread);
      break;
    case 'function_call':
      readCall(path, item, turns, names);
      break;
    case 'custom_tool_call':
      readCustomCall(path, item, turns, names);
      break;
    case 'function_call_output':
    case 'custom_tool_call_output':
      readOutput(path, item, turns, left, unread);
      break;
    case 'reasoning':
      readReasoning(path, item, turns, unread);
      break;
    default: {
      // Calls of tools that a provider hosts, summaries that it encrypted and the like: the conversation goes on without.
      const call = textAt(item, 'call_id');
      if (call !== undefined) left.add(call);
      unread.add(path, item.type === REFERENCE);
    }
  }
};

/** The conversation. What is essential and stands elsewhere in the body must have been noted before. Throws BodyProblem. */
export const readInput = (
  { input, instructions }: JsonObject,
  names: ToolNames,
  unread: UnreadFields,
): readonly Message<ClientSource>[] => {
  const turns = createTurns();
  const items: Items = { turns, names, left: new Set() };
  if (typeof instructions === 'string' && instructions !== '') turns.system(instructions);
  if (typeof input === 'string') turns.user([{ type: 'text', text: input }]);
  else if (Array.isArray(input)) {
    for (const [at, item] of input.entries())
      if (isJsonObject(item)) readItem(`input[${at}]`, item, items, unread);
  } else if (!unread.hasEssential()) throw new BodyProblem('input', 'is missing.');
  const messages = turns.messages();
  if (messages.length === 0 && !unread.hasEssential()) throw new BodyProblem('input', 'is empty.');
  // The words are in a history or a template that is not here.
  return unread.hasEssential() && !messages.some(({ role }) => role !== 'system')
    ? [...messages, { role: 'user', parts: [{ type: 'text', text: '' }] }]
    : messages;
};
