import { expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';
import { serveScript } from './dialect-server.ts';
import { answering, failing, finishedOf, type Piece, text } from './scripted-answers.ts';

const options = { includeUsage: true, usesFunctions: false, hidesReasoning: false };
const verbatim = (data: string): Piece => ({ type: 'verbatim', data });
const written = (events: readonly CompletionEvent[], includeUsage: boolean): readonly string[] => {
  const writer = chatDialect.streamWriter({ ...options, includeUsage });
  const all = events.map((event) => writer.push(event)).join('');
  return all === '' ? [] : all.trimEnd().split('\n\n');
};

// Spaces and fields as a provider might write them.
const FIRST =
  '{ "id":"up-1","model":"tell-1-0601","novel":{"a":1},"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi","mood":"\\"usage\\":{"}}] ,"usage":null}';
const LAST = '{"id":"up-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';
const USAGE =
  '{"id":"up-1","choices":[],"usage": {"prompt_tokens":3,"completion_tokens":1,"novel_tokens":9},"x":2}';
const frames = [verbatim(FIRST), ...text('Hi'), verbatim(LAST), verbatim(USAGE), verbatim('[DONE]')];

test('frames go back as they came; what they cost is added to the last', () => {
  const [first, last, usage, done, ...more] = written(answering(frames), true);
  expect(first).toBe(`data: ${FIRST}`);
  expect(last).toBe(`data: ${LAST}`);
  expect(JSON.parse(usage?.slice('data: '.length) ?? '')).toEqual({
    id: 'up-1',
    choices: [],
    usage: {
      prompt_tokens: 3,
      completion_tokens: 1,
      novel_tokens: 9,
      cost: 0.000123,
      cost_currency: 'USD',
    },
    x: 2,
  });
  expect(done).toBe('data: [DONE]');
  expect(more).toEqual([]);
});

test('usage that the client has not asked for is left out', () => {
  expect(written(answering(frames), false)).toEqual([`data: ${FIRST}`, `data: ${LAST}`, 'data: [DONE]']);
});

test('the end waits until the completion is finished', () => {
  const events = answering(frames);
  expect(written(events.slice(0, -1), true)).toEqual([`data: ${FIRST}`, `data: ${LAST}`]);
});

test('usage beside the last choice goes on at once, and is left out where nobody asked for it', () => {
  const both =
    '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3},"x":1}';
  const events = answering([verbatim(FIRST), ...text('Hi'), verbatim(both)]);
  expect(written(events, true)).toEqual([`data: ${FIRST}`, `data: ${both}`, 'data: [DONE]']);
  expect(written(events, false).slice(1)).toEqual([
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x":1}',
    'data: [DONE]',
  ]);
});

test('a provider that forgets usage and end: both are written', () => {
  const frames = written(answering([verbatim(FIRST), ...text('Hi'), verbatim(LAST)]), true);
  expect(frames).toHaveLength(4);
  expect(JSON.parse(frames[2]?.slice('data: '.length) ?? '')).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 14, cost: 0.000123 },
  });
  expect(frames[3]).toBe('data: [DONE]');
});

test('an answer that breaks off ends in an error and not in [DONE]', () => {
  const frames = written(failing('TRUNCATED', [verbatim(FIRST), ...text('Hi')]), true);
  expect(frames[0]).toBe(`data: ${FIRST}`);
  expect(JSON.parse(frames[1]?.slice('data: '.length) ?? '')).toEqual({
    error: { message: 'The provider said no.', type: 'server_error', param: null, code: 'truncated' },
  });
  expect(frames).toHaveLength(2);
});

test('data of several lines and named events stay so', () => {
  const event: Piece = { type: 'verbatim', event: 'note', data: '{\n"choices":[]}' };
  expect(written(answering([event]), false)[0]).toBe('event: note\ndata: {\ndata: "choices":[]}');
});

test('several choices of one call reach the client', async () => {
  const choice = (index: number, delta: object, finish_reason: string | null) =>
    verbatim(JSON.stringify({ id: 'up-1', choices: [{ index, delta, finish_reason }] }));
  const { client } = await serveScript(
    answering([
      choice(0, { role: 'assistant', content: 'A' }, null),
      choice(1, { role: 'assistant', content: 'B' }, null),
      ...text('A'),
      choice(1, {}, 'stop'),
      choice(0, {}, 'length'),
      verbatim(USAGE),
      verbatim('[DONE]'),
    ]),
  );
  const answer = await client.chat.completions
    .stream({ model: 'tell', messages: [], n: 2, stream_options: { include_usage: true } })
    .finalChatCompletion()
    .catch((error: unknown) => error);
  // An empty list of messages is refused before anything is streamed.
  expect(answer).toMatchObject({ status: 400, param: 'messages' });
  const stream = client.chat.completions.stream({
    model: 'tell',
    messages: [{ role: 'user', content: 'Tell.' }],
    n: 2,
    stream_options: { include_usage: true },
  });
  const { choices, usage } = await stream.finalChatCompletion();
  expect(choices.map(({ message }) => message.content)).toEqual(['A', 'B']);
  expect(usage).toMatchObject({ prompt_tokens: 3, cost: 0.000123 });
});

test('a whole answer goes back as it came, with what it cost', () => {
  const body = {
    id: 'up-1',
    model: 'tell-1-0601',
    novel: { deep: [1, { two: null }] },
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hi', mood: 'good' }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 1, novel_tokens: 9 },
  };
  const answer = finishedOf(answering([verbatim(JSON.stringify(body)), ...text('Hi')]));
  const { modelgraph, ...rest } = chatDialect.writeAnswer([answer], options);
  expect(rest).toEqual({ ...body, usage: { ...body.usage, cost: 0.000123, cost_currency: 'USD' } });
  expect(modelgraph).toMatchObject({ id: 'cmp_1', cost: { total: '0.000123' } });
  const { choices, usage } = chatDialect.writeAnswer([answer, answer], options);
  expect(choices).toEqual([body.choices[0], { ...body.choices[0], index: 1 }]);
  expect(usage).toMatchObject({ prompt_tokens: 28, cost: 0.000246 });
});
