import type { ContentEvent, Source } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { clientToolCallId } from '../tool-call-ids.ts';
import { carrySignature } from './carried-signature.ts';
import { frame } from './frames.ts';
import { citationOf } from './message-fields.ts';

/** Writes content as blocks: counted from 0, and one at a time. */
export type BlockWriter = {
  push(event: ContentEvent): string;
  /** Closes what is open. `ifEmpty`: the text of an answer that has no block. */
  end(ifEmpty: string): string;
  hasToolCalls(): boolean;
  refusal(): string;
};

type ToolEvent = Extract<ContentEvent, { type: 'toolCallStarted' | 'toolCallDelta' | 'toolCallEnded' }>;

type OpenBlock =
  | { readonly kind: 'text' | 'thinking' }
  | { readonly kind: 'tool'; readonly call: number; isEmpty: boolean };

/** More than this of what waits for a text block is left out. */
const MOST_SOURCES = 200;

/** `answer`: what no other answer has, for ids of tool calls. */
export const createBlockWriter = (answer: string): BlockWriter => {
  let index = -1;
  let open: OpenBlock | undefined;
  let refusal = '';
  let callCount = 0;
  /** What came while a tool call was being written that it is no part of. */
  let held: ContentEvent[] = [];
  let sources: Source[] = [];

  const start = (content: JsonObject): string => {
    index += 1;
    return frame({ type: 'content_block_start', index, content_block: content });
  };
  const delta = (part: JsonObject): string => frame({ type: 'content_block_delta', index, delta: part });
  const jsonDelta = (text: string): string => delta({ type: 'input_json_delta', partial_json: text });

  const close = (): string => {
    if (open === undefined) return '';
    // A call without arguments has one empty piece of them.
    const last = open.kind === 'tool' && open.isEmpty ? jsonDelta('') : '';
    open = undefined;
    return `${last}${frame({ type: 'content_block_stop', index })}`;
  };

  const redacted = (data: string): string =>
    `${close()}${start({ type: 'redacted_thinking', data })}${frame({ type: 'content_block_stop', index })}`;

  const citations = (): string => {
    if (sources.length === 0) return '';
    const found = sources.map(citationOf).filter((one) => one !== undefined);
    sources = [];
    return found.map((citation) => delta({ type: 'citations_delta', citation })).join('');
  };

  const openText = (): string => {
    const closed = close();
    open = { kind: 'text' };
    return `${closed}${start({ type: 'text', text: '' })}${citations()}`;
  };

  const text = (piece: string): string => {
    if (piece === '') return '';
    const opened = open?.kind === 'text' ? '' : openText();
    // By hand, as this is what most of all events are.
    return `${opened}event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"text_delta","text":${JSON.stringify(piece)}}}\n\n`;
  };

  const reasoning = (event: Extract<ContentEvent, { type: 'reasoningDelta' }>): string => {
    const { text: piece, signature } = event;
    if (event.redacted === true) return signature === undefined ? '' : redacted(signature);
    if (piece === '' && signature === undefined) return '';
    let written = '';
    if (open?.kind !== 'thinking') {
      written += close();
      open = { kind: 'thinking' };
      written += start({ type: 'thinking', thinking: '', signature: '' });
    }
    if (piece !== '') written += delta({ type: 'thinking_delta', thinking: piece });
    if (signature !== undefined) written += delta({ type: 'signature_delta', signature }) + close();
    return written;
  };

  const openTool = ({ index: call, id, name }: Extract<ToolEvent, { id: string }>): string => {
    const closed = close();
    open = { kind: 'tool', call, isEmpty: true };
    callCount += 1;
    return `${closed}${start({ type: 'tool_use', id: clientToolCallId(id, answer), name, input: {} })}`;
  };

  const tool = (event: ToolEvent): string => {
    switch (event.type) {
      case 'toolCallStarted':
        return openTool(event);
      case 'toolCallDelta': {
        if (open?.kind !== 'tool') return '';
        const piece = open.isEmpty ? event.argumentsDelta.trimStart() : event.argumentsDelta;
        if (piece === '') return '';
        open.isEmpty = false;
        return jsonDelta(piece);
      }
      case 'toolCallEnded': {
        let written = open?.kind === 'tool' ? '' : openTool(event);
        const isUnsaid = open?.kind === 'tool' && open.isEmpty && !/^\s*(\{\s*\})?\s*$/.test(event.arguments);
        if (isUnsaid && open?.kind === 'tool') {
          open.isEmpty = false;
          written += jsonDelta(event.arguments);
        }
        written += close();
        if (event.signature !== undefined)
          written += redacted(carrySignature({ id: event.id, signature: event.signature }));
        return written + release();
      }
    }
  };

  /** Writes what was held, as far as the first call in it goes that is not whole. */
  const release = (): string => {
    const waiting = held;
    held = [];
    let written = '';
    for (const event of waiting) written += push(event);
    return written;
  };

  const push = (event: ContentEvent): string => {
    if (open?.kind === 'tool' && !('index' in event && event.index === open.call)) {
      held.push(event);
      return '';
    }
    switch (event.type) {
      case 'textDelta':
        return text(event.text);
      case 'reasoningDelta':
        return reasoning(event);
      case 'toolCallStarted':
      case 'toolCallDelta':
      case 'toolCallEnded':
        return tool(event);
      case 'source': {
        if (sources.length < MOST_SOURCES) sources.push(event);
        return open?.kind === 'text' ? citations() : '';
      }
      case 'refusalDelta':
        refusal += event.text;
        return '';
    }
  };

  return {
    push,
    end(ifEmpty) {
      let written = '';
      while (open?.kind === 'tool') written += close() + release();
      if (index === -1) written += text(ifEmpty);
      return written + close();
    },
    hasToolCalls: () => callCount > 0,
    refusal: () => refusal,
  };
};
