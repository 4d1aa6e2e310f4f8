import type { ContentEvent } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { CustomInputReader, customInput } from '../../custom-tools.ts';
import { nativeFinishReason } from '../answer-facts.ts';
import { writeAnnotation, writeExtraContent, writeLogprobs, writeReasoningDetail } from './answer-parts.ts';
import { createCallOrder } from './call-order.ts';
import type { ChoiceChunks, ChunkFrame } from './choices-stream.ts';
import { writeFinishReason } from './finish-reason.ts';
import type { ChatOptions } from './options.ts';

type EventOf<Type extends ContentEvent['type']> = Extract<ContentEvent, { type: Type }>;

/** Members of an object as text, without its braces. */
const members = (object: JsonObject): string => JSON.stringify(object).slice(1, -1);

/** Writes one choice of a chat completion. The first chunk has the role; it comes with the first piece of content. */
export const createChatChunks = (
  { usesFunctions, hidesReasoning, toolNames }: ChatOptions,
  { head, tail, index }: ChunkFrame,
): ChoiceChunks => {
  const after = `},"logprobs":null,"finish_reason":null}]${tail}`;
  let before = '';
  let hasRefusal = false;
  let blockText = '';
  let blocks = 0;

  const opening = (): string => {
    if (before !== '') return '';
    before = `${head()},"choices":[{"index":${index},"delta":{`;
    return `${before}"role":"assistant","content":""${after}`;
  };

  const chunk = (delta: string): string => {
    const first = opening();
    return `${first}${before}${delta}${after}`;
  };

  const text = ({ text: piece, logprobs }: EventOf<'textDelta'>): string => {
    if (logprobs === undefined) {
      if (piece === '') return '';
      return before === ''
        ? chunk(`"content":${JSON.stringify(piece)}`)
        : `${before}"content":${JSON.stringify(piece)}${after}`;
    }
    const first = opening();
    const written = JSON.stringify(writeLogprobs(logprobs));
    return `${first}${before}"content":${JSON.stringify(piece)}},"logprobs":${written},"finish_reason":null}]${tail}`;
  };

  const reasoning = ({ text: piece, signature, redacted }: EventOf<'reasoningDelta'>): string => {
    if (hidesReasoning) return '';
    if (redacted === true) blockText = '';
    blockText += piece;
    if (signature === undefined)
      return piece === '' ? '' : chunk(`"reasoning_content":${JSON.stringify(piece)}`);
    const block = { text: blockText, signature, ...(redacted === true && { redacted }) };
    const detail = writeReasoningDetail(block, blocks);
    blocks += 1;
    blockText = '';
    return chunk(members({ ...(piece !== '' && { reasoning_content: piece }), reasoning_details: [detail] }));
  };

  /** Calls of tools that take free text, by their places, with how much of their input was written. */
  const customs = new Map<number, { readonly reader: CustomInputReader; written: string }>();

  const customDelta = (call: number, piece: string): string => {
    const custom = customs.get(call);
    if (custom === undefined || piece === '') return '';
    custom.written += piece;
    return chunk(`"tool_calls":[{"index":${call},"custom":{"input":${JSON.stringify(piece)}}}]`);
  };

  const functionDelta = (call: number, piece: string): string =>
    usesFunctions
      ? chunk(`"function_call":{"arguments":${JSON.stringify(piece)}}`)
      : chunk(`"tool_calls":[{"index":${call},"function":{"arguments":${JSON.stringify(piece)}}}]`);

  const callDelta = (call: number, piece: string): string => {
    const custom = customs.get(call);
    return custom === undefined ? functionDelta(call, piece) : customDelta(call, custom.reader.push(piece));
  };

  const start = (call: number, id: string, name: string): string => {
    const alias = toolNames?.aliasOf(name);
    if (alias === undefined)
      return chunk(
        members(
          usesFunctions
            ? { function_call: { name, arguments: '' } }
            : { tool_calls: [{ index: call, id, type: 'function', function: { name, arguments: '' } }] },
        ),
      );
    customs.set(call, { reader: new CustomInputReader(), written: '' });
    return chunk(
      members({ tool_calls: [{ index: call, id, type: 'custom', custom: { name: alias.name, input: '' } }] }),
    );
  };

  const calls = createCallOrder({
    start,
    delta: callDelta,
    end({ index: call, arguments: json, signature }, hasArguments) {
      const custom = customs.get(call);
      const input = custom === undefined ? '' : customInput(json);
      const rest =
        custom !== undefined && input.startsWith(custom.written) ? input.slice(custom.written.length) : '';
      // A tool that takes none: its deltas say nothing, and clients parse what they have.
      const unsaid = custom === undefined && !hasArguments ? functionDelta(call, json) : '';
      const out = unsaid + customDelta(call, rest);
      if (signature === undefined || usesFunctions) return out;
      const closing = {
        index: call,
        ...(custom === undefined ? { function: { arguments: '' } } : { custom: { input: '' } }),
        extra_content: writeExtraContent(signature),
      };
      return out + chunk(members({ tool_calls: [closing] }));
    },
  });

  return {
    push(event) {
      switch (event.type) {
        case 'textDelta':
          return text(event);
        case 'reasoningDelta':
          return reasoning(event);
        case 'toolCallStarted':
        case 'toolCallDelta':
        case 'toolCallEnded':
          // A message has room for one call of a function.
          return usesFunctions && event.index > 0 ? '' : calls.push(event);
        case 'source': {
          const annotation = writeAnnotation(event);
          return annotation === undefined ? '' : chunk(members({ annotations: [annotation] }));
        }
        case 'refusalDelta':
          hasRefusal ||= event.text !== '';
          return event.text === '' ? '' : chunk(`"refusal":${JSON.stringify(event.text)}`);
      }
    },
    finish(record, last) {
      const reason = writeFinishReason(record, hasRefusal, usesFunctions);
      const native = nativeFinishReason(record);
      const more = native === undefined ? '' : `,"native_finish_reason":${JSON.stringify(native)}`;
      const first = calls.flush() + opening();
      // The offering is known for certain only now.
      const start = `${head(record.offeringId)},"choices":[{"index":${index},"delta":{`;
      return `${first}${start}},"logprobs":null,"finish_reason":"${reason}"${more}}]${last}${tail}`;
    },
  };
};
