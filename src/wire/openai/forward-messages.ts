import type { Message, RequestParameter } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { openSignature, sealedFor } from '../../domain/signature-seal.ts';
import type { Forwarding } from '../codec.ts';
import { MEDIA_PARAMETERS } from '../honoured-request.ts';
import { objectAt, objectsAt, textAt } from '../json-reading.ts';
import { isPlainPrefill } from '../plain-messages.ts';
import { GO_ON, GO_ON_WARNING, isPrefilled } from '../prefill.ts';
import { STAND_IN_SIGNATURE, STAND_IN_WARNING } from '../stand-in-signature.ts';
import { rewriteToolCallIds, type ToolCallIds } from '../tool-call-ids.ts';
import { encodeReasoning, needsSignatures, prefillMark, withAnswers } from './encode-messages.ts';
import { withMediaAfterResults } from './forward-results.ts';
import { type OpenAiQuirks, refusesPrefill, toolCallIdsOf } from './quirks.ts';

export type MessageEdits = {
  readonly model: string;
  readonly refused: ReadonlySet<RequestParameter>;
  /** To be said by the system. */
  readonly statement: string | undefined;
  readonly quirks: OpenAiQuirks;
};

type Assistant = Extract<Message, { role: 'assistant' }>;

/** What answers hold besides, and clients give back with it. */
const ECHOED = ['reasoning_content', 'reasoning', 'reasoning_details', 'annotations', 'parsed'];

const idsIn = (
  messages: readonly JsonValue[],
): { readonly calls: readonly string[]; readonly results: readonly string[] } => {
  const calls: string[] = [];
  const results: string[] = [];
  for (const message of messages) {
    if (!isJsonObject(message)) continue;
    if (message.role === 'assistant') {
      for (const call of objectsAt(message, 'tool_calls'))
        if (typeof call.id === 'string') calls.push(call.id);
    } else if (message.role === 'tool' && typeof message.tool_call_id === 'string')
      results.push(message.tool_call_id);
  }
  return { calls, results };
};

const isSealed = (signature: string | undefined): boolean => sealedFor(signature) !== undefined;

/** Edits a client's own messages: each is the same object where nothing of it changes. */
class MessageEditor {
  readonly #forwarding: Forwarding;
  readonly #edits: MessageEdits;
  readonly #ids: ToolCallIds | undefined;
  /** Our reading of the assistant's messages, which stand in the same order. */
  readonly #read: readonly Assistant[];
  #assistants = 0;
  /** Whether a turn's first call is signed in any case. */
  readonly #signs: boolean;
  /** A stand-in was put in the place of a signature. */
  isStoodIn = false;

  constructor(forwarding: Forwarding, edits: MessageEdits, ids: ToolCallIds | undefined) {
    this.#forwarding = forwarding;
    this.#edits = edits;
    this.#ids = ids;
    this.#signs = needsSignatures(edits.model, edits.quirks);
    this.#read = forwarding.request.messages.filter((message) => message.role === 'assistant');
  }

