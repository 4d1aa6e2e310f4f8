import { describe, expect, test } from 'vitest';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { decodeStream, fold, sse } from '../fold.ts';

const codec = createOpenAiResponsesCodec();
const decode = (...data: readonly unknown[]) => decodeStream(codec, sse(...data));

const CREATED = { type: 'response.created', response: { id: 'r-1', model: 'm-1', status: 'in_progress' } };
const USAGE = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 8 },
  output_tokens: 10,
  output_tokens_details: { reasoning_tokens: 4 },
  total_tokens: 30,
};
const completed = (fields: object = {}) => ({
  type: 'response.completed',
  response: { id: 'r-1', model: 'm-1', status: 'completed', output: [], usage: USAGE, ...fields },
});
const textDelta = (delta: string, output_index = 0, more: object = {}) => ({
  type: 'response.output_text.delta',
  output_index,
  content_index: 0,
  delta,
  ...more,
});
const added = (output_index: number, item: object) => ({
  type: 'response.output_item.added',
  output_index,
  item,
});
const done = (output_index: number, item: object) => ({
  type: 'response.output_item.done',
  output_index,
  item,
});
const call = (call_id: string, name: string, args = '') => ({
  type: 'function_call',
  id: `fc_${call_id}`,
  call_id,
  name,
  arguments: args,
});
const argumentsDelta = (output_index: number, delta: string) => ({
  type: 'response.function_call_arguments.delta',
  output_index,
  delta,
});

