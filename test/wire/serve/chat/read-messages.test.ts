import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/domain/json.ts';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';

const PNG = 'data:image/png;base64,iVBORw==';
const mark = (ttl?: string) => ({ cache_control: { type: 'ephemeral', ...(ttl !== undefined && { ttl }) } });
const user: JsonObject = { role: 'user', content: 'Hi' };
const read = (...messages: readonly JsonValue[]) => {
  const found = chatDialect.read({ model: 'tell', messages });
  if (found.kind === 'INVALID') throw new Error(`${found.path}: ${found.problem}`);
  expect(found.unread).toEqual([]);
  return found.request.messages;
};

test('instructions, as text and as parts', () => {
  expect(
    read(
      { role: 'system', content: 'Be brief.' },
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B' },
        ],
      },
      user,
    ).slice(0, 2),
  ).toEqual([
    { role: 'system', text: 'Be brief.' },
    { role: 'system', text: 'A\nB' },
  ]);
});

test('a mark inside of instructions stays where it is', () => {
  const content = [
    { type: 'text', text: 'Long', ...mark() },
    { type: 'text', text: 'Short' },
    { type: 'text', text: 'End' },
  ];
  expect(read({ role: 'system', content }, { role: 'system', content: 'X', ...mark('1h') }, user)).toEqual([
    { role: 'system', text: 'Long', cache: '5m' },
    { role: 'system', text: 'Short\nEnd' },
    { role: 'system', text: 'X', cache: '1h' },
    { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
  ]);
});

test('what a user sends', () => {
  const content = [
    { type: 'text', text: 'Look', ...mark('5m') },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
    { type: 'image_url', image_url: PNG, ...mark('1h') },
    { type: 'input_audio', input_audio: { data: 'eA==', format: 'mp3' } },
    { type: 'input_audio', input_audio: { data: 'eA==', format: 'FLAC' } },
    { type: 'file', file: { file_data: 'data:application/pdf;base64,eA==', filename: 'a.pdf' } },
    { type: 'file', file: { file_data: 'https://example.com/a.pdf' } },
  ];
  expect(read({ role: 'user', content })).toEqual([
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Look', cache: '5m' },
        {
          type: 'image',
          source: { kind: 'remote', url: 'https://example.com/a.png', ifNeeded: true },
          detail: 'low',
        },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'iVBORw==' }, cache: '1h' },
        { type: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', base64: 'eA==' } },
        { type: 'audio', source: { kind: 'data', mediaType: 'audio/flac', base64: 'eA==' } },
        {
          type: 'file',
          source: { kind: 'data', mediaType: 'application/pdf', base64: 'eA==' },
          name: 'a.pdf',
        },
        { type: 'file', source: { kind: 'remote', url: 'https://example.com/a.pdf', ifNeeded: true } },
      ],
    },
  ]);
  expect(read({ ...user, ...mark() })).toEqual([
    { role: 'user', parts: [{ type: 'text', text: 'Hi', cache: '5m' }] },
  ]);
});

test('a turn of the model, with calls, reasoning and their proofs', () => {
  const assistant = {
    role: 'assistant',
    content: null,
    refusal: null,
    annotations: [],
    reasoning_content: 'plain',
    reasoning_details: [
      { type: 'reasoning.text', text: 'Hm.', signature: 'sig', index: 0 },
      { type: 'reasoning.encrypted', data: 'sealed', index: 1 },
      { type: 'reasoning.summary', summary: 'In short.' },
    ],
    tool_calls: [
      {
        index: 0,
        id: 'c1',
        type: 'function',
        function: { name: 'weather', arguments: '{"a":1}', parsed_arguments: { a: 1 } },
        extra_content: { google: { thought_signature: 'proof' } },
      },
      { id: 'c2', function: { name: 'now', arguments: '' } },
    ],
  };
  const tool = {
    role: 'tool',
    tool_call_id: 'c1',
    name: 'weather',
    content: [{ type: 'text', text: 'Rain', ...mark() }],
  };
  expect(read(user, assistant, tool).slice(1)).toEqual([
    {
      role: 'assistant',
      text: '',
      reasoning: [
        { text: 'Hm.', signature: 'sig' },
        { text: '', signature: 'sealed', redacted: true },
        { text: 'In short.' },
      ],
      toolCalls: [
        { id: 'c1', name: 'weather', arguments: '{"a":1}', signature: 'proof' },
        { id: 'c2', name: 'now', arguments: '{}' },
      ],
    },
    { role: 'tool', toolCallId: 'c1', name: 'weather', text: 'Rain', isError: false, cache: '5m' },
  ]);
});

test('a turn of the model that is text, reasoning or a refusal', () => {
  const turn = (message: JsonObject) => read(user, { role: 'assistant', ...message })[1];
  const empty = { role: 'assistant', text: '', reasoning: [], toolCalls: [] };
  expect(turn({ content: 'Yes.' })).toEqual({ ...empty, text: 'Yes.' });
  expect(
    turn({
      content: [
        { type: 'text', text: 'Y' },
        { type: 'refusal', refusal: 'N' },
      ],
    }),
  ).toEqual({
    ...empty,
    text: 'YN',
  });
  expect(turn({ content: null, refusal: 'No.' })).toEqual({ ...empty, text: 'No.' });
  expect(turn({ reasoning_content: 'Hm.', content: 'x' })).toEqual({
    ...empty,
    text: 'x',
    reasoning: [{ text: 'Hm.' }],
  });
  expect(turn({ content: 'Yes.', ...mark('1h') })).toEqual({ ...empty, text: 'Yes.', cache: '1h' });
});

test('calls of functions get ids, by which their answers are found', () => {
  const called = (name: string) => ({
    role: 'assistant',
    content: null,
    function_call: { name, arguments: '{}' },
  });
  const answer = (name: string) => ({ role: 'function', name, content: name });
  const messages = read(user, called('a'), called('a'), answer('a'), answer('a'));
  expect(messages.slice(1)).toMatchObject([
    { toolCalls: [{ id: 'call_function_0', name: 'a' }] },
    { toolCalls: [{ id: 'call_function_1', name: 'a' }] },
    { role: 'tool', toolCallId: 'call_function_0', text: 'a' },
    { role: 'tool', toolCallId: 'call_function_1', text: 'a' },
  ]);
});

test('an answer of ours goes back in the next turn as it is', () => {
  const answer = chatDialect.read({
    model: 'tell',
    messages: [
      user,
      { role: 'assistant', content: 'Done.', refusal: null, annotations: [{ type: 'url_citation' }] },
    ],
  });
  expect(answer).toMatchObject({ kind: 'OK', unread: [] });
});
