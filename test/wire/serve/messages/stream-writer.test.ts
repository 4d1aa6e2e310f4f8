import { describe, expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { ContentEvent } from '../../../../src/domain/content-event.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asOfferingId, asProviderId, type OfferingId } from '../../../../src/domain/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/domain/json.ts';
import type { OperationRecord } from '../../../../src/domain/operation-record.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import { begun, completed, OFFERING, recordOf, USAGE } from '../answers.ts';

const write = (events: readonly CompletionEvent[], stops: readonly string[] = []): readonly JsonObject[] => {
  const writer = messagesDialect.streamWriter({ model: 'asked', stops });
  return events
    .map((event) => writer.push(event))
    .join('')
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
      const event: JsonValue = JSON.parse(data ?? '');
      if (!isJsonObject(event)) throw new Error(`no event: ${frame}`);
      expect(event.type).toBe(name);
      return event;
    });
};

const last = (
  content: readonly ContentEvent[],
  facts: Partial<OperationRecord>,
  stops: readonly string[] = [],
) => write(completed(content, facts), stops).at(-2);

const OTHER = asOfferingId('openai/gpt-5');
const attemptOf = (index: number, offeringId: OfferingId) => ({
  index,
  offeringId,
  providerId: asProviderId('p'),
  startedAt: new Date(0),
});
const failedAttempt = (index: number): CompletionEvent => {
  const located = {
    ...failureOf('OVERLOADED', 'Busy.'),
    providerId: asProviderId('p'),
    offeringId: OFFERING,
  };
  const attempt = {
    ...attemptOf(index, OFFERING),
    status: 'FAILED' as const,
    durationMs: 1,
    failure: located,
  };
  return { type: 'attemptFailed', attempt, willRetry: true };
};
const secondAttempt: CompletionEvent = { type: 'attemptStarted', ...attemptOf(1, OTHER), cause: 'FALLBACK' };

describe('the writer of streams', () => {
  test('begins with what is known of the prompt, once there is content', () => {
    const usage: CompletionEvent = { type: 'usageUpdated', usage: { ...USAGE, output: 1, reasoning: 0 } };
    const events = write([...begun(), usage, { type: 'textDelta', text: 'a' }]);
    expect(events).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_019b0000-0000-7000-8000-0123456789ab',
          type: 'message',
          role: 'assistant',
          model: OFFERING,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 100,
            cache_read_input_tokens: 20,
            cache_creation_input_tokens: 7,
            cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
            output_tokens: 1,
          },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
    ]);
    expect(write([...begun(), usage])).toEqual([]);
  });

  test('names the offering that answers, and forgets what a failed one used', () => {
    const usage: CompletionEvent = { type: 'usageUpdated', usage: usageOf({ input: 9 }) };
    const [start] = write([
      ...begun(),
      usage,
      failedAttempt(0),
      secondAttempt,
      { type: 'textDelta', text: 'a' },
    ]);
    expect(start).toMatchObject({ message: { model: OTHER, usage: { input_tokens: 0 } } });
  });

  test('names the winner of a race', () => {
    const attempt = { ...attemptOf(1, OTHER), status: 'CANCELLED' as const, durationMs: 1 };
    const [start] = write([
      ...begun(),
      secondAttempt,
      { type: 'attemptCancelled', attempt },
      { type: 'textDelta', text: 'a' },
    ]);
    expect(start).toMatchObject({ message: { model: OFFERING } });
  });

  test('gives a call without arguments one empty piece of them', () => {
    const events = write([
      ...begun(),
      { type: 'toolCallStarted', index: 0, id: 'a', name: 'now' },
      { type: 'toolCallEnded', index: 0, id: 'a', name: 'now', arguments: '{}' },
    ]);
    expect(events.slice(1)).toEqual([
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'a', name: 'now', input: {} },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '' } },
      { type: 'content_block_stop', index: 0 },
    ]);
  });

  test('streams the pieces of the first call, and holds what belongs to others', () => {
    const writer = messagesDialect.streamWriter({ model: 'm', stops: [] });
    writer.push({ type: 'toolCallStarted', index: 0, id: 'a', name: 'one' });
    expect(writer.push({ type: 'toolCallStarted', index: 1, id: 'b', name: 'two' })).toBe('');
    expect(writer.push({ type: 'textDelta', text: 'held' })).toBe('');
    expect(writer.push({ type: 'toolCallDelta', index: 0, argumentsDelta: '{}' })).toContain(
      'input_json_delta',
    );
    const ended = writer.push({ type: 'toolCallEnded', index: 0, id: 'a', name: 'one', arguments: '{}' });
    expect(ended).toContain('"name":"two"');
    expect(ended).not.toContain('held');
    expect(writer.push({ type: 'toolCallEnded', index: 1, id: 'b', name: 'two', arguments: '{}' })).toContain(
      'held',
    );
  });

  test.each<[string, Partial<OperationRecord>, JsonObject]>([
    ['what it cost', {}, { cost: 0.000123, cost_currency: 'USD' }],
    ['that nothing is charged', { cost: { kind: 'FREE' } }, { cost: 0 }],
  ])('ends with %s', (_name, facts, expected) => {
    expect(last([], facts)).toMatchObject({ usage: { ...expected, output_tokens: 42 } });
  });

  test('says nothing of a cost that is not known, and why', () => {
    const cost = { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] } as const;
    const delta = last([], { cost });
    expect(delta).toMatchObject({ modelgraph: { cost: { kind: 'UNPRICED', reason: 'NO_PRICE' } } });
    expect(delta?.usage).not.toHaveProperty('cost');
  });

  test.each<[Partial<OperationRecord>, string, string | null, readonly string[]]>([
    [{ finishReason: 'STOP' }, 'end_turn', null, ['x']],
    [{ finishReason: 'STOP', rawFinishReason: 'stop_sequence' }, 'stop_sequence', 'x', ['x']],
    [{ finishReason: 'STOP', rawFinishReason: 'stop_sequence' }, 'stop_sequence', null, ['x', 'y']],
    [{ finishReason: 'LENGTH' }, 'max_tokens', null, []],
    [
      { finishReason: 'LENGTH', rawFinishReason: 'model_context_window_exceeded' },
      'model_context_window_exceeded',
      null,
      [],
    ],
    [{ finishReason: 'TOOL_CALLS' }, 'tool_use', null, []],
    [{ finishReason: 'CONTENT_FILTER' }, 'refusal', null, []],
    [{ finishReason: 'REFUSAL' }, 'refusal', null, []],
    [{ finishReason: 'PAUSED' }, 'pause_turn', null, []],
    [{ finishReason: 'PAUSED', rawFinishReason: 'compaction' }, 'compaction', null, []],
    [{ finishReason: 'UNKNOWN', rawFinishReason: 'OTHER' }, 'unknown', null, []],
  ])('%j ends as %s %s', (facts, reason, sequence, stops) => {
    expect(last([], facts, stops)).toMatchObject({ delta: { stop_reason: reason, stop_sequence: sequence } });
    const content = { text: '', refusal: '', reasoning: [], toolCalls: [], sources: [], logprobs: [] };
    const whole = messagesDialect.writeAnswer([{ content, record: recordOf(facts) }], { model: 'm', stops });
    expect(whole).toMatchObject({ stop_reason: reason, stop_sequence: sequence });
  });
});
