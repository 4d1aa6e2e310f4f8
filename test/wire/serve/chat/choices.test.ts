import { expect, test } from 'vitest';
import { asOfferingId, asOperationId } from '../../../../src/domain/ids.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import { createChatChoices } from '../../../../src/wire/serve/chat/dialect.ts';
import { serveScript } from './dialect-server.ts';
import { answering, failing, recordOf, started, text } from './scripted-answers.ts';

const body = { model: 'tell', messages: [{ role: 'user' as const, content: 'Tell.' }], n: 2 };
const two = [
  answering(text('One', '.'), { id: asOperationId('cmp_1') }),
  answering(text('Two', ' more', '.'), {
    id: asOperationId('cmp_2'),
    offeringId: asOfferingId('other/tell-1'),
    finishReason: 'LENGTH',
    warnings: [{ code: 'PROVIDER_WARNING', message: 'Slow.' }],
  }),
] as const;
const options = { includeUsage: true, usesFunctions: false, hidesReasoning: false };

test('several completions are choices of one answer, paid for together', async () => {
  const { client } = await serveScript(...two);
  const answer = await client.chat.completions.create(body);
  expect(answer).toMatchObject({
    id: 'cmp_1',
    choices: [
      { index: 0, message: { content: 'One.' }, finish_reason: 'stop' },
      { index: 1, message: { content: 'Two more.' }, finish_reason: 'length' },
    ],
    usage: { prompt_tokens: 28, completion_tokens: 16, cost: 0.000246 },
    modelgraph: { attempts: 2, cost: { total: '0.000246' }, warnings: [{ message: 'Slow.' }] },
  });
});

test('several completions are one stream with one id, one usage chunk and one end', async () => {
  const { client, url } = await serveScript(...two);
  const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
  const answer = await stream.finalChatCompletion();
  expect(answer.choices.map(({ message }) => message.content)).toEqual(['One.', 'Two more.']);
  expect(answer.choices.map((choice) => choice.finish_reason)).toEqual(['stop', 'length']);
  expect(answer.usage).toMatchObject({ total_tokens: 44, cost: 0.000246 });
  expect(answer.id).toBe('cmp_1');
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
  });
  const frames = (await response.text()).trim().split('\n\n');
  expect(frames.filter((frame) => frame.includes('"choices":[]'))).toHaveLength(1);
  expect(frames.filter((frame) => frame === 'data: [DONE]')).toHaveLength(1);
  expect(frames.at(-1)).toBe('data: [DONE]');
});

test('one choice that fails ends the stream for all of them', () => {
  const writer = createChatChoices(options, 2);
  for (const event of started('cmp_1')) writer.push(0, event);
  for (const event of failing('OVERLOADED')) {
    const written = writer.push(1, event);
    if (event.type === 'failed') expect(JSON.parse(written.slice('data: '.length))).toHaveProperty('error');
    else expect(written).toBe('');
  }
  for (const event of answering(text('Late'))) expect(writer.push(0, event)).toBe('');
});

test('frames of several calls become choices of one stream; what nobody here knows stays in them', () => {
  const writer = createChatChoices(options, 2);
  const frame = (content: string) =>
    ({
      type: 'verbatim',
      data: JSON.stringify({
        id: 'up',
        novel: [1],
        choices: [{ index: 0, delta: { content }, extra: true }],
        usage: null,
      }),
    }) as const;
  const ended = { type: 'verbatim', data: '{"id":"up","choices":[],"usage":{"prompt_tokens":1}}' } as const;
  const write = (index: number, events: readonly Parameters<typeof writer.push>[1][]): string =>
    events.map((event) => writer.push(index, event)).join('');
  const first = write(0, answering([frame('A'), ...text('A'), ended, { type: 'verbatim', data: '[DONE]' }]));
  const second = write(1, answering([frame('B'), ...text('B'), ended]));
  const chunks = `${first}${second}`.trim().split('\n\n');
  expect(chunks.at(-1)).toBe('data: [DONE]');
  expect(chunks.slice(0, -1).map((chunk) => JSON.parse(chunk.slice('data: '.length)))).toEqual([
    { id: 'cmp_1', novel: [1], choices: [{ index: 0, delta: { content: 'A' }, extra: true }] },
    { id: 'cmp_1', novel: [1], choices: [{ index: 1, delta: { content: 'B' }, extra: true }] },
    expect.objectContaining({ choices: [], usage: expect.objectContaining({ total_tokens: 44 }) }),
  ]);
});

test('what some of the choices cost is not known: then neither is the sum', async () => {
  const unknown = recordOf({
    cost: { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] },
  }).cost;
  const { client } = await serveScript(two[0], answering(text('B'), { cost: unknown }));
  const answer = await client.chat.completions.create(body);
  expect(answer.usage).not.toHaveProperty('cost');
  expect(answer).toMatchObject({ modelgraph: { cost: { kind: 'UNPRICED', reason: 'NO_PRICE' } } });
});

test('currencies are not added up, and what is free adds nothing', async () => {
  const yuan = { kind: 'PRICED', lines: [], total: new Decimal('2'), currency: 'CNY' } as const;
  const { client } = await serveScript(two[0], answering(text('B'), { cost: yuan }));
  expect(await client.chat.completions.create(body)).toMatchObject({
    modelgraph: { cost: { kind: 'UNPRICED', reason: 'MIXED_CURRENCIES' } },
  });
  const free = await serveScript(two[0], answering(text('B'), { cost: { kind: 'FREE' } }));
  expect(await free.client.chat.completions.create(body)).toMatchObject({
    usage: { cost: 0.000123, cost_currency: 'USD' },
  });
});