describe('a stream of events', () => {
  test('gives text, usage and the end', () => {
    expect(decode(CREATED, textDelta('Hel'), textDelta('lo'), completed({ service_tier: 'flex' }))).toEqual([
      { type: 'answering', providerResponseId: 'r-1', providerModel: 'm-1' },
      { type: 'textDelta', text: 'Hel' },
      { type: 'textDelta', text: 'lo' },
      {
        type: 'usageUpdated',
        usage: expect.objectContaining({ input: 12, cacheRead: 8, output: 6, reasoning: 4 }),
      },
      { type: 'completed', finishReason: 'STOP', rawFinishReason: 'completed', serviceTier: 'FLEX' },
    ]);
  });

  test('says what came without pieces once, and what came in pieces not again', () => {
    const message = (...texts: readonly string[]) => ({
      type: 'message',
      content: texts.map((text) => ({ type: 'output_text', text, annotations: [] })),
    });
    expect(fold(decode(CREATED, done(0, message('Whole')), completed())).text).toBe('Whole');
    expect(fold(decode(CREATED, textDelta('One'), done(0, message('One', ' two')), completed())).text).toBe(
      'One two',
    );
    expect(fold(decode(CREATED, completed({ output: [message('At the end')] }))).text).toBe('At the end');
    expect(fold(decode(CREATED, textDelta('One'), completed({ output: [message('One')] }))).text).toBe('One');
  });

  test('keeps log probabilities on their text', () => {
    const token = (text: string, logprob: number) => ({
      token: text,
      logprob,
      top_logprobs: [
        { token: text, logprob },
        { token: 'x', logprob: -9 },
      ],
    });
    const events = decode(CREATED, textDelta('Hi', 0, { logprobs: [token('Hi', -0.1)] }), completed());
    expect(events[1]).toEqual({
      type: 'textDelta',
      text: 'Hi',
      logprobs: [
        {
          token: 'Hi',
          logprob: -0.1,
          top: [
            { token: 'Hi', logprob: -0.1 },
            { token: 'x', logprob: -9 },
          ],
        },
      ],
    });
    const part = { type: 'output_text', text: 'Hi', logprobs: [token('Hi', -0.1)] };
    const whole = codec.decodeAnswer(
      JSON.stringify({ object: 'response', output: [{ type: 'message', content: [part] }] }),
    );
    expect(whole[0]).toEqual(events[1]);
  });

  test('assembles parallel calls by their place, whatever their ids', () => {
    const folded = fold(
      decode(
        CREATED,
        added(0, call('a', 'f')),
        added(1, call('b', 'g')),
        { ...argumentsDelta(1, '{"y"'), item_id: 'rotated' },
        argumentsDelta(0, '{"x":'),
        argumentsDelta(1, ':2}'),
        argumentsDelta(0, '1}'),
        done(1, call('b', 'g', '{"y":2}')),
        done(0, call('a', 'f', '{"x":1}')),
        completed(),
      ),
    );
    expect(folded.toolCalls).toEqual([
      { id: 'b', name: 'g', arguments: '{"y":2}' },
      { id: 'a', name: 'f', arguments: '{"x":1}' },
    ]);
    expect(folded.end).toMatchObject({ finishReason: 'TOOL_CALLS', rawFinishReason: 'completed' });
  });

  test('tells items apart by their ids where they have no places', () => {
    const { output_index: _, ...first } = added(0, call('a', 'f'));
    const { output_index: __, ...second } = added(0, call('b', 'g'));
    const folded = fold(
      decode(
        first,
        second,
        { type: 'response.function_call_arguments.delta', item_id: 'fc_b', delta: '{"y":2}' },
        { type: 'response.function_call_arguments.delta', item_id: 'fc_a', delta: '{"x":1}' },
        { type: 'response.output_item.done', item: call('a', 'f', '{"x":1}') },
        { type: 'response.output_item.done', item: call('b', 'g', '{"y":2}') },
        completed(),
      ),
    );
    expect(folded.toolCalls).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{"y":2}' },
    ]);
  });

  test('takes arguments that come whole, or not at all, and ends calls that were not ended', () => {
    const { toolCalls } = fold(
      decode(
        CREATED,
        added(0, call('a', 'f')),
        { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"x":1}' },
        added(1, call('b', 'g')),
        done(2, call('c', 'h', '{"z":3}')),
        completed(),
      ),
    );
    expect(toolCalls).toEqual([
      { id: 'c', name: 'h', arguments: '{"z":3}' },
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{}' },
    ]);
  });

  test('tells a refusal from text and from a stop', () => {
    const refusal = { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'I cannot.' };
    const item = { type: 'message', content: [{ type: 'refusal', refusal: 'I cannot.' }] };
    for (const events of [
      decode(CREATED, refusal, done(0, item), completed()),
      decode(CREATED, done(0, item), completed()),
    ]) {
      expect(fold(events)).toMatchObject({
        text: '',
        refusal: 'I cannot.',
        end: { finishReason: 'REFUSAL' },
      });
    }
  });

  test('gives sources once each, pages by address and files by name', () => {
    const annotation = (one: object) => ({
      type: 'response.output_text.annotation.added',
      output_index: 0,
      annotation: one,
    });
    const page = { type: 'url_citation', url: 'https://a.example', title: 'A' };
    const file = { type: 'file_citation', file_id: 'file-1', filename: 'b.pdf', index: 3 };
    const events = decode(
      CREATED,
      textDelta('x'),
      annotation(page),
      annotation(file),
      done(0, { type: 'message', content: [{ type: 'output_text', text: 'x', annotations: [page, file] }] }),
      completed(),
    );
    expect(events.filter((event) => event.type === 'source')).toEqual([
      { type: 'source', url: 'https://a.example', title: 'A' },
      { type: 'source', title: 'b.pdf' },
    ]);
  });

  test('passes over the tools that the provider runs itself', () => {
    const folded = fold(
      decode(
        CREATED,
        added(0, { type: 'web_search_call', id: 'ws', status: 'in_progress' }),
        { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws' },
        done(0, { type: 'web_search_call', id: 'ws', status: 'completed', action: {} }),
        { type: 'response.code_interpreter_call_code.delta', output_index: 1, delta: 'print(1)' },
        done(1, { type: 'code_interpreter_call', code: 'print(1)' }),
        textDelta('Found', 2),
        completed(),
      ),
    );
    expect(folded).toMatchObject({ text: 'Found', toolCalls: [], end: { finishReason: 'STOP' } });
  });
});