  edit(message: JsonValue): JsonValue {
    if (!isJsonObject(message)) return message;
    switch (message.role) {
      case 'developer':
        return this.#edits.quirks.supportsDeveloperRole ? message : { ...message, role: 'system' };
      case 'assistant':
        return this.#assistant(message);
      case 'tool': {
        const id = message.tool_call_id;
        return this.#ids === undefined || typeof id !== 'string'
          ? message
          : { ...message, tool_call_id: this.#ids.ofResult(id) };
      }
      case 'user':
        return this.#user(message);
      default:
        return message;
    }
  }

  #assistant(message: JsonObject): JsonObject {
    const read = this.#read[this.#assistants];
    this.#assistants += 1;
    let edited = this.#withCalls(message);
    if (objectsAt(message, 'reasoning_details').some((detail) => isSealed(signatureOf(detail)))) {
      const { reasoning_details: _sealed, ...rest } = edited;
      const own = encodeReasoning(read?.reasoning ?? [], this.#edits.quirks);
      edited = { ...own, ...rest };
    }
    if (this.#edits.quirks.takesUnknownMessageFields === false && ECHOED.some((name) => name in edited))
      edited = Object.fromEntries(Object.entries(edited).filter(([name]) => !ECHOED.includes(name)));
    return edited;
  }

  #withCalls(message: JsonObject): JsonObject {
    const calls = message.tool_calls;
    if (!Array.isArray(calls)) return message;
    let isChanged = false;
    const edited = calls.map((call: JsonValue) => {
      if (!isJsonObject(call)) return call;
      const kept = this.#call(call);
      isChanged ||= kept !== call;
      return kept;
    });
    const [first, ...others] = edited;
    if (this.#signs && isJsonObject(first) && signatureIn(first) === undefined) {
      this.isStoodIn = true;
      const extra_content = { google: { thought_signature: STAND_IN_SIGNATURE } };
      return { ...message, tool_calls: [{ ...first, extra_content }, ...others] };
    }
    return isChanged ? { ...message, tool_calls: edited } : message;
  }

  #call(call: JsonObject): JsonObject {
    const named =
      this.#ids === undefined || typeof call.id !== 'string'
        ? call
        : { ...call, id: this.#ids.ofCall(call.id) };
    const extra = objectAt(call, 'extra_content');
    const google = objectAt(extra, 'google');
    const signature = textAt(google, 'thought_signature');
    if (signature === undefined) return named;
    const own = openSignature(signature, this.#forwarding.providerId);
    if (own === signature) return named;
    const { extra_content: _sealed, ...rest } = named;
    if (own === undefined) return rest;
    return { ...rest, extra_content: { ...extra, google: { ...google, thought_signature: own } } };
  }

  #user(message: JsonObject): JsonObject {
    const { content } = message;
    if (!Array.isArray(content) || !content.some((part: JsonValue) => this.#part(part) !== part))
      return message;
    const parts = content.flatMap((part: JsonValue): readonly JsonValue[] => {
      const kept = this.#part(part);
      return kept === undefined ? [] : [kept];
    });
    return { ...message, content: parts.length === 0 ? '' : parts };
  }

  /** Undefined: it is left out. */
  #part(part: JsonValue): JsonValue | undefined {
    if (!isJsonObject(part)) return part;
    switch (part.type) {
      case 'image_url': {
        const image = objectAt(part, 'image_url') ?? { url: part.image_url ?? '' };
        const url = textAt(image, 'url') ?? '';
        const edited = this.#address('image', url);
        if (edited === undefined || edited === url) return edited === undefined ? undefined : part;
        return { ...part, image_url: { ...image, url: edited } };
      }
      case 'input_audio':
        return this.#edits.refused.has('audioData') ? undefined : part;
      case 'file': {
        const file = objectAt(part, 'file');
        const data = textAt(file, 'file_data');
        if (data === undefined) return part;
        const edited = this.#address('file', data);
        if (edited === undefined || edited === data) return edited === undefined ? undefined : part;
        return { ...part, file: { ...file, file_data: edited } };
      }
      default:
        return part;
    }
  }

  /** The address as the server takes it: as data where it fetches none. */
  #address(type: 'image' | 'file', address: string): string | undefined {
    const { refused } = this.#edits;
    const names = MEDIA_PARAMETERS[type];
    if (/^data:/i.test(address)) return refused.has(names.data) ? undefined : address;
    if (!refused.has(names.url)) return address;
    const fetched = this.#forwarding.client.fetched?.get(address);
    if (fetched === undefined || refused.has(names.data)) return undefined;
    return `data:${fetched.mediaType};base64,${fetched.base64}`;
  }
}

const signatureIn = (call: JsonObject): string | undefined =>
  textAt(objectAt(objectAt(call, 'extra_content'), 'google'), 'thought_signature');

const signatureOf = (detail: JsonObject): string | undefined =>
  textAt(detail, 'signature') ?? textAt(detail, 'data');

/** Adds to the first system message, as some servers take only one. */
const withStatement = (messages: readonly JsonValue[], statement: string): readonly JsonValue[] => {
  const [first, ...rest] = messages;
  if (!isJsonObject(first) || first.role !== 'system')
    return [{ role: 'system', content: statement }, ...messages];
  const { content } = first;
  const stated = Array.isArray(content)
    ? [...content, { type: 'text', text: statement }]
    : `${typeof content === 'string' ? content : ''}\n\n${statement}`;
  return [{ ...first, content: stated }, ...rest];
};

type Edited = { readonly edited: readonly JsonValue[]; readonly warnings: readonly ProviderEvent[] };

const edit = (messages: readonly JsonValue[], forwarding: Forwarding, edits: MessageEdits): Edited => {
  const { model, quirks } = edits;
  const { calls, results } = idsIn(messages);
  const ids = rewriteToolCallIds(toolCallIdsOf(model, quirks), calls, results);
  const editor = new MessageEditor(forwarding, edits, ids);
  const each = messages.map((message: JsonValue) => editor.edit(message));
  const moved = quirks.takesMediaInResults === false ? withMediaAfterResults(each) : each;
  return {
    edited: withAnswers(moved, model, quirks),
    warnings: editor.isStoodIn ? [STAND_IN_WARNING] : [],
  };
};

/** A client's own messages, without what the server refuses; undefined where there are none. */
export const forwardMessages = (
  forwarding: Forwarding,
  edits: MessageEdits,
): { readonly messages: JsonValue | undefined; readonly warnings: readonly ProviderEvent[] } => {
  const { messages } = forwarding.client.body;
  if (!Array.isArray(messages)) return { messages, warnings: [] };
  const { model, statement, quirks } = edits;
  const isPlain = forwarding.client.plain !== undefined;
  const { edited, warnings } = isPlain
    ? { edited: messages, warnings: [] }
    : edit(messages, forwarding, edits);
  const stated = statement === undefined ? edited : withStatement(edited, statement);
  const last = stated.at(-1);
  const prefills = isPlain ? isPlainPrefill(messages) : isPrefilled(forwarding.request.messages);
  if (!isJsonObject(last) || !prefills) return { messages: stated, warnings };
  if (refusesPrefill(model, quirks))
    return {
      messages: [...stated, { role: 'user', content: GO_ON }],
      warnings: [...warnings, GO_ON_WARNING],
    };
  return { messages: stated.with(-1, { ...last, ...prefillMark(quirks) }), warnings };
};
