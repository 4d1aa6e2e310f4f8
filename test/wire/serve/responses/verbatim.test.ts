import OpenAI from 'openai';
import { expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asProviderId } from '../../../../src/domain/ids.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import { begun, OFFERING, recordOf } from '../answers.ts';
import { serveScripts } from './scripted-server.ts';
import { eventsIn, newWriter } from './written-events.ts';

const verbatim = (data: string, event?: string): CompletionEvent => ({
  type: 'verbatim',
  data,
  ...(event !== undefined && { event }),
});

const RESPONSE = { id: 'resp_upstream', object: 'response', created_at: 1, model: 'gpt-x', output: [] };
const CREATED = `{"type":"response.created","sequence_number":0,"response":${JSON.stringify({ ...RESPONSE, status: 'in_progress' })}}`;
const DELTA = `{"type":"response.made_up","sequence_number":1,"new_field":{"type":"response.other"},"delta":"\\"type\\":\\"response.completed\\""}`;
const WHOLE = {
  ...RESPONSE,
  status: 'completed',
  made_up: { kept: true },
  usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7, made_up_tokens: 1 },
};
const COMPLETED = `{"type":"response.completed","sequence_number":2,"response":${JSON.stringify(WHOLE)}}`;

const FRAMES = [
  verbatim(CREATED, 'response.created'),
  verbatim(DELTA, 'response.made_up'),
  verbatim(COMPLETED, 'response.completed'),
];

test('frames are passed on as they came, and what was read from them is not', () => {
  const writer = newWriter();
  for (const event of begun()) expect(writer.push(event)).toBe('');
  expect(FRAMES.slice(0, 2).map((frame) => writer.push(frame))).toEqual([
    `event: response.created\ndata: ${CREATED}\n\n`,
    `event: response.made_up\ndata: ${DELTA}\n\n`,
  ]);
  expect(writer.push({ type: 'textDelta', text: 'Hello' })).toBe('');
});

test('the end waits for the cost, which is put in', () => {
  const writer = newWriter();
  const before = [...begun(), ...FRAMES].map((event) => writer.push(event)).join('');
  expect(before).not.toContain('response.completed\ndata');
  const [end, ...more] = eventsIn(writer.push({ type: 'finished', record: recordOf() }));
  expect(more).toEqual([]);
  expect(end).toEqual({
    type: 'response.completed',
    sequence_number: 2,
    response: { ...WHOLE, usage: { ...WHOLE.usage, cost: 0.000123, cost_currency: 'USD' } },
  });
});

test.each([
  ['an end without a name', [verbatim(CREATED), verbatim(DELTA), verbatim(COMPLETED)]],
  ['a mark after the end', [...FRAMES, verbatim('[DONE]')]],
])('%s', (_name, frames) => {
  const writer = newWriter();
  const before = [...begun(), ...frames].map((event) => writer.push(event)).join('');
  expect(before).not.toContain('made_up_tokens');
  const end = writer.push({ type: 'finished', record: recordOf() });
  expect(end).toContain('"cost":0.000123');
  expect(end.endsWith('data: [DONE]\n\n')).toBe(frames.length === 4);
});

test('without a known cost the end is what came', () => {
  const writer = newWriter();
  for (const event of [...begun(), ...FRAMES]) writer.push(event);
  const record = recordOf({ cost: { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] } });
  expect(writer.push({ type: 'finished', record })).toBe(`event: response.completed\ndata: ${COMPLETED}\n\n`);
});

test('data of several lines', () => {
  expect(newWriter().push(verbatim('{\n}', 'a'))).toBe('event: a\ndata: {\ndata: }\n\n');
});

test('a whole answer keeps what nobody here knows', async () => {
  const script: readonly CompletionEvent[] = [
    ...begun(),
    verbatim(JSON.stringify(WHOLE)),
    { type: 'finished', record: recordOf({ cost: { kind: 'FREE' } }) },
  ];
  const { baseURL } = await serveScripts(script);
  const client = new OpenAI({ baseURL, apiKey: 'key', maxRetries: 0 });
  const answer = await client.responses.create({ model: 'gpt-x', input: 'Hello' });
  expect(answer).toMatchObject({ ...WHOLE, usage: { ...WHOLE.usage, cost: 0 } });
});

const failure = {
  ...failureOf('TRUNCATED', 'The provider ended its answer before it was whole.'),
  providerId: asProviderId('openai'),
  offeringId: OFFERING,
};
const BROKEN: readonly CompletionEvent[] = [
  ...begun(),
  ...FRAMES.slice(0, 2),
  { type: 'failed', error: { kind: 'UPSTREAM', failure } },
];

test('a failure goes on with the numbers and the response that the provider began', () => {
  const writer = newWriter();
  const events = eventsIn(BROKEN.map((event) => writer.push(event)).join(''));
  expect(events.slice(2)).toMatchObject([
    { type: 'error', sequence_number: 2, code: 'truncated' },
    {
      type: 'response.failed',
      sequence_number: 3,
      response: { id: 'resp_upstream', status: 'failed', error: { code: 'truncated' } },
    },
  ]);
});

test('a failure is thrown by the official client', async () => {
  const script = [...begun(), ...FRAMES.slice(0, 1), ...BROKEN.slice(-1)];
  const { baseURL } = await serveScripts(script);
  const client = new OpenAI({ baseURL, apiKey: 'key', maxRetries: 0 });
  const final = client.responses.stream({ model: 'gpt-x', input: 'Hello' }).finalResponse();
  await expect(final).rejects.toMatchObject({ code: 'truncated' });
});

test('a cost of many digits is a number to be read', () => {
  const writer = newWriter();
  for (const event of [...begun(), ...FRAMES]) writer.push(event);
  const total = new Decimal('0.1000000000000000000000001');
  const record = recordOf({ cost: { kind: 'PRICED', lines: [], total, currency: 'CNY' } });
  expect(writer.push({ type: 'finished', record })).toContain('"cost":0.1,"cost_currency":"CNY"');
});
