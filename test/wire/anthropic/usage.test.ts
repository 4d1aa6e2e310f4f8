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
const end = (stop_reason: string | null, usage: object = { output_tokens: 5 }): readonly StreamEvent[] => [
  { type: 'message_delta', delta: { stop_reason }, usage },
  { type: 'message_stop' },
];

describe('usage', () => {
  const usageOf = (first: object, last: object) => fold(decode(start(first), ...end('end_turn', last))).usage;

  test('splits what was written to the cache by how long it lives', () => {
    expect(
      usageOf(
        {
          input_tokens: 5,
          cache_read_input_tokens: 100,
          cache_creation_input_tokens: 70,
          cache_creation: { ephemeral_5m_input_tokens: 50, ephemeral_1h_input_tokens: 20 },
          output_tokens: 1,
        },
        { output_tokens: 9 },
      ),
    ).toMatchObject({
      input: 5,
      cacheRead: 100,
      cacheWrite5m: 50,
      cacheWrite1h: 20,
      output: 9,
      reasoning: 0,
    });
  });

  test('takes writes of no stated life as the shorter', () => {
    expect(usageOf({ input_tokens: 5, cache_creation_input_tokens: 70 }, { output_tokens: 9 })).toMatchObject(
      {
        cacheWrite5m: 70,
        cacheWrite1h: 0,
      },
    );
  });

  test('takes later figures for earlier ones, but not their zeros', () => {
    expect(
      usageOf({ input_tokens: 43, output_tokens: 1 }, { input_tokens: 61, output_tokens: 2 }),
    ).toMatchObject({
      input: 61,
      output: 2,
    });
    expect(
      usageOf({ input_tokens: 43, output_tokens: 1 }, { input_tokens: 0, output_tokens: 2 }),
    ).toMatchObject({
      input: 43,
    });
  });

  test('tells thinking apart where the provider does', () => {
    expect(
      usageOf({ input_tokens: 1 }, { output_tokens: 92, output_tokens_details: { thinking_tokens: 53 } }),
    ).toMatchObject({ output: 39, reasoning: 53 });
  });

  test.each([-1, 1.5, 1e300, 2 ** 53, 'many'])('is not reported anew where a count is %j', (broken) => {
    const first = { input_tokens: 3, output_tokens: 1 };
    for (const key of ['input_tokens', 'output_tokens', 'cache_read_input_tokens']) {
      expect(usageOf({ ...first, [key]: broken }, { output_tokens: 5 })).toBeUndefined();
      expect(usageOf(first, { output_tokens: 5, [key]: broken })).toMatchObject({ input: 3, output: 1 });
    }
  });

  test('is absent, not 0, while input or output is unknown', () => {
    expect(usageOf({ output_tokens: 1 }, { output_tokens: 5 })).toBeUndefined();
    expect(usageOf({ input_tokens: null, output_tokens: 1 }, { output_tokens: 5 })).toBeUndefined();
    expect(usageOf({ input_tokens: 3 }, { output_tokens: null })).toBeUndefined();
    expect(
      usageOf({ output_tokens: 1 }, { input_tokens: 3, output_tokens: 5, cache_read_input_tokens: null }),
    ).toMatchObject({ input: 3, output: 5, cacheRead: 0 });
  });

  test('is absent where none is reported', () => {
    const events = decode({ type: 'message_start', message: { id: 'm' } }, { type: 'message_stop' });
    expect(fold(events).usage).toBeUndefined();
  });
});
