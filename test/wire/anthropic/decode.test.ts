import { describe, expect, test } from 'vitest';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { decodeStream, fold } from '../fold.ts';

const codec = createAnthropicCodec();
type StreamEvent = { readonly type: string; readonly [key: string]: unknown };

const stream = (...events: readonly StreamEvent[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
const decode = (...events: readonly StreamEvent[]) => decodeStream(codec, stream(...events));

const start = (usage: object = { input_tokens: 10, output_tokens: 1 }, id = 'msg_1'): StreamEvent => ({
  type: 'message_start',
  message: { id, model: 'claude-x', content: [], usage },
});
const block = (index: number, content_block: object): StreamEvent => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, piece: object): StreamEvent => ({
  type: 'content_block_delta',
  index,
  delta: piece,
});
const text = (index: number, value: string): StreamEvent => delta(index, { type: 'text_delta', text: value });
const stop = (index: number): StreamEvent => ({ type: 'content_block_stop', index });
const end = (stop_reason: string | null, usage: object = { output_tokens: 5 }): readonly StreamEvent[] => [
  { type: 'message_delta', delta: { stop_reason }, usage },
  { type: 'message_stop' },
];

describe('a stream of events', () => {
  test('gives text, usage and the end', () => {
    const events = decode(
      start(),
      block(0, { type: 'text', text: '' }),
      { type: 'ping' },
      text(0, 'Hel'),
      text(0, 'lo'),
      stop(0),
      ...end('end_turn'),
    );
    expect(events).toEqual([
      { type: 'answering', providerResponseId: 'msg_1', providerModel: 'claude-x' },
      { type: 'usageUpdated', usage: expect.objectContaining({ input: 10, output: 1 }) },
      { type: 'textDelta', text: 'Hel' },
      { type: 'textDelta', text: 'lo' },
      { type: 'usageUpdated', usage: expect.objectContaining({ input: 10, output: 5 }) },
      { type: 'completed', finishReason: 'STOP', rawFinishReason: 'end_turn' },
    ]);
  });

  test.each([
    ['end_turn', 'STOP'],
    ['stop_sequence', 'STOP'],
    ['max_tokens', 'LENGTH'],
    ['model_context_window_exceeded', 'LENGTH'],
    ['tool_use', 'TOOL_CALLS'],
    ['pause_turn', 'PAUSED'],
    ['refusal', 'REFUSAL'],
    ['something_new', 'UNKNOWN'],
  ])('stops for %s as %s', (raw, finishReason) => {
    expect(fold(decode(start(), ...end(raw))).end).toEqual({
      type: 'completed',
      finishReason,
      rawFinishReason: raw,
    });
  });

  test.each([
    ['nothing', []],
    ['the start', [start()]],
    ['text', [start(), block(0, { type: 'text', text: '' }), text(0, 'a')]],
    ['the stop reason', [start(), ...end('end_turn').slice(0, 1)]],
  ])('is truncated after %s', (_name, events) => {
    expect(fold(decode(...events)).end).toMatchObject({ type: 'failed', failure: { code: 'TRUNCATED' } });
  });

  test('gives thinking, its signature when the block ends, and redacted blocks', () => {
    const events = decode(
      start(),
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
      delta(0, { type: 'signature_delta', signature: 'sig-' }),
      delta(0, { type: 'signature_delta', signature: '1' }),
      stop(0),
      block(1, { type: 'redacted_thinking', data: 'opaque' }),
      stop(1),
      ...end('end_turn'),
    );
    expect(events.filter((event) => event.type === 'reasoningDelta')).toEqual([
      { type: 'reasoningDelta', text: 'Hm' },
      { type: 'reasoningDelta', text: '', signature: 'sig-1' },
      { type: 'reasoningDelta', text: '', signature: 'opaque', redacted: true },
    ]);
  });

  test('gives tool calls, with and without arguments', () => {
    const json = (index: number, partial_json: string) =>
      delta(index, { type: 'input_json_delta', partial_json });
    const events = decode(
      start(),
      block(0, { type: 'text', text: '' }),
      stop(0),
      block(1, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
      json(1, ''),
      json(1, '{"x"'),
      json(1, ':1}'),
      stop(1),
      block(2, { type: 'tool_use', id: 'b', name: 'g', input: {} }),
      json(2, ''),
      stop(2),
      block(3, { type: 'tool_use', id: 'c', name: 'h', input: { y: 2 } }),
      stop(3),
      ...end('tool_use'),
    );
    expect(events.slice(2, -2)).toEqual([
      { type: 'toolCallStarted', index: 0, id: 'a', name: 'f' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: '{"x"' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: ':1}' },
      { type: 'toolCallEnded', index: 0, id: 'a', name: 'f', arguments: '{"x":1}' },
      { type: 'toolCallStarted', index: 1, id: 'b', name: 'g' },
      { type: 'toolCallEnded', index: 1, id: 'b', name: 'g', arguments: '{}' },
      { type: 'toolCallStarted', index: 2, id: 'c', name: 'h' },
      { type: 'toolCallDelta', index: 2, argumentsDelta: '{"y":2}' },
      { type: 'toolCallEnded', index: 2, id: 'c', name: 'h', arguments: '{"y":2}' },
    ]);
  });

  test('counts what it took to shorten the conversation first, but not what another model was asked', () => {
    const iteration = (type: string, input_tokens: number, output_tokens: number) => ({
      type,
      input_tokens,
      output_tokens,
      cache_read_input_tokens: 1,
    });
    const iterations = [
      iteration('compaction', 60_000, 500),
      iteration('advisor_message', 2_000, 800),
      iteration('message', 600, 90),
    ];
    const usage = { input_tokens: 600, output_tokens: 90, cache_read_input_tokens: 1, iterations };
    const events = decode(start({ input_tokens: 60_000, output_tokens: 1 }), ...end('end_turn', usage));
    expect(fold(events).usage).toMatchObject({ input: 60_600, output: 590, cacheRead: 2 });
  });

  test('gives each citation with its words, and the document or page that they are from', () => {
    const cited = (citation: object) => delta(0, { type: 'citations_delta', citation });
    const document = { cited_text: 'Grass is green.', document_index: 1, document_title: 'Nature' };
    const events = decode(
      start(),
      block(0, { type: 'text', text: '', citations: [] }),
      cited({ type: 'char_location', ...document, start_char_index: 0, end_char_index: 15 }),
      cited({ type: 'page_location', ...document, document_index: 0, document_title: null }),
      cited({ type: 'content_block_location', ...document, cited_text: 'Other.' }),
      cited({
        type: 'web_search_result_location',
        url: 'https://a.example',
        title: 'A',
        cited_text: 'One',
      }),
      cited({
        type: 'web_search_result_location',
        url: 'https://a.example',
        title: 'A',
        cited_text: 'Two',
      }),
      cited({
        type: 'search_result_location',
        source: 'https://b.example',
        title: 'B',
        cited_text: 'Three',
      }),
      stop(0),
      ...end('end_turn'),
    );
    expect(events.filter(({ type }) => type === 'source')).toEqual([
      { type: 'source', title: 'Nature', citedText: 'Grass is green.', documentIndex: 1 },
      { type: 'source', citedText: 'Grass is green.', documentIndex: 0 },
      { type: 'source', title: 'Nature', citedText: 'Other.', documentIndex: 1 },
      { type: 'source', url: 'https://a.example', title: 'A', citedText: 'One' },
      { type: 'source', url: 'https://a.example', title: 'A', citedText: 'Two' },
      { type: 'source', url: 'https://b.example', title: 'B', citedText: 'Three' },
    ]);
  });

  test.each([
    [{ service_tier: 'standard' }, 'STANDARD'],
    [{ service_tier: 'priority' }, 'PRIORITY'],
    [{ service_tier: 'batch' }, 'BATCH'],
    [{ service_tier: 'standard', speed: 'fast' }, 'FAST'],
    [{ service_tier: 'other' }, undefined],
  ])('served as %j says so', (said, serviceTier) => {
    const usage = { input_tokens: 1, output_tokens: 1, ...said };
    const message = { id: 'msg_1', model: 'claude-x', content: [], stop_reason: 'end_turn', usage };
    const completed = {
      type: 'completed',
      finishReason: 'STOP',
      rawFinishReason: 'end_turn',
      ...(serviceTier && { serviceTier }),
    };
    expect(fold(codec.decodeAnswer(JSON.stringify(message))).end).toEqual(completed);
    const events = decode(start(), ...end('end_turn', usage));
    expect(fold(events).end).toEqual(completed);
  });

  test("passes over the provider's own tools, but keeps their sources", () => {
    const citation = { type: 'web_search_result_location', url: 'https://a.example', title: 'A' };
    const folded = fold(
      decode(
        start(),
        block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
        delta(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
        stop(0),
        block(1, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
        stop(1),
        block(2, { type: 'text', text: '' }),
        delta(2, { type: 'citations_delta', citation }),
        delta(2, { type: 'citations_delta', citation }),
        text(2, 'Found'),
        stop(2),
        ...end('end_turn'),
      ),
    );
    expect(folded).toMatchObject({ text: 'Found', toolCalls: [], sources: ['https://a.example'] });
  });

  test('explains a refusal', () => {
    const details = { type: 'refusal', explanation: 'Not this.' };
    const folded = fold(
      decode(
        start(),
        { type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: details } },
        { type: 'message_stop' },
      ),
    );
    expect(folded).toMatchObject({ refusal: 'Not this.', end: { finishReason: 'REFUSAL' } });
  });

  test('may start twice', () => {
    const events = decode(
      start(),
      start(),
      block(0, { type: 'text', text: '' }),
      text(0, 'a'),
      ...end('end_turn'),
    );
    expect(events.filter((event) => event.type === 'answering')).toHaveLength(1);
    expect(fold(events)).toMatchObject({ text: 'a', usage: { input: 10, output: 5 } });
  });

  test('may begin anew in the middle: then only whole tool calls count', () => {
    const call = (id: string) => block(0, { type: 'tool_use', id, name: 'f', input: {} });
    const json = (partial_json: string) => delta(0, { type: 'input_json_delta', partial_json });
    const events = decode(
      start(),
      call('a'),
      json('{"x":'),
      start({ input_tokens: 12, output_tokens: 1 }, 'msg_2'),
      call('b'),
      json('{"x":1}'),
      stop(0),
      ...end('tool_use'),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning' }));
    expect(fold(events)).toMatchObject({
      toolCalls: [{ id: 'b', arguments: '{"x":1}' }],
      usage: { input: 12, output: 5 },
    });
  });
});

describe('failures inside a stream', () => {
  test.each([
    ['overloaded_error', 'OVERLOADED'],
    ['rate_limit_error', 'RATE_LIMITED'],
    ['api_error', 'SERVER_ERROR'],
    ['invalid_request_error', 'INVALID_REQUEST'],
  ])('%s after a 200 is %s', (type, code) => {
    const error = { type: 'error', error: { type, message: 'Oh' }, request_id: 'req_1' };
    const events = decode(start(), block(0, { type: 'text', text: '' }), text(0, 'a'), error, text(0, 'b'));
    expect(fold(events)).toMatchObject({
      text: 'a',
      end: {
        type: 'failed',
        failure: { code, providerCode: type, providerMessage: 'Oh', providerRequestId: 'req_1' },
      },
    });
  });

  test('of JSON fail the stream', () => {
    expect(fold(decodeStream(codec, 'event: ping\ndata: {"type\n\n')).end).toMatchObject({
      failure: { code: 'SERVER_ERROR', message: expect.stringContaining('unreadable') },
    });
  });

  test.each([
    [{ type: 'message_start' }],
    [{ type: 'message_start', message: { content: [null, 3, { type: 'tool_use' }], usage: 'x' } }],
    [{ type: 'content_block_start' }],
    [{ type: 'content_block_start', index: 'x', content_block: { type: 'tool_use', input: [] } }],
    [{ type: 'content_block_delta', index: 9, delta: { type: 'input_json_delta', partial_json: 5 } }],
    [{ type: 'content_block_delta', delta: null }],
    [{ type: 'content_block_stop', index: 4 }],
    [{ type: 'message_delta', delta: { stop_reason: 4 }, usage: [] }],
    [{ type: 'brand_new' }],
  ])('are never thrown, whatever comes: %j', (event) => {
    const stop = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
    expect(decode(event, stop, { type: 'message_stop' }).at(-1)?.type).toBe('completed');
  });
});

describe('a whole answer', () => {
  test('gives what a stream would', () => {
    const body = JSON.stringify({
      type: 'message',
      id: 'msg_1',
      model: 'claude-x',
      stop_reason: 'tool_use',
      usage: { input_tokens: 3, output_tokens: 4 },
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 's' },
        { type: 'text', text: 'Hi', citations: [{ url: 'https://a.example' }] },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
      ],
    });
    const events = codec.decodeAnswer(body);
    expect(events[0]).toEqual({ type: 'answering', providerResponseId: 'msg_1', providerModel: 'claude-x' });
    expect(fold(events)).toMatchObject({
      reasoning: 'Hm',
      signatures: ['s'],
      text: 'Hi',
      sources: ['https://a.example'],
      toolCalls: [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
      usage: { input: 3, output: 4 },
      end: { finishReason: 'TOOL_CALLS', rawFinishReason: 'tool_use' },
    });
  });

  test.each([[''], ['<html>'], ['{}'], ['[]'], ['{"content":"text"}']])('that is none fails: %s', (body) => {
    expect(codec.decodeAnswer(body)).toEqual([
      { type: 'failed', failure: expect.objectContaining({ code: 'SERVER_ERROR' }) },
    ]);
  });
});
