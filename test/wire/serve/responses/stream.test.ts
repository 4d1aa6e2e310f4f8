import { expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asOfferingId, asProviderId } from '../../../../src/domain/ids.ts';
import { begun, completed, INTERLEAVED_CALLS, OFFERING, recordOf } from '../answers.ts';
import { eventsIn, newWriter, outline, written } from './written-events.ts';

const LOGPROB = { token: 'é', logprob: -0.5, top: [{ token: 'e', logprob: -2 }] };

test('text: every event in its order and numbered', () => {
  const events = written(
    completed([
      { type: 'textDelta', text: 'He' },
      { type: 'textDelta', text: '' },
      { type: 'textDelta', text: 'llo' },
    ]),
  );
  expect(outline(events)).toEqual([
    'created',
    'in_progress',
    'output_item.added 0',
    'content_part.added 0.0',
    'output_text.delta 0.0 "He"',
    'output_text.delta 0.0 "llo"',
    'output_text.done 0.0 "Hello"',
    'content_part.done 0.0',
    'output_item.done 0',
    'completed',
  ]);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
});

test('the response, at its beginning and at its end', () => {
  const events = written(completed([{ type: 'textDelta', text: 'Hello' }]));
  expect(events[0]?.response).toMatchObject({
    id: 'resp_019b00000000700080000123456789ab',
    object: 'response',
    created_at: 1_793_534_400,
    status: 'in_progress',
    model: OFFERING,
    output: [],
    usage: null,
    error: null,
    incomplete_details: null,
    previous_response_id: null,
    store: false,
    tools: [],
    tool_choice: 'auto',
    text: { format: { type: 'text' } },
  });
  expect(events.at(-1)?.response).toMatchObject({
    status: 'completed',
    completed_at: 1_793_534_400,
    output: [
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
      },
    ],
    usage: {
      input_tokens: 127,
      input_tokens_details: { cached_tokens: 20, cache_write_tokens: 7 },
      output_tokens: 42,
      output_tokens_details: { reasoning_tokens: 12 },
      total_tokens: 169,
      cost: 0.000123,
      cost_currency: 'USD',
    },
    modelgraph: { offering: OFFERING, attempts: 1, cost: { kind: 'PRICED', total: '0.000123' } },
  });
});

test('nothing is sent before there is something to say', () => {
  const writer = newWriter();
  expect(begun().map((event) => writer.push(event))).toEqual(['', '']);
});

test('calls whose pieces come in turns are items of their own', () => {
  const events = written(completed([{ type: 'textDelta', text: 'Wait.' }, ...INTERLEAVED_CALLS]));
  expect(outline(events).slice(4)).toEqual([
    'output_text.delta 0.0 "Wait."',
    'output_text.done 0.0 "Wait."',
    'content_part.done 0.0',
    'output_item.done 0',
    'output_item.added 1',
    'output_item.added 2',
    'function_call_arguments.delta 1 "{\\"city\\":"',
    'function_call_arguments.delta 2 "{\\"zone\\":\\"CE"',
    'function_call_arguments.delta 1 "\\"Paris\\"}"',
    'function_call_arguments.done 1 "{\\"city\\":\\"Paris\\"}"',
    'output_item.done 1',
    'function_call_arguments.delta 2 "T\\"}"',
    'function_call_arguments.done 2 "{\\"zone\\":\\"CET\\"}"',
    'output_item.done 2',
    'output_item.added 3',
    'function_call_arguments.delta 3 "{}"',
    'function_call_arguments.done 3 "{}"',
    'output_item.done 3',
    // Carries the signature of the first call.
    'output_item.added 4',
    'output_item.done 4',
    'completed',
  ]);
});

test('reasoning ends where text begins, and its proof may come amid the text', () => {
  const events = written(
    completed([
      { type: 'reasoningDelta', text: 'Let me ' },
      { type: 'reasoningDelta', text: 'think.' },
      { type: 'textDelta', text: 'So ' },
      { type: 'reasoningDelta', text: '', signature: 'mg1.google.AAAA' },
      { type: 'textDelta', text: 'it is.' },
    ]),
  );
  expect(outline(events).slice(2)).toEqual([
    'output_item.added 0',
    'reasoning_summary_part.added 0.0',
    'reasoning_summary_text.delta 0.0 "Let me "',
    'reasoning_summary_text.delta 0.0 "think."',
    'reasoning_summary_text.done 0.0 "Let me think."',
    'reasoning_summary_part.done 0.0',
    'output_item.done 0',
    'output_item.added 1',
    'content_part.added 1.0',
    'output_text.delta 1.0 "So "',
    'output_item.added 2',
    'output_item.done 2',
    'output_text.delta 1.0 "it is."',
    'output_text.done 1.0 "So it is."',
    'content_part.done 1.0',
    'output_item.done 1',
    'completed',
  ]);
  expect(events.at(-1)?.response).toMatchObject({
    output: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Let me think.' }] },
      { type: 'message' },
      { type: 'reasoning', summary: [], encrypted_content: 'mg-signed.mg1.google.AAAA' },
    ],
  });
});

