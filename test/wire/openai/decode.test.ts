import { describe, expect, test } from 'vitest';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { decodeStream, fold, sse } from '../fold.ts';

const codec = createOpenAiCodec({});
const decode = (...data: readonly unknown[]) => decodeStream(codec, sse(...data));
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const choice = (delta: object, finish_reason: string | null = null) => ({
  id: 'c-1',
  model: 'm-1',
  choices: [{ index: 0, delta, finish_reason }],
});
const tool = (...tool_calls: readonly object[]) => choice({ tool_calls });

describe('a stream of chunks', () => {
  test('gives text, usage after the finish, and the end', () => {
    const events = decode(
      choice({ role: 'assistant', content: '' }),
      choice({ content: 'Hel' }),
      choice({ content: 'lo' }),
      choice({}, 'stop'),
      { id: 'c-1', choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } },
      '[DONE]',
    );
    expect(events).toEqual([
      { type: 'answering', providerResponseId: 'c-1', providerModel: 'm-1' },
      { type: 'textDelta', text: 'Hel' },
      { type: 'textDelta', text: 'lo' },
      { type: 'usageUpdated', usage: expect.objectContaining({ input: 5, output: 2 }) },
      { type: 'completed', finishReason: 'STOP', rawFinishReason: 'stop' },
    ]);
  });

  test('gives usage once, though every chunk repeats it', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const events = decode({ ...choice({ content: 'a' }), usage }, { ...choice({}, 'stop'), usage }, '[DONE]');
    expect(events.filter((event) => event.type === 'usageUpdated')).toHaveLength(1);
  });

  test("finds usage in Groq's and Moonshot's places", () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2 };
    const groq = fold(decode({ ...choice({ content: 'a' }, 'stop'), x_groq: { usage } }, '[DONE]'));
    const moonshot = fold(decode({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }));
    expect(groq.usage).toMatchObject({ input: 5, output: 2 });
    expect(moonshot.usage).toMatchObject({ input: 5, output: 2 });
  });

  test('may begin with placeholders, which say nothing', () => {
    const placeholder = { id: '', model: '', created: 0, choices: [], prompt_filter_results: [] };
    const events = decode(placeholder, choice({ content: 'a' }, 'stop'), '[DONE]');
    expect(events[0]).toEqual({ type: 'answering', providerResponseId: 'c-1', providerModel: 'm-1' });
    expect(fold(events).text).toBe('a');
  });

  test('is truncated by [DONE] where nothing has said why it stopped', () => {
    const { text, end } = fold(decode(choice({ content: 'a' }), '[DONE]'));
    expect(text).toBe('a');
    expect(end).toMatchObject({ type: 'failed', failure: { code: 'TRUNCATED' } });
  });

  test.each([
    ['that no chunk ends', [choice({ content: 'a' })]],
    [
      'whose second choice no chunk ends',
      [{ choices: [{ index: 1, delta: { content: 'b' } }] }, choice({ content: 'a' }, 'stop')],
    ],
  ])('of a server that never says why it stopped, %s, is whole with [DONE]', (_name, chunks) => {
    const terse = createOpenAiCodec({ omitsFinishReason: true });
    const { end } = fold(decodeStream(terse, sse(...chunks, '[DONE]')));
    expect(end).toMatchObject({ type: 'completed', finishReason: 'STOP' });
    expect(fold(decode(...chunks, '[DONE]')).end).toMatchObject({ failure: { code: 'TRUNCATED' } });
    const cut = { choices: [{ index: 0, delta: { content: 'a' } }] };
    expect(fold(decodeStream(terse, sse(cut))).end).toMatchObject({ failure: { code: 'TRUNCATED' } });
  });

  test('may end with a finish reason and no [DONE]', () => {
    expect(fold(decode(choice({ content: 'a' }, 'length'))).end).toEqual({
      type: 'completed',
      finishReason: 'LENGTH',
      rawFinishReason: 'length',
    });
  });

  test.each([
    ['nothing', []],
    ['text', [choice({ content: 'a' })]],
    ['half a tool call', [tool({ index: 0, id: 'x', function: { name: 'f', arguments: '{"a' } })]],
  ])('is truncated after %s', (_name, chunks) => {
    const { end, toolCalls } = fold(decode(...chunks));
    expect(end).toMatchObject({ type: 'failed', failure: { code: 'TRUNCATED', retry: 'HERE' } });
    expect(toolCalls).toEqual([]);
  });

  test('is over with its end', () => {
    const decoder = codec.streamDecoder();
    decoder.push({ data: JSON.stringify({ ...choice({}, 'stop'), usage: USAGE }) });
    decoder.push({ data: '[DONE]' });
    expect(decoder.push({ data: JSON.stringify(choice({ content: 'late' })) })).toEqual([]);
    expect(decoder.end()).toEqual([]);
  });

  test('is over with what was used, where that comes after its end', () => {
    const decoder = codec.streamDecoder();
    decoder.push({ data: JSON.stringify(choice({}, 'stop')) });
    expect(decoder.push({ data: '[DONE]' })).toEqual([]);
    expect(decoder.isEnding?.()).toBe(true);
    expect(decoder.push({ data: JSON.stringify(choice({ content: 'late' })) })).toEqual([]);
    expect(decoder.push({ data: JSON.stringify({ choices: [], usage: USAGE }) })).toMatchObject([
      { type: 'usageUpdated', usage: { input: 3, output: 2 } },
      { type: 'completed', finishReason: 'STOP' },
    ]);
    expect(decoder.isEnding?.()).toBe(false);
    expect(decoder.end()).toEqual([]);
  });

  test('gives only the first choice', () => {
    const second = { choices: [{ index: 1, delta: { content: 'b' }, finish_reason: 'length' }] };
    const folded = fold(decode(choice({ content: 'a' }), second, choice({}, 'stop'), '[DONE]'));
    expect(folded).toMatchObject({ text: 'a', end: { finishReason: 'STOP' } });
  });

  test.each([
    ['stop', 'STOP'],
    ['length', 'LENGTH'],
    ['content_filter', 'CONTENT_FILTER'],
    ['tool_calls', 'TOOL_CALLS'],
    ['function_call', 'TOOL_CALLS'],
    ['model_length', 'LENGTH'],
    ['their_own_word', 'UNKNOWN'],
  ])('finishes with %s as %s', (raw, finishReason) => {
    expect(fold(decode(choice({}, raw), '[DONE]')).end).toEqual({
      type: 'completed',
      finishReason,
      rawFinishReason: raw,
    });
  });
});

