import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import { begun, completed, recordOf } from '../answers.ts';
import { serveScript } from './scripted-server.ts';

const verbatim = (event: { readonly type: string }, isNamed = true): CompletionEvent => ({
  type: 'verbatim',
  ...(isNamed && { event: event.type }),
  data: JSON.stringify(event),
});

const START = {
  type: 'message_start',
  message: {
    id: 'msg_theirs',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 1, of_tomorrow: 1 },
  },
};
const BLOCK = [
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', of_tomorrow: true } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
  { type: 'content_block_stop', index: 0 },
];
const DELTA = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 2, of_tomorrow: 7 },
};
const LATER = { ...DELTA, usage: { output_tokens: 3 } };
const STOP = { type: 'message_stop' };

const frame = (event: { readonly type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const OPTIONS = { model: 'm', stops: [] };

describe('an answer that is passed on', () => {
  test('comes as it is, frame by frame, and what ends it comes with the cost', () => {
    const writer = messagesDialect.streamWriter(OPTIONS);
    for (const event of begun()) expect(writer.push(event)).toBe('');
    for (const event of [START, { type: 'ping' }, ...BLOCK])
      expect(writer.push(verbatim(event))).toBe(frame(event));
    expect(writer.push({ type: 'textDelta', text: 'Hi' })).toBe('');
    for (const event of [DELTA, { type: 'ping' }, STOP]) expect(writer.push(verbatim(event))).toBe('');
    const withCost = {
      ...DELTA,
      usage: { ...DELTA.usage, cost: 0.000123, cost_currency: 'USD' },
    };
    expect(writer.push({ type: 'finished', record: recordOf() })).toBe(
      frame(withCost) + frame({ type: 'ping' }) + frame(STOP),
    );
  });

  test('of unknown cost ends as it came', () => {
    const writer = messagesDialect.streamWriter(OPTIONS);
    for (const event of [START, DELTA, STOP]) writer.push(verbatim(event));
    const cost = { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] } as const;
    expect(writer.push({ type: 'finished', record: recordOf({ cost }) })).toBe(frame(DELTA) + frame(STOP));
  });

  test('gets the names of events that a relay left out, and keeps lines apart', () => {
    const writer = messagesDialect.streamWriter(OPTIONS);
    expect(writer.push(verbatim(START, false))).toBe(frame(START));
    expect(writer.push({ type: 'verbatim', event: 'x', data: '{\n}' })).toBe(
      'event: x\ndata: {\ndata: }\n\n',
    );
    expect(writer.push({ type: 'verbatim', data: 'no json' })).toBe('data: no json\n\n');
  });

  test('with several counts of usage gives all but the last at once', () => {
    const writer = messagesDialect.streamWriter(OPTIONS);
    writer.push(verbatim(START));
    expect(writer.push(verbatim(DELTA))).toBe('');
    expect(writer.push(verbatim(LATER))).toBe(frame(DELTA));
  });

  test('that fails has the error and no end', () => {
    const writer = messagesDialect.streamWriter(OPTIONS);
    writer.push(verbatim(START));
    writer.push(verbatim(DELTA));
    const written = writer.fail({ kind: 'INTERNAL', code: 'internal', message: 'Broken.' });
    expect(written).toMatch(
      /^event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"Broken\."/,
    );
    expect(written.split('\n\n')).toHaveLength(2);
    expect(writer.push(verbatim(STOP))).toBe('');
    expect(writer.push({ type: 'finished', record: recordOf() })).toBe('');
    expect(writer.fail({ kind: 'INTERNAL', code: 'internal', message: 'Broken.' })).toBe('');
  });

  test('is read by the official client', async () => {
    const script = completed([]);
    const { origin } = await serveScript([
      ...script.slice(0, -1),
      ...[START, ...BLOCK, DELTA, STOP].map((event) => verbatim(event)),
      ...script.slice(-1),
    ]);
    const client = new Anthropic({ apiKey: 'key', baseURL: origin, maxRetries: 0 });
    const stream = client.messages.stream({
      model: 'm',
      max_tokens: 1,
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(await stream.finalMessage()).toMatchObject({
      id: 'msg_theirs',
      content: [{ type: 'text', text: 'Hi', of_tomorrow: true }],
      usage: { input_tokens: 5, output_tokens: 2 },
    });
  });

  test('whole keeps what nobody here knows', () => {
    const message = { ...START.message, content: [{ type: 'of_tomorrow' }], new_field: { a: [1] } };
    const content = { text: '', refusal: '', reasoning: [], toolCalls: [], sources: [], logprobs: [] };
    const answer = { content, record: recordOf(), verbatim: message };
    expect(messagesDialect.writeAnswer([answer], OPTIONS)).toEqual({
      ...message,
      usage: { ...message.usage, cost: 0.000123, cost_currency: 'USD' },
    });
  });
});