test('sources, log probabilities and a refusal', () => {
  const events = written(
    completed([
      { type: 'source', url: 'https://example.org/early', title: 'Early' },
      { type: 'textDelta', text: 'é', logprobs: [LOGPROB] },
      { type: 'source', documentIndex: 2 },
      { type: 'textDelta', text: '', logprobs: [LOGPROB] },
      { type: 'refusalDelta', text: 'No ' },
      { type: 'refusalDelta', text: 'more.' },
    ]),
  );
  expect(outline(events).slice(2)).toEqual([
    'output_item.added 0',
    'content_part.added 0.0',
    'output_text.delta 0.0 "é"',
    'output_text.annotation.added 0.0.0',
    'output_text.annotation.added 0.0.1',
    'output_text.delta 0.0 ""',
    'output_text.done 0.0 "é"',
    'content_part.done 0.0',
    'content_part.added 0.1',
    'refusal.delta 0.1 "No "',
    'refusal.delta 0.1 "more."',
    'refusal.done 0.1 "No more."',
    'content_part.done 0.1',
    'output_item.done 0',
    'completed',
  ]);
  const logprob = { token: 'é', logprob: -0.5, bytes: [0xc3, 0xa9] };
  expect(events.at(-1)?.response).toMatchObject({
    output: [
      {
        content: [
          {
            text: 'é',
            logprobs: [logprob, logprob],
            annotations: [
              { type: 'url_citation', url: 'https://example.org/early', title: 'Early', start_index: 1 },
              { type: 'file_citation', filename: 'document_2', index: 2 },
            ],
          },
          { type: 'refusal', refusal: 'No more.' },
        ],
      },
    ],
  });
});

test('sources without any text still come', () => {
  const events = written(completed([{ type: 'source', url: 'https://example.org/a' }]));
  expect(outline(events).slice(2, 5)).toEqual([
    'output_item.added 0',
    'content_part.added 0.0',
    'output_text.annotation.added 0.0.0',
  ]);
});

test.each([
  ['LENGTH', 'max_output_tokens'],
  ['CONTENT_FILTER', 'content_filter'],
  ['REFUSAL', 'content_filter'],
] as const)('%s: the response is incomplete', (finishReason, reason) => {
  const last = written(completed([{ type: 'textDelta', text: 'Hel' }], { finishReason })).at(-1);
  expect(last).toMatchObject({
    type: 'response.incomplete',
    response: {
      status: 'incomplete',
      completed_at: null,
      incomplete_details: { reason },
      output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }],
    },
  });
});

test('an answer of nothing, without known usage or price', () => {
  const { usage: _usage, ...facts } = recordOf({
    cost: { kind: 'UNPRICED', reason: 'NO_USAGE', lines: [], missing: [] },
  });
  const events = written([...begun(), { type: 'finished', record: facts }]);
  expect(outline(events)).toEqual(['created', 'in_progress', 'completed']);
  expect(events.at(-1)?.response).toMatchObject({
    output: [],
    usage: null,
    modelgraph: { cost: { kind: 'UNPRICED', reason: 'NO_USAGE' } },
  });
});

const failure = {
  ...failureOf('TRUNCATED', 'The provider ended its answer before it was whole.'),
  providerId: asProviderId('google'),
  offeringId: OFFERING,
};
const FAILED: CompletionEvent = { type: 'failed', error: { kind: 'UPSTREAM', failure } };

test('a failure amid the answer: an error, a failed response with what there is, and no end', () => {
  const events = written([
    ...begun(),
    { type: 'textDelta', text: 'Wait.' },
    { type: 'toolCallStarted', index: 0, id: 'a', name: 'time' },
    { type: 'toolCallDelta', index: 0, argumentsDelta: '{"zo' },
    FAILED,
  ]);
  expect(outline(events).slice(-4)).toEqual([
    'output_item.added 1',
    'function_call_arguments.delta 1 "{\\"zo"',
    'error',
    'failed',
  ]);
  expect(events.at(-2)).toEqual({
    type: 'error',
    sequence_number: 10,
    code: 'truncated',
    message: failure.message,
    param: null,
    error: { type: 'server_error', code: 'truncated', message: failure.message, param: null },
  });
  expect(events.at(-1)).toMatchObject({
    sequence_number: 11,
    response: {
      status: 'failed',
      error: { code: 'truncated', message: failure.message },
      output: [
        { type: 'message', status: 'completed' },
        { type: 'function_call', status: 'incomplete', arguments: '{"zo' },
      ],
    },
  });
});

test('a failure of this server', () => {
  const writer = newWriter();
  const text = [...begun()].map((event) => writer.push(event)).join('');
  const events = eventsIn(
    text + writer.fail({ kind: 'INTERNAL', code: 'internal_error', message: 'Something broke.' }),
  );
  expect(outline(events)).toEqual(['created', 'in_progress', 'error', 'failed']);
});

test('who answers is named once it is known', () => {
  const other = asOfferingId('openai/gpt-4o-mini');
  const [started, attempt] = begun();
  if (started === undefined || attempt?.type !== 'attemptStarted') throw new Error('no beginning');
  const race: readonly CompletionEvent[] = [
    started,
    attempt,
    { ...attempt, index: 1, offeringId: other, cause: 'RACE' },
    { type: 'textDelta', text: 'Hello' },
    { type: 'finished', record: recordOf({ offeringId: other }) },
  ];
  const events = written(race);
  expect(events[0]?.response).toMatchObject({ model: 'gemini-2.5-pro' });
  expect(events.at(-1)?.response).toMatchObject({ model: other });
});
