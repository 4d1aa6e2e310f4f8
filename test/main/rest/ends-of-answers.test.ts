import { beforeAll, describe, expect, it } from 'vitest';
import { eventStream, jsonAnswer, type Script, sseFrame } from '../../support/upstream.ts';
import { eventsIn, type Json, type ScriptedServer, scriptedServer } from './scripted-server.ts';

let scripted: ScriptedServer;
beforeAll(async () => {
  scripted = await scriptedServer();
});

/** An answer "Hi" that ends with this word, in each dialect. */
type Upstream = {
  readonly model: string;
  readonly whole: (word: string) => Script;
  readonly stream: (word: string) => Script;
};

const claude = (stop: string) => ({
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
});
const candidate = (finishReason: string) => ({
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
});
const response = (reason: string) => ({
  id: 'resp_1',
  object: 'response',
  model: 'gpt-5-mini',
  status: 'incomplete',
  incomplete_details: { reason },
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'incomplete',
      content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
    },
  ],
  usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
});

const UPSTREAMS: { readonly [dialect: string]: Upstream } = {
  chat: {
    model: 'relay/k1',
    whole: (word) =>
      jsonAnswer({
        id: 'c',
        model: 'k1',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: word }],
        usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      }),
    stream: (word) =>
      eventStream([
        sseFrame({
          id: 'c',
          model: 'k1',
          choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: 'null' }],
        }),
        sseFrame({ id: 'c', model: 'k1', choices: [{ index: 0, delta: {}, finish_reason: word }] }),
        sseFrame({
          id: 'c',
          choices: [],
          usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
        }),
        sseFrame('[DONE]'),
      ]),
  },
  messages: {
    model: 'claude/claude-sonnet-4-5',
    whole: (word) => jsonAnswer(claude(word)),
    stream: (word) => {
      const { content: _content, ...message } = claude(word);
      return eventStream(
        [
          { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
          { type: 'content_block_stop', index: 0 },
          {
            type: 'message_delta',
            delta: { stop_reason: word, stop_sequence: null },
            usage: { output_tokens: 2 },
          },
          { type: 'message_stop' },
        ].map((event) => sseFrame(event, event.type)),
      );
    },
  },
  gemini: {
    model: 'geminis/gemini-2.5-flash',
    whole: (word) => jsonAnswer(candidate(word)),
    stream: (word) => eventStream([sseFrame(candidate(word))]),
  },
  responses: {
    model: 'responses/r1',
    whole: (word) => jsonAnswer(response(word)),
    stream: (word) =>
      eventStream([
        sseFrame({
          type: 'response.created',
          response: { ...response(word), status: 'in_progress', incomplete_details: null, output: [] },
        }),
        sseFrame({
          type: 'response.output_text.delta',
          output_index: 0,
          content_index: 0,
          item_id: 'msg_1',
          delta: 'Hi',
        }),
        sseFrame({ type: 'response.incomplete', response: response(word) }),
      ]),
  },
};

type Face = {
  readonly path: string;
  readonly body: (model: string) => object;
  /** The word for the end, whole and streamed. */
  readonly ended: (answer: Json) => string;
  readonly streamed: (events: readonly Json[]) => string;
};