describe('reasoning', () => {
  const summary = (delta: string, summary_index = 0) => ({
    type: 'response.reasoning_summary_text.delta',
    output_index: 0,
    summary_index,
    delta,
  });

  test('comes as summaries, a paragraph each, closed by a signature', () => {
    const events = decode(
      CREATED,
      summary('**A**'),
      summary('**B**', 1),
      summary(' b', 1),
      done(0, { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAA', summary: [] }),
      completed(),
    );
    expect(events.filter((event) => event.type === 'reasoningDelta')).toEqual([
      { type: 'reasoningDelta', text: '**A**' },
      { type: 'reasoningDelta', text: '\n\n**B**' },
      { type: 'reasoningDelta', text: ' b' },
      { type: 'reasoningDelta', text: '', signature: expect.stringMatching(/^[\w-]+$/) },
    ]);
  });

  test('without any text is redacted', () => {
    const item = { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAA', summary: [] };
    expect(decode(CREATED, done(0, item), completed())[1]).toEqual({
      type: 'reasoningDelta',
      text: '',
      signature: expect.any(String),
      redacted: true,
    });
  });

  test('that says nothing and cannot be passed back is left out', () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [] };
    expect(decode(CREATED, done(0, item), completed()).map((event) => event.type)).toEqual([
      'answering',
      'usageUpdated',
      'completed',
    ]);
  });

  test('that comes as itself and as a summary is said once', () => {
    const content = { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'Hm' };
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      content: [{ type: 'reasoning_text', text: 'Hm' }],
      summary: [{ type: 'summary_text', text: 'In short' }],
    };
    expect(fold(decode(CREATED, content, summary('In short'), done(0, item), completed())).reasoning).toBe(
      'Hm',
    );
    expect(fold(codec.decodeAnswer(JSON.stringify({ object: 'response', output: [item] }))).reasoning).toBe(
      'Hm',
    );
  });
});

