import { expect, test } from 'vitest';
import type { CacheTtl, Message } from '../../../src/domain/completion-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const codec = createAnthropicCodec();
const MODEL = 'claude-sonnet-4-5';
const mark = (ttl: CacheTtl) => ({ cache_control: { type: 'ephemeral', ttl } });
const user = (text: string, cache?: CacheTtl): Message => ({
  role: 'user',
  parts: [{ type: 'text', text, ...(cache && { cache }) }],
});

test('marks are on what they were put on: tools, system text and every kind of message', () => {
  const tooled = requestOf({
    tools: [{ ...WEATHER, cache: '1h' }],
    messages: [
      { role: 'system', text: 'Be brief.' },
      { role: 'system', text: 'Be kind.', cache: '1h' },
      user('Hi'),
    ],
  });
  expect(unsupportedNames(codec, MODEL, tooled)).toEqual([]);
  expect(encoded(codec, MODEL, tooled)).toMatchObject({
    warnings: [],
    body: {
      tools: [{ name: 'weather', ...mark('1h') }],
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.', ...mark('1h') },
      ],
    },
  });
  const talk = requestOf({
    reasoningEffort: 'low',
    messages: [
      user('Look', '5m'),
      {
        role: 'assistant',
        text: '',
        reasoning: [{ text: 'Hm', signature: 's' }],
        toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }],
        cache: '5m',
      },
      { role: 'tool', toolCallId: 'a', text: 'ok', isError: false, cache: '5m' },
    ],
  });
  expect(encoded(codec, MODEL, talk)).toMatchObject({
    warnings: [],
    body: {
      messages: [
        { content: [{ text: 'Look', ...mark('5m') }] },
        { content: [{ type: 'thinking' }, { type: 'tool_use', ...mark('5m') }] },
        { content: [{ type: 'tool_result', ...mark('5m') }] },
      ],
    },
  });
});

test('the API takes four marks: the last are kept, and a warning says so', () => {
  const { body, warnings } = encoded(
    codec,
    MODEL,
    requestOf({
      tools: [{ ...WEATHER, cache: '5m' }],
      messages: [
        { role: 'system', text: 'S', cache: '5m' },
        ...['1', '2', '3', '4'].map((text) => user(text, '5m')),
      ],
    }),
  );
  expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4);
  expect(body).toMatchObject({
    system: 'S',
    messages: [{ content: ['1', '2', '3', '4'].map((text) => ({ text, ...mark('5m') })) }],
  });
  expect(warnings).toEqual([expect.stringContaining('last 4 were kept')]);
});

test('a long mark after a short one is shortened, as the API wants the longest first', () => {
  const { body, warnings } = encoded(
    codec,
    MODEL,
    requestOf({ messages: [user('a', '1h'), user('b', '5m'), user('c', '1h')] }),
  );
  expect(body).toMatchObject({
    messages: [{ content: [mark('1h'), mark('5m'), mark('5m')] }],
  });
  expect(warnings).toEqual([expect.stringContaining('shortened to 5m')]);
});

test('a mark on nothing is left out with a warning', () => {
  const { body, warnings } = encoded(
    codec,
    MODEL,
    requestOf({ messages: [user('Hi'), user('', '5m'), { role: 'system', text: '', cache: '5m' }] }),
  );
  expect(JSON.stringify(body)).not.toContain('cache_control');
  expect(warnings).toEqual([
    expect.stringContaining('moved to the front'),
    expect.stringContaining('left out'),
  ]);
});
