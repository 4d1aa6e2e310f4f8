import { expect } from 'vitest';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { Usage } from '../../src/domain/usage.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { createSseParser } from '../../src/wire/sse.ts';

export type FoldedCall = { readonly name: string; readonly arguments: string; readonly id: string };
/** All that one answer's events say, added up. */
export type Folded = {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly signatures: readonly string[];
  readonly toolCalls: readonly FoldedCall[];
  readonly sources: readonly string[];
  readonly usage: Usage | undefined;
  readonly end: Extract<ProviderEvent, { type: 'completed' | 'failed' }>;
};

/** Adds up events and checks the promises of their order on the way. */
export const fold = (events: readonly ProviderEvent[]): Folded => {
  let text = '';
  let reasoning = '';
  let refusal = '';
  let usage: Usage | undefined;
  const signatures: string[] = [];
  const sources: string[] = [];
  const started = new Map<number, { id: string; name: string; deltas: string }>();
  const toolCalls: FoldedCall[] = [];
  const end = events.at(-1);
  if (end?.type !== 'completed' && end?.type !== 'failed') throw new Error('the events have no end');
  for (const [position, event] of events.entries()) {
    switch (event.type) {
      case 'answering':
        expect(position, 'answering comes first').toBe(0);
        break;
      case 'textDelta':
        if (event.logprobs === undefined) expect(event.text).not.toBe('');
        text += event.text;
        break;
      case 'reasoningDelta':
        reasoning += event.text;
        if (event.signature !== undefined) signatures.push(event.signature);
        break;
      case 'refusalDelta':
        refusal += event.text;
        break;
      case 'source':
        if (event.url !== undefined) sources.push(event.url);
        break;
      case 'usageUpdated':
        usage = event.usage;
        break;
      case 'toolCallStarted':
        expect(event.index, 'calls are counted from 0').toBe(started.size);
        expect(event.id).not.toBe('');
        started.set(event.index, { id: event.id, name: event.name, deltas: '' });
        break;
      case 'toolCallDelta': {
        const call = started.get(event.index);
        if (!call) throw new Error('a delta of a call that was not started');
        call.deltas += event.argumentsDelta;
        break;
      }
      case 'toolCallEnded': {
        const call = started.get(event.index);
        expect(call).toMatchObject({ id: event.id, name: event.name });
        if (call?.deltas.trim() !== '') expect(event.arguments).toBe(call?.deltas);
        else expect(event.arguments).toBe('{}');
        if (event.signature !== undefined) signatures.push(event.signature);
        toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
        break;
      }
      case 'warning':
        break;
      case 'completed':
      case 'failed':
        expect(position, 'nothing follows the end').toBe(events.length - 1);
        break;
    }
  }
  return { text, reasoning, refusal, signatures, toolCalls, sources, usage, end };
};

/** Decodes a stream that arrives in pieces of `size` bytes. */
export const decodeStream = (codec: UpstreamCodec, body: string, size = 4_096): readonly ProviderEvent[] => {
  const bytes = new TextEncoder().encode(body);
  const parser = createSseParser();
  const decoder = codec.streamDecoder();
  const events: ProviderEvent[] = [];
  for (let from = 0; from < bytes.length; from += size) {
    for (const frame of parser.push(bytes.subarray(from, from + size))) events.push(...decoder.push(frame));
  }
  for (const frame of parser.end()) events.push(...decoder.push(frame));
  events.push(...decoder.end());
  return events;
};

/** Frames of data as a stream. */
export const sse = (...data: readonly unknown[]): string =>
  data.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('');
