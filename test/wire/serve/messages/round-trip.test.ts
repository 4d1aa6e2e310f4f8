import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { asOperationId } from '../../../../src/domain/ids.ts';
import { begun, completed, INTERLEAVED_CALLS, REASONING, SAID } from '../answers.ts';
import { serveScript } from './scripted-server.ts';

const FIRST: Anthropic.MessageParam = { role: 'user', content: 'Hello' };

test.each(['streamed', 'whole'])('what was written %s comes back as the same message', async (how) => {
  const { origin, read } = await serveScript(
    completed([...REASONING, { type: 'textDelta', text: 'So it is.' }, ...INTERLEAVED_CALLS]),
  );
  const client = new Anthropic({ apiKey: 'key', baseURL: origin, maxRetries: 0 });
  const ask = { model: 'm', max_tokens: 10 };
  const answer =
    how === 'streamed'
      ? await client.messages.stream({ ...ask, messages: [FIRST] }).finalMessage()
      : await client.messages.create({ ...ask, messages: [FIRST] });
  const results = answer.content
    .filter((block) => block.type === 'tool_use')
    .map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: `of ${id.length}` }));
  for (const { tool_use_id } of results) expect(tool_use_id).toMatch(/^[a-zA-Z0-9_-]+$/);
  await client.messages.create({
    ...ask,
    messages: [
      FIRST,
      { role: 'assistant', content: answer.content },
      { role: 'user', content: [...results, { type: 'text', text: 'And now?' }] },
    ],
  });

  const [first, second] = read;
  expect(first?.body).toBeUndefined();
  expect(JSON.stringify(second?.body)).not.toMatch(/mgid_|mgtc1/);
  expect(second?.request.messages[1]).toEqual(SAID);
  expect(second?.request.messages.slice(2)).toMatchObject([
    { role: 'tool', toolCallId: 'call_0', name: 'weather' },
    { role: 'tool', toolCallId: 'functions.time:1', name: 'time' },
    { role: 'tool', toolCallId: 'toolu_9', name: 'now' },
    { role: 'user', parts: [{ type: 'text', text: 'And now?' }] },
  ]);
  expect(second?.unread).toEqual([]);
});

test('ids that decoders make up are another in each answer, and the same in the request', async () => {
  const script = (id: string) =>
    completed([
      { type: 'toolCallStarted', index: 0, id: 'call_0', name: 'now' },
      { type: 'toolCallEnded', index: 0, id: 'call_0', name: 'now', arguments: '{}' },
    ]).map((event) => (event.type === 'started' ? { ...event, id: asOperationId(`cmp_${id}`) } : event));
  const ids = await Promise.all(
    ['019b0000-0000-7000-8000-aaaaaaaaaaaa', '019b0000-0000-7000-8000-bbbbbbbbbbbb'].map(async (id) => {
      const { origin } = await serveScript(script(id));
      const client = new Anthropic({ apiKey: 'key', baseURL: origin, maxRetries: 0 });
      const { content } = await client.messages
        .stream({ model: 'm', max_tokens: 1, messages: [FIRST] })
        .finalMessage();
      return content[0]?.type === 'tool_use' ? content[0].id : undefined;
    }),
  );
  expect(new Set(ids).size).toBe(2);
});

test('reasoning that its provider did not sign is read, and is not passed on', async () => {
  const { origin, read } = await serveScript(
    completed([
      { type: 'reasoningDelta', text: 'Hm.' },
      { type: 'textDelta', text: 'Yes.' },
    ]),
  );
  const client = new Anthropic({ apiKey: 'key', baseURL: origin, maxRetries: 0 });
  const ask = { model: 'm', max_tokens: 10 };
  const { content } = await client.messages.stream({ ...ask, messages: [FIRST] }).finalMessage();
  await client.messages.create({ ...ask, messages: [FIRST, { role: 'assistant', content }, FIRST] });
  expect(JSON.stringify(read[1]?.body)).not.toContain('Hm.');
  expect(read[1]?.request.messages[1]).toMatchObject({ reasoning: [{ text: 'Hm.' }], text: 'Yes.' });
});

test('a call that comes whole, and one whose provider broke off, are written whole', async () => {
  const { origin } = await serveScript([
    ...begun(),
    ...completed([
      { type: 'toolCallEnded', index: 0, id: 'a', name: 'one', arguments: '{"x":1}' },
      { type: 'toolCallStarted', index: 1, id: 'b', name: 'two' },
      { type: 'toolCallDelta', index: 1, argumentsDelta: ' ' },
      { type: 'toolCallDelta', index: 1, argumentsDelta: '{"y":2}' },
      { type: 'textDelta', text: 'After.' },
    ]).slice(2),
  ]);
  const client = new Anthropic({ apiKey: 'key', baseURL: origin, maxRetries: 0 });
  const message = await client.messages
    .stream({ model: 'm', max_tokens: 1, messages: [FIRST] })
    .finalMessage();
  expect(message.content).toMatchObject([
    { type: 'tool_use', id: 'a', name: 'one', input: { x: 1 } },
    { type: 'tool_use', id: 'b', name: 'two', input: { y: 2 } },
    { type: 'text', text: 'After.' },
  ]);
  expect(message.stop_reason).toBe('tool_use');
});
