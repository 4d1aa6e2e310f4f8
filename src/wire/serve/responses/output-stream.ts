import type { ContentEvent, Source } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { ToolNames } from '../../custom-tools.ts';
import { clientToolCallId } from '../tool-call-ids.ts';
import { type CallStream, createCallStream } from './call-stream.ts';
import { writeEncryptedContent } from './encrypted-content.ts';
import type { EventLog } from './event-log.ts';
import { createMessageStream, type MessageStream } from './message-stream.ts';
import { callPrefix, type ItemStatus } from './output-items.ts';
import { createReasoningStream, type ReasoningStream } from './reasoning-stream.ts';

type Event<Type extends ContentEvent['type']> = Extract<ContentEvent, { readonly type: Type }>;

/** The items of one answer as they come, each at a place of its own. */
export type OutputStream = {
  add(event: ContentEvent): void;
  /** Ends what is open; all items in their places. */
  end(status: ItemStatus): readonly JsonObject[];
  /** All items as far as they have come. */
  items(): readonly JsonObject[];
  /** What the model said in place of an answer. */
  refusal(): string;
};

type Open<Stream> = { readonly at: number; readonly stream: Stream };

/** `core`: what is in the ids of this answer's items and in no other's. */
export const createOutputStream = (core: string, log: EventLog, names?: ToolNames): OutputStream => {
  /** Ended ones, by their places. */
  const ended: JsonObject[] = [];
  const calls = new Map<number, Open<CallStream>>();
  const signatures = new Map<string, string>();
  /** Those that came where no text stood. */
  let sources: Source[] = [];
  let message: Open<MessageStream> | undefined;
  let reasoning: Open<ReasoningStream> | undefined;
  let count = 0;
  let refusal = '';

  const idAt = (prefix: string, at: number): string => `${prefix}_${core}${at.toString(16).padStart(4, '0')}`;

  const endMessage = (status: ItemStatus): void => {
    if (message !== undefined) ended[message.at] = message.stream.end(status);
    message = undefined;
  };

  const endReasoning = (encryptedContent?: string): void => {
    if (reasoning !== undefined) ended[reasoning.at] = reasoning.stream.end(encryptedContent);
    reasoning = undefined;
  };

  const openMessage = (): MessageStream => {
    if (message !== undefined) return message.stream;
    endReasoning();
    const at = count++;
    message = { at, stream: createMessageStream(idAt('msg', at), at, log) };
    return message.stream;
  };

  const openReasoning = (): ReasoningStream => {
    if (reasoning !== undefined) return reasoning.stream;
    const at = count++;
    reasoning = { at, stream: createReasoningStream(idAt('rs', at), at, log) };
    return reasoning.stream;
  };

  const say = ({ text, logprobs }: Event<'textDelta'>): void => {
    if (text === '' && (logprobs === undefined || logprobs.length === 0)) return;
    const stream = openMessage();
    stream.say(text, logprobs);
    if (sources.length === 0) return;
    for (const source of sources) stream.cite(source);
    sources = [];
  };

  const reason = ({ text, signature, redacted = false }: Event<'reasoningDelta'>): void => {
    if (redacted) endReasoning();
    if (text !== '' && !redacted) {
      endMessage('completed');
      openReasoning().add(text);
    }
    if (signature === undefined) return;
    // A proof alone may come amid text, which goes on.
    openReasoning();
    endReasoning(writeEncryptedContent({ kind: 'REASONING', signature, redacted }));
  };

  const openCall = (index: number, id: string, name: string): CallStream => {
    const known = calls.get(index);
    if (known !== undefined) return known.stream;
    endReasoning();
    endMessage('completed');
    const at = count++;
    const alias = names?.aliasOf(name);
    const call = { callId: clientToolCallId(id, core), name, alias };
    const stream = createCallStream(idAt(callPrefix(alias), at), at, call, log);
    calls.set(index, { at, stream });
    return stream;
  };

  const endCall = (event: Event<'toolCallEnded'>): void => {
    const stream = openCall(event.index, event.id, event.name);
    const at = calls.get(event.index)?.at ?? 0;
    ended[at] = stream.end('completed', event.arguments);
    calls.delete(event.index);
    if (event.signature !== undefined) signatures.set(event.id, event.signature);
  };

  return {
    add(event) {
      switch (event.type) {
        case 'textDelta':
          say(event);
          break;
        case 'reasoningDelta':
          reason(event);
          break;
        case 'toolCallStarted':
          openCall(event.index, event.id, event.name);
          break;
        case 'toolCallDelta':
          calls.get(event.index)?.stream.add(event.argumentsDelta);
          break;
        case 'toolCallEnded':
          endCall(event);
          break;
        case 'source': {
          const { type: _type, ...source } = event;
          if (message === undefined) sources.push(source);
          else message.stream.cite(source);
          break;
        }
        case 'refusalDelta':
          refusal += event.text;
          if (event.text !== '') openMessage().refuse(event.text);
      }
    },
    end(status) {
      if (sources.length > 0) {
        const stream = openMessage();
        for (const source of sources) stream.cite(source);
        sources = [];
      }
      endReasoning();
      endMessage(status);
      for (const { at, stream } of calls.values()) ended[at] = stream.end(status);
      calls.clear();
      if (signatures.size > 0) {
        openReasoning();
        endReasoning(writeEncryptedContent({ kind: 'CALLS', signatures }));
      }
      return ended;
    },
    items() {
      const items = [...ended];
      if (message !== undefined) items[message.at] = message.stream.item('incomplete');
      if (reasoning !== undefined) items[reasoning.at] = reasoning.stream.item();
      for (const { at, stream } of calls.values()) items[at] = stream.item('incomplete');
      return items;
    },
    refusal: () => refusal,
  };
};
