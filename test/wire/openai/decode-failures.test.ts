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

describe('failures inside a stream', () => {
  test('come from OpenRouter beside choices, and what these hold is not lost', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 };
    const folded = fold(
      decode(choice({ content: 'Hal' }), {
        ...choice({ content: 'f' }, 'error'),
        usage,
        error: { code: 502, message: 'Upstream gone', metadata: { provider_name: 'P' } },
      }),
    );
    expect(folded).toMatchObject({
      text: 'Half',
      usage: { input: 5, output: 1 },
      end: { type: 'failed', failure: { code: 'SERVER_ERROR', providerMessage: 'Upstream gone' } },
    });
  });

  test('come from OpenRouter within a choice', () => {
    const error = { code: 429, message: 'Busy' };
    const expected = { type: 'failed', failure: { code: 'RATE_LIMITED', providerMessage: 'Busy' } };
    const choices = [{ index: 0, delta: {}, finish_reason: 'error', error }];
    expect(fold(decode({ choices }))).toMatchObject({ end: expected });
    expect(
      codec.decodeAnswer(JSON.stringify({ choices: [{ message: { content: '' }, error }] })).at(-1),
    ).toMatchObject(expected);
  });

  test('come from Groq as an event with a status of its own', () => {
    const error = { message: 'Flex is full', type: 'capacity_exceeded', status_code: 498 };
    const body = `${sse(choice({ content: 'a' }))}event: error\ndata: ${JSON.stringify({ error })}\n\n`;
    expect(fold(decodeStream(codec, body))).toMatchObject({
      text: 'a',
      end: { type: 'failed', failure: { code: 'OVERLOADED', retry: 'HERE' } },
    });
  });

  test.each([
    ['alone', sse(choice({ content: 'a' }), { error: { message: 'Boom', code: 502 } })],
    ['beside choices', sse({ ...choice({ content: '' }, 'error'), error: { message: 'Boom', code: 502 } })],
    ['as a string', sse({ error: 'Boom' })],
    ['in a list', sse([{ error: { message: 'Boom', code: 500 } }])],
    [
      'as an error event',
      'event: error\ndata: {"error":{"message":"Boom","type":"server_error","status_code":500}}\n\n',
    ],
    ['as an error event of text', 'event: error\ndata: Boom\n\n'],
    ["in vLLM's form", sse({ object: 'error', message: 'Boom', code: 500 })],
  ])('come %s', (_name, body) => {
    const events = decodeStream(codec, body);
    expect(fold(events).end).toMatchObject({
      type: 'failed',
      failure: { code: 'SERVER_ERROR', providerMessage: 'Boom' },
    });
  });

  test('are sorted as their status would be', () => {
    const error = { message: 'Slow down', code: 429 };
    expect(fold(decode({ error })).end).toMatchObject({ failure: { code: 'RATE_LIMITED', retry: 'HERE' } });
    const { end } = fold(decode({ error: { message: 'No money', type: 'insufficient_quota' } }));
    expect(end).toMatchObject({ failure: { code: 'QUOTA_EXHAUSTED', retry: 'ELSEWHERE' } });
  });

  test('are not seen in `error: null`', () => {
    expect(fold(decode({ ...choice({ content: 'a' }, 'stop'), error: null }, '[DONE]')).text).toBe('a');
  });

  test('of JSON are quoted, but not at length', () => {
    const { end } = fold(decodeStream(codec, `data: {"broken ${'x'.repeat(500)}\n\n`));
    expect(end).toMatchObject({ type: 'failed', failure: { code: 'SERVER_ERROR' } });
    const message = end.type === 'failed' ? end.failure.message : '';
    expect(message).toContain('unreadable: {"broken');
    expect(message.length).toBeLessThan(260);
  });

  test('of the model behind an aggregator come in the finish reason', () => {
    expect(fold(decode(choice({}, 'error'), '[DONE]')).end).toMatchObject({
      failure: { code: 'SERVER_ERROR' },
    });
    expect(fold(decode(choice({}, 'insufficient_system_resource'), '[DONE]')).end).toMatchObject({
      failure: { code: 'OVERLOADED' },
    });
  });

  test.each([
    [null],
    [[]],
    ['"text"'],
    [7],
    [{}],
    [{ choices: null }],
    [{ choices: [null] }],
    [{ choices: [{ delta: null, finish_reason: 3 }] }],
    [{ choices: [{ delta: { content: 7, tool_calls: [null, {}, { function: 'x' }], annotations: 'y' } }] }],
    [{ usage: { prompt_tokens: '12', completion_tokens: -1, completion_tokens_details: [] } }],
    [{ usage: 'much' }],
  ])('are never thrown, whatever comes: %j', (data) => {
    const last = decode(typeof data === 'string' ? data : JSON.stringify(data)).at(-1);
    expect(['completed', 'failed']).toContain(last?.type);
  });
});
