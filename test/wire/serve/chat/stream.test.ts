import { expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { asOfferingId, asProviderId } from '../../../../src/domain/ids.ts';
import type { OperationRecord } from '../../../../src/domain/operation-record.ts';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';
import type { ChatOptions } from '../../../../src/wire/serve/chat/options.ts';
import { answering, CREATED, call, finishedOf, OFFERING, text } from './scripted-answers.ts';

const plain: ChatOptions = { includeUsage: false, usesFunctions: false, hidesReasoning: false };
const framesOf = (events: readonly CompletionEvent[], options = plain): readonly string[] => {
  const writer = chatDialect.streamWriter(options);
  return events
    .map((event) => writer.push(event))
    .join('')
    .split('\n\n')
    .slice(0, -1);
};
const deltasOf = (events: readonly CompletionEvent[], options = plain) =>
  framesOf(events, options)
    .filter((frame) => frame !== 'data: [DONE]')
    .map((frame) => JSON.parse(frame.slice('data: '.length)).choices[0].delta);

test('the bytes of a stream', () => {
  const head =
    'data: {"id":"cmp_1","object":"chat.completion.chunk","created":1793534400,"model":"acme/tell-1"';
  const chunk = (delta: string, finish = 'null') =>
    `${head},"choices":[{"index":0,"delta":{${delta}},"logprobs":null,"finish_reason":${finish}}]`;
  expect(framesOf(answering(text('Say "\n"', '', '\u2028')))).toEqual([
    `${chunk('"role":"assistant","content":""')}}`,
    `${chunk('"content":"Say \\"\\n\\""')}}`,
    `${chunk('"content":"\u2028"')}}`,
    `${chunk('', '"stop"')},"modelgraph":{"id":"cmp_1","offering":"acme/tell-1","attempts":1,"cost":{"kind":"PRICED","total":"0.000123","currency":"USD"},"warnings":[]}}`,
    'data: [DONE]',
  ]);
});

test('an answer without a word has a role and an end', () => {
  expect(deltasOf(answering([]))).toEqual([{ role: 'assistant', content: '' }, {}]);
});

test.for([
  ['STOP', 'stop'],
  ['LENGTH', 'length'],
  ['TOOL_CALLS', 'tool_calls'],
  ['CONTENT_FILTER', 'content_filter'],
  ['REFUSAL', 'content_filter'],
  ['PAUSED', 'length'],
  ['UNKNOWN', 'unknown'],
] as const)('%s is %s, streamed and whole', ([finishReason, written]) => {
  const fields: Partial<OperationRecord> = { finishReason, rawFinishReason: 'own_word' };
  const events = answering(text('x'), fields);
  const last = framesOf(events).at(-2)?.slice('data: '.length) ?? '';
  const isPlain = !['PAUSED', 'UNKNOWN', 'REFUSAL'].includes(finishReason);
  for (const { choices } of [JSON.parse(last), chatDialect.writeAnswer([finishedOf(events)], plain)]) {
    expect(choices[0].finish_reason).toBe(written);
    expect(choices[0].native_finish_reason).toBe(isPlain ? undefined : 'own_word');
  }
});

test('the tier that was served is said where it is known', () => {
  const attempt = {
    index: 0,
    offeringId: OFFERING,
    providerId: asProviderId('acme'),
    status: 'SUCCEEDED',
    startedAt: CREATED,
    durationMs: 1,
    serviceTier: 'FLEX',
  } as const;
  const events = answering(text('x'), { attempts: [attempt] });
  expect(JSON.parse(framesOf(events).at(-2)?.slice('data: '.length) ?? '').service_tier).toBe('flex');
  expect(chatDialect.writeAnswer([finishedOf(events)], plain).service_tier).toBe('flex');
});

test('reasoning that is not to be seen is not', () => {
  const events = answering([{ type: 'reasoningDelta', text: 'Hm.', signature: 's' }, ...text('x')]);
  const options = { ...plain, hidesReasoning: true };
  expect(deltasOf(events, options)).toEqual([{ role: 'assistant', content: '' }, { content: 'x' }, {}]);
  expect(JSON.stringify(chatDialect.writeAnswer([finishedOf(events)], options))).not.toContain('Hm.');
});

test('of attempts that begin one after the other, the one that answers is named', () => {
  const other = asOfferingId('other/tell-1');
  const [started, first, ...rest] = answering(text('x'), { offeringId: other });
  if (first?.type !== 'attemptStarted' || started === undefined) throw new Error('There is no attempt.');
  const second: CompletionEvent = { ...first, index: 1, offeringId: other, cause: 'HEDGE' };
  const { index, offeringId, providerId, startedAt } = first;
  const lost: CompletionEvent = {
    type: 'attemptCancelled',
    attempt: { index, offeringId, providerId, startedAt, status: 'CANCELLED', durationMs: 1 },
  };
  const models = (events: readonly CompletionEvent[]) =>
    framesOf(events)
      .slice(0, -1)
      .map((frame) => JSON.parse(frame.slice('data: '.length)).model);
  expect(models([started, first, second, lost, ...rest])).toEqual([other, other, other]);
  // The loser is not gone yet: the last chunk puts it right.
  expect(models([started, second, first, ...rest]).at(-1)).toBe(other);
});

test('a call that waits for another is written once that is whole, or at the end', () => {
  const [start0, piece0] = call(0, 'a', ['{"x":']);
  const [start1, piece1, end1] = call(1, 'b', ['{}']);
  if (!start0 || !piece0 || !start1 || !piece1 || !end1) throw new Error('There are no calls.');
  const more = { type: 'toolCallDelta', index: 0, argumentsDelta: '1}' } as const;
  const callsIn = (pieces: Parameters<typeof answering>[0]) =>
    deltasOf(answering(pieces))
      .flatMap((delta) => delta.tool_calls ?? [])
      .map((each: { index: number; function: { arguments: string } }) => [
        each.index,
        each.function.arguments,
      ]);
  expect(callsIn([start0, piece0, start1, piece1, more, end1])).toEqual([
    [0, ''],
    [0, '{"x":'],
    [0, '1}'],
    [1, ''],
    [1, '{}'],
  ]);
  expect(callsIn([start0, piece0, start1, piece1])).toEqual([
    [0, ''],
    [0, '{"x":'],
    [1, ''],
    [1, '{}'],
  ]);
});
