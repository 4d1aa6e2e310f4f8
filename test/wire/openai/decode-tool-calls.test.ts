import { describe, expect, test } from 'vitest';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { decodeStream, fold, sse } from '../fold.ts';

const codec = createOpenAiCodec({});
const decode = (...data: readonly unknown[]) => decodeStream(codec, sse(...data));
const choice = (delta: object, finish_reason: string | null = null) => ({
  id: 'c-1',
  model: 'm-1',
  choices: [{ index: 0, delta, finish_reason }],
});
const tool = (...tool_calls: readonly object[]) => choice({ tool_calls });

describe('tool calls', () => {
  const calls = (...chunks: readonly object[]) =>
    fold(decode(...chunks, choice({}, 'tool_calls'), '[DONE]')).toolCalls;

  test('are assembled by index, interleaved too', () => {
    expect(
      calls(
        tool({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
        tool({ index: 1, id: 'b', function: { name: 'g', arguments: '{"y"' } }),
        tool({ index: 0, function: { arguments: '{"x":' } }),
        tool({ index: 1, function: { arguments: ':2}' } }, { index: 0, function: { arguments: '1}' } }),
      ),
    ).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{"y":2}' },
    ]);
  });

  test('are started once their name is known, with what came before it', () => {
    const events = decode(
      tool({ index: 3, id: 'a', function: { name: '', arguments: '{"x"' } }),
      tool({ index: 3, function: { name: 'f', arguments: ':1' } }),
      tool({ index: 3, function: { name: '', arguments: '}' } }),
      choice({}, 'tool_calls'),
      '[DONE]',
    );
    expect(events.slice(1)).toEqual([
      { type: 'toolCallStarted', index: 0, id: 'a', name: 'f' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: '{"x":1' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: '}' },
      { type: 'toolCallEnded', index: 0, id: 'a', name: 'f', arguments: '{"x":1}' },
      { type: 'completed', finishReason: 'TOOL_CALLS', rawFinishReason: 'tool_calls' },
    ]);
  });

  test('get an id where the server gives none, or a blank one', () => {
    expect(
      calls(
        tool({ index: 0, id: '', function: { name: 'f', arguments: '{}' } }),
        tool({ index: 1, function: { name: 'g' } }),
      ),
    ).toEqual([
      { id: expect.stringMatching(/^call_mg[0-9a-f]{32}$/), name: 'f', arguments: '{}' },
      { id: expect.stringMatching(/^call_mg[0-9a-f]{32}$/), name: 'g', arguments: '{}' },
    ]);
  });

  test('may get their id after their name', () => {
    expect(
      calls(
        tool({ index: 0, function: { name: 'f', arguments: '' } }),
        tool({ index: 0, id: 'late', function: { arguments: '{}' } }),
      ),
    ).toEqual([{ id: 'late', name: 'f', arguments: '{}' }]);
  });

  test('have {} where arguments are missing', () => {
    expect(calls(tool({ index: 0, id: 'a', function: { name: 'f' } }))).toEqual([
      { id: 'a', name: 'f', arguments: '{}' },
    ]);
  });

  test('are told apart by id where all have the same index or none', () => {
    const expected = [
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'f', arguments: '{"x":2}' },
    ];
    const a = { id: 'a', function: { name: 'f', arguments: '{"x":1}' } };
    const b = { id: 'b', function: { name: 'f', arguments: '{"x":2}' } };
    expect(calls(tool({ index: 0, ...a }), tool({ index: 0, ...b }))).toEqual(expected);
    expect(calls(tool(a, b))).toEqual(expected);
    expect(calls(tool(a), tool(b))).toEqual(expected);
  });

  test('may repeat id and name in every delta', () => {
    const piece = (args: string) => tool({ index: 0, id: 'a', function: { name: 'f', arguments: args } });
    expect(calls(piece('{"x"'), piece(':1}'))).toEqual([{ id: 'a', name: 'f', arguments: '{"x":1}' }]);
  });

  test('may have arguments that are JSON, not text', () => {
    expect(calls(tool({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } }))).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
    ]);
  });

  test('without a name are left out with a warning', () => {
    const nameless = tool({ index: 0, id: 'a', function: { arguments: '{}' } });
    const events = decode(nameless, choice({}, 'stop'), '[DONE]');
    expect(events.at(-2)).toMatchObject({ type: 'warning', warning: { code: 'PROVIDER_WARNING' } });
    expect(events.at(-1)).toMatchObject({ type: 'completed', finishReason: 'STOP' });
  });

  test('make a stop a stop for tool calls', () => {
    const call = tool({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } });
    expect(fold(decode(call, choice({}, 'stop'), '[DONE]')).end).toEqual({
      type: 'completed',
      finishReason: 'TOOL_CALLS',
      rawFinishReason: 'stop',
    });
  });

  test('keep the signature of Gemini, on the call or on the message', () => {
    const google = { google: { thought_signature: 'sig' } };
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } };
    const ended = expect.objectContaining({ type: 'toolCallEnded', signature: 'sig' });
    const onMessage = choice({ tool_calls: [call], extra_content: google }, 'tool_calls');
    expect(
      decode(tool({ ...call, extra_content: google }), choice({}, 'tool_calls'), '[DONE]'),
    ).toContainEqual(ended);
    expect(decode(onMessage, '[DONE]')).toContainEqual(ended);
  });

  test('take the signature of the message only where none has its own', () => {
    const signed = (thought_signature: string) => ({ extra_content: { google: { thought_signature } } });
    const call = (index: number) => ({ index, id: `c${index}`, function: { name: 'f', arguments: '{}' } });
    const tool_calls = [call(0), { ...call(1), ...signed('own') }];
    const ended = decode(choice({ tool_calls, ...signed('of the text') }, 'tool_calls'), '[DONE]').filter(
      (event) => event.type === 'toolCallEnded',
    );
    expect(ended.map(({ signature }) => signature)).toEqual([undefined, 'own']);
  });
});

describe('a flood takes time in proportion to its length', () => {
  // Quadratic work would take minutes, far beyond a test's time.
  const callsIn = (chunks: readonly object[]) =>
    decodeStream(
      codec,
      [...chunks, choice({}, 'tool_calls'), '[DONE]'].map((chunk) => sse(chunk)).join(''),
    ).filter((event) => event.type === 'toolCallEnded');

  test('of calls', () => {
    const indices = Array.from({ length: 50_000 }, (_, index) => index);
    const started = indices.map((index) =>
      tool({
        index: indices.length - index,
        id: `call-${index}`,
        function: { name: 'look', arguments: '{' },
      }),
    );
    const continued = indices.map((index) => tool({ index: index + 1, function: { arguments: '}' } }));
    const calls = callsIn([...started, ...continued]);
    expect(calls).toHaveLength(indices.length);
    expect(new Set(calls.map((call) => call.arguments))).toEqual(new Set(['{}']));
  });

  test('of pieces of one call', () => {
    const pieces = Array.from({ length: 200_000 }, (_, index) => `piece ${index} `);
    const started = tool({ index: 0, id: 'call-0', function: { name: 'look', arguments: '' } });
    const calls = callsIn([
      started,
      ...pieces.map((piece) => tool({ index: 0, function: { arguments: piece } })),
    ]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.arguments === pieces.join('')).toBe(true);
  });

  test('of calls without a name, told of once', () => {
    const nameless = Array.from({ length: 50_000 }, (_, index) => ({ index }));
    const events = decode(tool(...nameless), choice({ content: 'a' }, 'stop'), '[DONE]');
    expect(events.map(({ type }) => type)).toEqual(['answering', 'textDelta', 'warning', 'completed']);
  });
});