describe('reasoning, refusals and sources', () => {
  const folded = (...deltas: readonly object[]) =>
    fold(decode(...deltas.map((delta) => choice(delta)), '[DONE]'));

  test.each([
    ['reasoning_content', { reasoning_content: 'Hm' }],
    ['reasoning', { reasoning: 'Hm' }],
    ['both at once', { reasoning_content: 'Hm', reasoning: 'Hm' }],
    [
      'reasoning and its details',
      { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }] },
    ],
    ['a summary', { reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm' }] }],
    ['parts of content', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }],
  ])('comes as %s and counts once', (_name, delta) => {
    expect(folded(delta, { content: 'Yes' })).toMatchObject({ reasoning: 'Hm', text: 'Yes' });
  });

  test('keeps signatures and encrypted blocks', () => {
    const events = decode(
      choice({
        reasoning: 'Hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', signature: 's-1' },
          { type: 'reasoning.encrypted', data: 's-2' },
        ],
      }),
      '[DONE]',
    );
    expect(events.slice(1, 3)).toEqual([
      { type: 'reasoningDelta', text: 'Hm', signature: 's-1' },
      { type: 'reasoningDelta', text: '', signature: 's-2', redacted: true },
    ]);
  });

  test('a refusal is told apart from text and from a stop', () => {
    const events = decode(choice({ refusal: 'I cannot' }), choice({}, 'stop'), '[DONE]');
    expect(fold(events)).toMatchObject({
      refusal: 'I cannot',
      text: '',
      end: { finishReason: 'REFUSAL', rawFinishReason: 'stop' },
    });
  });

  test('sources come once each', () => {
    const url_citation = { url: 'https://a.example', title: 'A' };
    const chunk = {
      ...choice({ content: 'x', annotations: [{ type: 'url_citation', url_citation }] }),
      citations: ['https://a.example', 'https://b.example'],
    };
    const events = decode(chunk, chunk, '[DONE]');
    expect(events.filter((event) => event.type === 'source')).toEqual([
      { type: 'source', url: 'https://a.example', title: 'A' },
      { type: 'source', url: 'https://b.example' },
    ]);
  });
});