const FACES: { readonly [face: string]: Face } = {
  chat: {
    path: '/chat/completions',
    body: (model) => ({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    ended: ({ choices }) => choices[0].finish_reason,
    streamed: (events) => events.flatMap(({ choices }) => choices?.[0]?.finish_reason ?? []).at(-1),
  },
  messages: {
    path: '/messages',
    body: (model) => ({ model, max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] }),
    ended: ({ stop_reason }) => stop_reason,
    streamed: (events) => events.findLast(({ type }) => type === 'message_delta')?.delta.stop_reason,
  },
  responses: {
    path: '/responses',
    body: (model) => ({ model, input: 'Hi' }),
    ended: ({ status, incomplete_details }) => incomplete_details?.reason ?? status,
    streamed: (events) => {
      const { type, response } = events.at(-1) ?? {};
      expect(type).toBe(`response.${response.status}`);
      return response.incomplete_details?.reason ?? response.status;
    },
  },
};

type Words = { readonly chat: string; readonly messages: string; readonly responses: string };
type Case = readonly [dialect: string, word: string, Words];
const UNKNOWN: Words = { chat: 'unknown', messages: 'unknown', responses: 'unknown' };
const LENGTH: Words = { chat: 'length', messages: 'max_tokens', responses: 'max_output_tokens' };
const FILTER: Words = { chat: 'content_filter', messages: 'refusal', responses: 'content_filter' };
const WINDOW: Words = { ...LENGTH, messages: 'model_context_window_exceeded' };
const PAUSED: Words = { chat: 'length', messages: 'pause_turn', responses: 'pause_turn' };

/** A face in the upstream's own dialect passes on what came, its words with it. */
const CASES: readonly Case[] = [
  ['chat', 'a_word_of_2027', UNKNOWN],
  ['chat', 'model_context_window_exceeded', WINDOW],
  ['chat', 'sensitive', FILTER],
  ['chat', 'pause_turn', PAUSED],
  ['chat', 'max_output_tokens', LENGTH],
  ['messages', 'a_word_of_2027', UNKNOWN],
  ['messages', 'pause_turn', PAUSED],
  ['messages', 'refusal', FILTER],
  ['messages', 'model_context_window_exceeded', WINDOW],
  ['gemini', 'OTHER', UNKNOWN],
  ['gemini', 'FINISH_REASON_UNSPECIFIED', UNKNOWN],
  ['gemini', 'MAX_TOKENS', LENGTH],
  ['gemini', 'SPII', FILTER],
  ['responses', 'a_word_of_2027', UNKNOWN],
  ['responses', 'max_output_tokens', LENGTH],
  ['responses', 'content_filter', FILTER],
];

const TABLE = CASES.flatMap(([dialect, word, words]) =>
  (['chat', 'messages', 'responses'] as const).map((face) => ({
    dialect,
    word,
    face,
    shown: face === dialect ? word : words[face],
  })),
);

describe('an end is the same on every face', () => {
  it.each(TABLE)('$dialect ends with $word: $face says $shown', async ({ dialect, word, face, shown }) => {
    const upstream = UPSTREAMS[dialect];
    const { path, body, ended, streamed } = FACES[face] ?? {};
    if (!upstream || !path || !body || !ended || !streamed) throw new Error('not listed');
    const whole = await scripted.post(path, body(upstream.model), upstream.whole(word));
    expect(whole.status).toBe(200);
    expect(ended(whole.json)).toBe(shown);
    const stream = await scripted.post(
      path,
      { ...body(upstream.model), stream: true },
      upstream.stream(word),
    );
    expect(streamed(eventsIn(stream.text))).toBe(shown);
    expect((await scripted.lastRow()).rawFinishReason).toBe(word);
  });
});

const WORD = 'w';
const sayNothing = (text: string): string =>
  text
    .replaceAll(/"(finish_reason|stop_reason)":"(?:w|null)"/g, '"$1":null')
    .replaceAll(',"finishReason":"w"', '')
    .replaceAll(/"status":"incomplete","incomplete_details":\{"reason":"w"\}/g, '"service_tier":null')
    .replaceAll('"response.incomplete"', '"response.completed"');

/** As it was, but that nothing says why it ended. */
const unended = ({ body, ...script }: Script): Script => {
  if (typeof body === 'string') return { ...script, body: sayNothing(body) };
  if (!Array.isArray(body)) throw new Error('an answer is text');
  return {
    ...script,
    body: body.map((piece) => {
      if (typeof piece !== 'string') throw new Error('an answer is text');
      return sayNothing(piece);
    }),
  };
};

describe('an answer that does not say why it ended was cut off', () => {
  const TABLE = Object.keys(UPSTREAMS).flatMap((dialect) =>
    Object.keys(FACES).map((face) => ({ dialect, face })),
  );
  it.each(TABLE)('$dialect, to a client of $face, whole and in a stream', async ({ dialect, face }) => {
    const upstream = UPSTREAMS[dialect];
    const { path, body } = FACES[face] ?? {};
    if (!upstream || !path || !body) throw new Error('not listed');
    const offering = `${upstream.model}-${crypto.randomUUID()}`;
    const candidates = [{ offering }, { offering: 'relay/k1' }];
    const alone = {
      ...body(offering),
      modelgraph: { routing: { candidates: [{ offering }], fallback: { retries: 0 } } },
    };
    const whole = await scripted.post(path, alone, unended(upstream.whole(WORD)));
    expect(whole.status).toBeGreaterThanOrEqual(500);
    expect((await scripted.lastRow()).attempts[0].error.code).toBe('TRUNCATED');
    const stream = await scripted.post(path, { ...alone, stream: true }, unended(upstream.stream(WORD)));
    const last = eventsIn(stream.text).at(-1);
    expect(last.error ?? last.response?.error, stream.text).toBeTruthy();
    expect(stream.text).not.toMatch(/message_stop|response\.completed|"finish_reason":"stop"|\[DONE\]/);
    expect((await scripted.lastRow()).attempts[0].error.code).toBe('TRUNCATED');
    const helped = await scripted.post(
      path,
      { ...body(offering), modelgraph: { routing: { candidates, fallback: { retries: 0 } } } },
      unended(upstream.whole(WORD)),
      UPSTREAMS.chat?.whole('stop') ?? {},
    );
    expect(helped.status).toBe(200);
    expect((await scripted.lastRow()).attempts.map(({ status }: Json) => status)).toEqual([
      'FAILED',
      'SUCCEEDED',
    ]);
  });
});

describe('an end that speaks of an error is no answer', () => {
  const BROKEN: readonly (readonly [dialect: string, word: string])[] = [
    ['chat', 'network_error'],
    ['chat', 'abort'],
    ['chat', 'gpu_lost'],
    ['messages', 'timeout'],
    ['messages', 'upstream_error'],
    ['gemini', 'MALFORMED_RESPONSE'],
    ['responses', 'server_error'],
  ];
  it.each(BROKEN)('%s: %s, whole and in a stream', async (dialect, word) => {
    const upstream = UPSTREAMS[dialect];
    if (upstream === undefined) throw new Error('not listed');
    for (const [face, { path, body }] of Object.entries(FACES)) {
      // One of its own each time: what fails so often is left alone.
      const offering = `${upstream.model}-${crypto.randomUUID()}`;
      const routing = { candidates: [{ offering }], fallback: { retries: 0 } };
      const request = { ...body(offering), modelgraph: { routing } };
      const whole = await scripted.post(path, request, upstream.whole(word));
      expect(whole.status, face).toBeGreaterThanOrEqual(500);
      const stream = await scripted.post(path, { ...request, stream: true }, upstream.stream(word));
      const last = eventsIn(stream.text).at(-1);
      expect(last.error ?? last.response?.error, `${face} ${stream.text}`).toBeTruthy();
      expect(stream.text).not.toMatch(/message_stop|response\.completed|"finish_reason":"stop"|\[DONE\]/);
    }
  });

  it('and another candidate is asked where nothing was said', async () => {
    const routing = {
      candidates: [{ offering: 'relay/k1' }, { offering: 'second/k2' }],
      fallback: { retries: 0 },
    };
    const empty = eventStream([
      sseFrame({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'abort' }] }),
      sseFrame('[DONE]'),
    ]);
    const { text } = await scripted.post(
      '/chat/completions',
      {
        model: 'relay/k1',
        stream: true,
        messages: [{ role: 'user', content: 'Hi' }],
        modelgraph: { routing },
      },
      empty,
      UPSTREAMS.chat?.stream('stop') ?? {},
    );
    expect(text).not.toContain('abort');
    expect(
      eventsIn(text)
        .flatMap(({ choices }) => choices[0]?.delta?.content ?? [])
        .join(''),
    ).toBe('Hi');
  });
});
