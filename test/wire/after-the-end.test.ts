import { describe, expect, test } from 'vitest';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { decodeStream, fold, sse } from './fold.ts';

describe('what comes after the end of a stream that waits for its usage', () => {
  const call = (args: string) => ({
    choices: [
      {
        index: 0,
        delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: args } }] },
        finish_reason: null,
      },
    ],
  });

  test('adds nothing to a call in the format of chat completions, and still brings the usage', () => {
    const events = decodeStream(
      createOpenAiCodec({}),
      sse(
        call('{}'),
        { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
        '[DONE]',
        call('{"b":1}'),
        {
          ...call('{"c":1}'),
          usage: { prompt_tokens: 3, completion_tokens: 2 },
        },
      ),
    );
    const { toolCalls, usage, end } = fold(events);
    expect(toolCalls).toEqual([{ id: 'a', name: 'f', arguments: '{}' }]);
    expect(usage).toMatchObject({ input: 3, output: 2 });
    expect(end).toMatchObject({ type: 'completed', finishReason: 'TOOL_CALLS' });
  });

  test('adds nothing to a call in the format of messages, and still brings the usage', () => {
    const delta = (json: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: json },
    });
    const events = decodeStream(
      createAnthropicCodec(),
      sse(
        { type: 'message_start', message: { id: 'm', model: 'c', content: [] } },
        {
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} },
        },
        delta('{}'),
        { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
        { type: 'message_stop' },
        delta('{"b":1}'),
        {
          type: 'content_block_start',
          index: 1,
          content_block: { type: 'tool_use', id: 'b', name: 'g', input: {} },
        },
        { type: 'message_delta', delta: {}, usage: { input_tokens: 3, output_tokens: 2 } },
      ),
    );
    const { toolCalls, usage } = fold(events);
    expect(toolCalls).toEqual([{ id: 'a', name: 'f', arguments: '{}' }]);
    expect(usage).toMatchObject({ input: 3, output: 2 });
  });
});