describe('the end', () => {
  test.each([
    ['max_output_tokens', 'LENGTH'],
    ['content_filter', 'CONTENT_FILTER'],
    ['bored', 'UNKNOWN'],
  ])('is incomplete because of %s: %s', (reason, finishReason) => {
    const response = { status: 'incomplete', incomplete_details: { reason }, usage: USAGE };
    const expected = { type: 'completed', finishReason, rawFinishReason: reason };
    const folded = fold(decode(CREATED, textDelta('a'), { type: 'response.incomplete', response }));
    expect(folded).toMatchObject({ text: 'a', usage: { output: 6 }, end: expected });
    expect(
      codec.decodeAnswer(JSON.stringify({ object: 'response', output: [], ...response })).at(-1),
    ).toEqual(expected);
  });

  test.each([
    ['nothing', []],
    ['its beginning', [CREATED]],
    ['text', [CREATED, textDelta('a')]],
    ['half a call', [CREATED, added(0, call('a', 'f')), argumentsDelta(0, '{"x')]],
    ['all items', [CREATED, textDelta('a'), done(0, { type: 'message', content: [] })]],
    ['[DONE] alone', [CREATED, textDelta('a'), '[DONE]']],
  ])('is missing after %s: the stream is truncated', (_name, events) => {
    const { end, toolCalls } = fold(decode(...events));
    expect(end).toMatchObject({ type: 'failed', failure: { code: 'TRUNCATED', retry: 'HERE' } });
    expect(toolCalls).toEqual([]);
  });

  test('is one: nothing follows it', () => {
    const decoder = codec.streamDecoder();
    decoder.push({ data: JSON.stringify(completed()) });
    expect(decoder.push({ data: JSON.stringify(textDelta('late')) })).toEqual([]);
    expect(decoder.end()).toEqual([]);
  });

  test.each([
    ['rate_limit_exceeded', 'RATE_LIMITED', 'HERE'],
    ['insufficient_quota', 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    ['server_error', 'SERVER_ERROR', 'HERE'],
    ['context_length_exceeded', 'CONTEXT_LENGTH_EXCEEDED', 'ELSEWHERE'],
    ['invalid_prompt', 'INVALID_REQUEST', 'FINAL'],
    ['image_content_policy_violation', 'CONTENT_FILTERED', 'FINAL'],
    ['image_too_large', 'INVALID_REQUEST', 'FINAL'],
    ['server_is_overloaded', 'OVERLOADED', 'HERE'],
  ])('may be a failure in every form: %s is %s', (code, expected, retry) => {
    const error = { code, message: 'In its words' };
    const failure = { code: expected, retry, providerCode: code, providerMessage: 'In its words' };
    const forms = [
      decode(CREATED, { type: 'response.failed', response: { status: 'failed', error } }),
      decode(CREATED, { type: 'error', ...error, param: null }),
      decode(CREATED, { type: 'error', error }),
      decode(CREATED, { error }),
      decodeStream(codec, `event: error\ndata: ${JSON.stringify(error)}\n\n`),
      codec.decodeAnswer(JSON.stringify({ object: 'response', status: 'failed', error, output: [] })),
      codec.decodeAnswer(JSON.stringify({ error })),
    ];
    for (const events of forms) expect(events.at(-1)).toMatchObject({ type: 'failed', failure });
  });

  test.each([undefined, 'completed', 'in_progress'])(
    'of a failure is one, though its status is %s',
    (status) => {
      const event = { type: 'response.failed', response: { id: 'r-1', status } };
      expect(fold(decode(CREATED, textDelta('Hel'), event)).end).toMatchObject({
        type: 'failed',
        failure: { code: 'SERVER_ERROR' },
      });
    },
  );

  test('of an incomplete answer that does not say why is no stop', () => {
    for (const event of [{ type: 'response.incomplete' }, { type: 'response.incomplete', response: {} }])
      expect(fold(decode(CREATED, textDelta('Hel'), event)).end).toMatchObject({ finishReason: 'UNKNOWN' });
  });

  test('of a failure tells what was used', () => {
    const response = { status: 'failed', error: { code: 'server_error' }, usage: USAGE };
    expect(fold(decode(CREATED, { type: 'response.failed', response })).usage).toMatchObject({ output: 6 });
  });

  test.each(['queued', 'in_progress'])('of a whole answer that is %s is not there yet', (status) => {
    expect(
      codec.decodeAnswer(JSON.stringify({ object: 'response', status, output: [] })).at(-1),
    ).toMatchObject({ type: 'failed', failure: { code: 'TRUNCATED' } });
  });
});

test.each([
  [null],
  [[]],
  ['"text"'],
  ['{"broken'],
  [7],
  [{}],
  [{ type: 7 }],
  [{ type: 'response.completed' }],
  [
    {
      type: 'response.completed',
      response: { output: [null, {}, { type: 'message', content: [null, 'x'] }] },
    },
  ],
  [{ type: 'response.output_item.done', output_index: 'x', item: { type: 'function_call' } }],
  [{ type: 'response.output_item.done', item: { type: 'reasoning', summary: 'x', content: null } }],
  [{ type: 'response.output_text.delta', delta: 7, logprobs: [{ token: 3 }, null] }],
  [{ type: 'response.function_call_arguments.delta', delta: 'x' }],
  [{ type: 'response.failed', response: null }],
  [{ type: 'error' }],
])('nothing is ever thrown, whatever comes: %j', (data) => {
  const last = decode(typeof data === 'string' ? data : JSON.stringify(data)).at(-1);
  expect(['completed', 'failed']).toContain(last?.type);
  const whole = codec.decodeAnswer(typeof data === 'string' ? data : JSON.stringify(data)).at(-1);
  expect(whole?.type).toBe('failed');
});