describe('log probabilities', () => {
  const token = (text: string, logprob: number) => ({ token: text, logprob, bytes: [1], top_logprobs: [] });
  const read = (text: string, logprob: number) => ({ token: text, logprob, top: [] });
  const chunk = (delta: object, logprobs: object | null) => ({
    id: 'c-1',
    choices: [{ index: 0, delta, logprobs, finish_reason: null }],
  });
  const texts = (events: readonly ProviderEvent[]) => events.filter((event) => event.type === 'textDelta');

  test('stay with the text that they are of', () => {
    const alternatives = [
      { token: 'Hi', logprob: -0.1 },
      { token: 'Yo', logprob: -2.5 },
    ];
    const events = decode(
      chunk({ content: 'Hi' }, { content: [{ ...token('Hi', -0.1), top_logprobs: alternatives }] }),
      chunk({ content: ' you' }, { content: [token(' yo', -0.2), token('u', -0.3)], refusal: null }),
      chunk({ content: '!' }, null),
      choice({}, 'stop'),
    );
    expect(texts(events)).toEqual([
      { type: 'textDelta', text: 'Hi', logprobs: [{ token: 'Hi', logprob: -0.1, top: alternatives }] },
      { type: 'textDelta', text: ' you', logprobs: [read(' yo', -0.2), read('u', -0.3)] },
      { type: 'textDelta', text: '!' },
    ]);
  });

  test.each([[null], [''], [undefined]])('may come with %j in place of text', (content) => {
    const events = decode(
      chunk({ content }, { content: [token('a', -1)] }),
      choice({ content: 'a' }, 'stop'),
    );
    expect(texts(events)).toEqual([
      { type: 'textDelta', text: '', logprobs: [read('a', -1)] },
      { type: 'textDelta', text: 'a' },
    ]);
  });

  test('are in a whole answer, as parallel lists too', () => {
    const whole = (logprobs: object) =>
      texts(
        codec.decodeAnswer(
          JSON.stringify({ choices: [{ message: { content: 'ab' }, logprobs, finish_reason: 'stop' }] }),
        ),
      );
    expect(whole({ content: [token('a', -1), token('b', -2)] })).toEqual([
      { type: 'textDelta', text: 'ab', logprobs: [read('a', -1), read('b', -2)] },
    ]);
    const lists = {
      tokens: ['a', 'b'],
      token_logprobs: [null, -2],
      top_logprobs: [{ a: -1 }, { x: -3, b: -2 }],
    };
    const top = [
      { token: 'b', logprob: -2 },
      { token: 'x', logprob: -3 },
    ];
    expect(whole(lists)).toEqual([
      { type: 'textDelta', text: 'ab', logprobs: [{ token: 'b', logprob: -2, top }] },
    ]);
  });
});

test.each([
  ['default', 'STANDARD'],
  ['on_demand', 'STANDARD'],
  ['flex', 'FLEX'],
  ['priority', 'PRIORITY'],
])('the tier %s that served it is %s', (service_tier, expected) => {
  const events = decode({ ...choice({ content: 'a' }), service_tier }, choice({}, 'stop'));
  expect(events.at(-1)).toMatchObject({ type: 'completed', serviceTier: expected });
  const auto = decode({ ...choice({ content: 'a' }, 'stop'), service_tier: 'auto' });
  expect(auto.at(-1)).not.toHaveProperty('serviceTier');
});

describe('a whole answer', () => {
  const answer = (message: object, rest: object = {}) =>
    codec.decodeAnswer(
      JSON.stringify({
        id: 'c-1',
        model: 'm-1',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        ...rest,
      }),
    );

  test('gives the same events as a stream', () => {
    const tool_calls = [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '' } },
    ];
    const usage = { prompt_tokens: '5', completion_tokens: 2, total_tokens: 7 };
    expect(fold(answer({ content: 'Hi', reasoning: 'Hm', tool_calls }, { usage }))).toMatchObject({
      text: 'Hi',
      reasoning: 'Hm',
      toolCalls: [
        { id: 'a', name: 'f', arguments: '{"x":1}' },
        { id: 'b', name: 'g', arguments: '{}' },
      ],
      usage: { input: 5, output: 2 },
      end: { finishReason: 'TOOL_CALLS', rawFinishReason: 'stop' },
    });
  });

  test.each([
    [''],
    ['<!doctype html><title>Bad gateway</title>'],
    ['{"choices":[]}'],
    ['[]'],
    ['null'],
    ['{"choices"'],
  ])('that is none fails: %s', (body) => {
    expect(codec.decodeAnswer(body)).toEqual([
      { type: 'failed', failure: expect.objectContaining({ code: 'SERVER_ERROR' }) },
    ]);
  });

  test('may be an error in spite of its status', () => {
    expect(codec.decodeAnswer('{"error":{"code":429,"message":"Slow down"}}')).toMatchObject([
      { type: 'failed', failure: { code: 'RATE_LIMITED' } },
    ]);
  });

  test('that is an error still says what it cost', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const body = JSON.stringify({ error: { code: 502, message: 'Gone' }, usage });
    expect(codec.decodeAnswer(body)).toMatchObject([
      { type: 'usageUpdated', usage: { input: 5, output: 2 } },
      { type: 'failed', failure: { code: 'SERVER_ERROR' } },
    ]);
  });
});
