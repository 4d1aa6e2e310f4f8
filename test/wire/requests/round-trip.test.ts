import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/domain/completion-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../src/domain/json.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { objectAt, objectsAt } from '../../../src/wire/json-reading.ts';
import { hasRecordings, titleWithRecordings } from '../../support/recordings.ts';
import { decodeStream, sse } from '../fold.ts';
import { readRecordings } from '../recordings.ts';
import { turnOf } from '../turn.ts';

const sentFor = (codec: UpstreamCodec, model: string, turn: Message): JsonObject => {
  const { call, warnings } = codec.encode(model, { messages: [turn], tools: [] }, false);
  expect(warnings).toEqual([]);
  const body = parseJson(call.body);
  if (!isJsonObject(body)) throw new Error('the body is no object');
  return body;
};

const anthropic = createAnthropicCodec();
const gemini = createGeminiCodec();
const backToAnthropic = (events: readonly ProviderEvent[]) =>
  objectsAt(objectsAt(sentFor(anthropic, 'claude-sonnet-4-5', turnOf(events)), 'messages')[0], 'content');
const backToGemini = (events: readonly ProviderEvent[]) =>
  objectsAt(objectsAt(sentFor(gemini, 'gemini-2.5-pro', turnOf(events)), 'contents')[0], 'parts');

describe("Anthropic's own blocks come back as they were", () => {
  test('reasoning, redacted reasoning, text and parallel tool calls', () => {
    const block = (index: number, content_block: object) => ({
      type: 'content_block_start',
      index,
      content_block,
    });
    const delta = (index: number, type: string, piece: object) => ({
      type: 'content_block_delta',
      index,
      delta: { type, ...piece },
    });
    const stop = (index: number) => ({ type: 'content_block_stop', index });
    const stream = sse(
      { type: 'message_start', message: { id: 'm', model: 'c', content: [], usage: {} } },
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, 'thinking_delta', { thinking: 'Two cities.' }),
      delta(0, 'signature_delta', { signature: 'sig-1' }),
      stop(0),
      block(1, { type: 'redacted_thinking', data: 'opaque' }),
      stop(1),
      block(2, { type: 'thinking', thinking: '', signature: '' }),
      delta(2, 'signature_delta', { signature: 'sig-2' }),
      stop(2),
      block(3, { type: 'text', text: '' }),
      delta(3, 'text_delta', { text: 'Let me look.' }),
      stop(3),
      block(4, { type: 'tool_use', id: 'a', name: 'weather', input: {} }),
      block(5, { type: 'tool_use', id: 'b', name: 'weather', input: {} }),
      delta(4, 'input_json_delta', { partial_json: '{"city":' }),
      delta(5, 'input_json_delta', { partial_json: '{"city":"Rome"}' }),
      delta(4, 'input_json_delta', { partial_json: '"Oslo"}' }),
      stop(4),
      stop(5),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    );
    expect(backToAnthropic(decodeStream(anthropic, stream))).toEqual([
      { type: 'thinking', thinking: 'Two cities.', signature: 'sig-1' },
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'thinking', thinking: '', signature: 'sig-2' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Oslo' } },
      { type: 'tool_use', id: 'b', name: 'weather', input: { city: 'Rome' } },
    ]);
  });
});

describe("Gemini's own parts come back as they were", () => {
  test('signatures on text and on tool calls', () => {
    const stream = sse(
      { candidates: [{ content: { parts: [{ text: 'Hm', thought: true }] } }] },
      { candidates: [{ content: { parts: [{ text: 'Let me look.', thoughtSignature: 'sig-1' }] } }] },
      {
        candidates: [
          {
            content: {
              parts: [
                { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'sig-2' },
                { functionCall: { id: 'b', name: 'f', args: {} } },
              ],
            },
            finishReason: 'STOP',
          },
        ],
      },
    );
    expect(backToGemini(decodeStream(gemini, stream))).toEqual([
      { text: 'Let me look.', thoughtSignature: 'sig-1' },
      { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'sig-2' },
      { functionCall: { id: 'b', name: 'f', args: {} } },
    ]);
  });
});

const PLAIN_BLOCKS = ['thinking', 'redacted_thinking', 'text', 'tool_use'];

/** Blocks that a turn can hold in the order in which it holds them: one text, and no tools of the provider's own. */
const isPlain = (blocks: readonly JsonObject[]): boolean => {
  const places = blocks.map(({ type }) => PLAIN_BLOCKS.indexOf(String(type)));
  const order = places.map((place) => Math.max(1, place));
  return (
    places.every((place) => place >= 0) &&
    order.every((place, index) => place >= (order[index - 1] ?? 0)) &&
    blocks.filter(({ type }) => type === 'text').length < 2
  );
};

const recorded = readRecordings().recordings.flatMap((recording) => {
  if (recording.status !== 200 || recording.isStream) return [];
  const answer = parseJson(recording.body);
  return isJsonObject(answer) ? [{ recording, answer }] : [];
});

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded answers'), () => {
  const messages = recorded.flatMap(({ recording, answer }) => {
    const blocks = objectsAt(answer, 'content');
    return recording.dialect === 'anthropic' && blocks.length > 0 && isPlain(blocks)
      ? [[recording.name, recording.body, blocks] as const]
      : [];
  });
  const responses = recorded.flatMap(({ recording, answer }) => {
    const parts = objectsAt(objectAt(objectsAt(answer, 'candidates')[0], 'content'), 'parts');
    const isCarried = parts.every((part) => 'text' in part || 'functionCall' in part);
    return recording.dialect === 'gemini' && parts.length > 0 && isCarried
      ? [[recording.name, recording.body, parts] as const]
      : [];
  });

  test('there are some of both', () => {
    expect(messages.length).toBeGreaterThanOrEqual(8);
    expect(responses.length).toBeGreaterThanOrEqual(3);
  });

  test.each(messages)('%s', (_name, body, blocks) => {
    const known = blocks.map(({ citations: _, caller: __, ...block }) => block);
    expect(backToAnthropic(anthropic.decodeAnswer(body))).toEqual(known);
  });

  test.each(responses)('%s', (_name, body, parts) => {
    expect(backToGemini(gemini.decodeAnswer(body))).toEqual(parts.filter((part) => part.thought !== true));
  });
});
