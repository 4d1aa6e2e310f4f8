import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../../src/adapters/providers/http-provider.ts';
import { connectProvider } from '../../../src/adapters/providers/registry.ts';
import { withFittedToolNames } from '../../../src/adapters/providers/with-fitted-tool-names.ts';
import type { ClientRequest, VerbatimEvent } from '../../../src/domain/client-request.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Dialect } from '../../../src/domain/provider.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Provider, ProviderCall } from '../../../src/ports/provider.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { anthropicTextFrames } from '../../fixtures/upstream/anthropic.ts';
import { openAiTextFrames } from '../../fixtures/upstream/openai.ts';
import { responsesTextFrames } from '../../fixtures/upstream/openai-responses.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { eventStream, jsonAnswer, sseFrame, startUpstream, type Upstream } from '../../support/upstream.ts';

const WORDS = ['One', ' two'];

let upstream: Upstream;
let dispatcher: Dispatcher;
let clock: FakeClock;
beforeEach(async () => {
  upstream = await startUpstream();
  dispatcher = createDispatcher();
  clock = createFakeClock();
});
afterEach(async () => {
  await dispatcher.destroy();
  await upstream.close();
});

const CODECS = {
  openai: () => createOpenAiCodec({}),
  'openai-responses': () => createOpenAiResponsesCodec(),
  anthropic: () => createAnthropicCodec(),
};
type Passing = keyof typeof CODECS;

const providerOf = (dialect: Passing): Provider =>
  createHttpProvider({
    settings: {
      id: asProviderId('tested'),
      dialect,
      baseUrl: upstream.url,
      apiKey: new Secret('sk-a-key-that-nobody-may-see'),
    },
    codecFor: CODECS[dialect],
    dispatcher,
    clock,
    log: recordedLog(),
  });

const clientOf = (dialect: Dialect, body: JsonObject = { novel: [1] }): ClientRequest => ({
  dialect,
  body,
  headers: {},
  unread: [],
});

const callOf = (
  client: ClientRequest | undefined,
  stream = true,
  providerModelId = 'theirs',
): ProviderCall => ({
  providerModelId,
  request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'ours' }] }], tools: [] },
  ...(client !== undefined && { client }),
  stream,
});

const begin = (
  provider: Provider,
  client: ClientRequest | undefined,
  stream = true,
  providerModelId = 'theirs',
): AsyncIterable<ProviderEvent> =>
  providerEvents(provider, callOf(client, stream, providerModelId), new AbortController().signal);

const readAll = async (events: AsyncIterable<ProviderEvent>): Promise<readonly ProviderEvent[]> => {
  const all: ProviderEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

const isVerbatim = (event: ProviderEvent): event is VerbatimEvent => event.type === 'verbatim';
const framesIn = (events: readonly ProviderEvent[]): string =>
  events
    .filter(isVerbatim)
    .map(({ event, data }) => sseFrame(data, event))
    .join('');
const readIn = (events: readonly ProviderEvent[]): readonly ProviderEvent[] =>
  events.filter((event) => !isVerbatim(event));

const STREAMS: readonly (readonly [Passing, readonly string[]])[] = [
  ['openai', openAiTextFrames(WORDS)],
  ['openai-responses', responsesTextFrames(WORDS)],
  ['anthropic', anthropicTextFrames(WORDS)],
];

describe.each(STREAMS)('a stream in the dialect %s', (dialect, frames) => {
  test('comes back frame by frame as it was sent, each before what was read from it', async () => {
    upstream.enqueue(eventStream(frames));
    const events = await readAll(begin(providerOf(dialect), clientOf(dialect)));
    expect(framesIn(events)).toBe(frames.join(''));
    expect(events.at(-1)?.type).toBe('completed');
    for (const word of WORDS) {
      const at = events.findIndex((event) => event.type === 'textDelta' && event.text === word);
      const before = events.slice(0, at).findLast(isVerbatim);
      expect(before?.data).toContain(JSON.stringify(word).slice(1, -1));
    }
    expect((await upstream.received(0)).body).toMatchObject({ novel: [1], model: 'theirs', stream: true });
  });

  test('is read as it is without a request to pass on', async () => {
    upstream.enqueue(eventStream(frames), eventStream(frames));
    const provider = providerOf(dialect);
    const usual = await readAll(begin(provider, undefined));
    expect(usual.some(isVerbatim)).toBe(false);
    expect(readIn(await readAll(begin(provider, clientOf(dialect))))).toEqual(usual);
    expect(JSON.stringify((await upstream.received(0)).body)).toContain('ours');
  });
});

test('a stream that is cut at every byte, with comments, pings and CRLF, comes back the same', async () => {
  const frames = [
    ': comment\r\n\r\n',
    ...anthropicTextFrames(['Grüße, ', '世界 🙂']).map((frame) => frame.replaceAll('\n', '\r\n')),
  ];
  const ping = sseFrame({ type: 'ping', novel: true }, 'ping');
  const text = [...frames.slice(0, 2), ping, ...frames.slice(2)].join('');
  const bytes = Buffer.from(text);
  // Node may join writes; that each byte comes by itself is what separate writes are for.
  upstream.enqueue(eventStream([...bytes].map((byte) => Uint8Array.of(byte))));
  const events = await readAll(begin(providerOf('anthropic'), clientOf('anthropic')));
  expect(framesIn(events)).toBe(text.replaceAll('\r\n', '\n').replace(': comment\n\n', ''));
  expect(events.at(-1)?.type).toBe('completed');
});

test('a frame that says one piece of text and nothing else comes with it, not by itself', async () => {
  upstream.enqueue(eventStream(openAiTextFrames(WORDS)));
  const told: ProviderEvent[] = [];
  const over = Promise.withResolvers<void>();
  providerOf('openai').complete(callOf(clientOf('openai')), {
    event(event) {
      told.push(event);
      if (event.type === 'completed' || event.type === 'failed') over.resolve();
    },
    alive: () => {},
    broke: over.reject,
  });
  await over.promise;
  const texts = told.flatMap((event) => (event.type === 'textDelta' ? [event] : []));
  expect(texts.map(({ text, frame }) => [text, sseFrame(frame?.data ?? '')])).toEqual(
    WORDS.map((word, at) => [word, openAiTextFrames(WORDS)[at + 1]]),
  );
  expect(told.filter(isVerbatim)).toHaveLength(openAiTextFrames(WORDS).length - WORDS.length);
});

test('what a paused call has been told of its usage is not lost with the rest where it is aborted', async () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const last = sseFrame({ id: 'x', object: 'chat.completion.chunk', choices: [], usage });
  // In one piece, so that it waits in whole once the first word pauses it.
  upstream.enqueue(eventStream([[...openAiTextFrames(WORDS).slice(0, 3), last].join('')]));
  const told: ProviderEvent['type'][] = [];
  const paused = Promise.withResolvers<void>();
  const call = providerOf('openai').complete(callOf(clientOf('openai')), {
    event({ type }) {
      told.push(type);
      if (type !== 'textDelta') return;
      call.pause();
      paused.resolve();
    },
    alive: () => {},
    broke: paused.reject,
  });
  await paused.promise;
  call.abort();
  expect(told.filter((type) => type !== 'verbatim' && type !== 'answering')).toEqual([
    'textDelta',
    'usageUpdated',
    'failed',
  ]);
});

test("no frame comes back where the client's tools go by other names", async () => {
  upstream.enqueue(eventStream(openAiTextFrames(WORDS)));
  const { request, ...call } = callOf(clientOf('openai'));
  const tool = { name: 'x'.repeat(65), parameters: { type: 'object' } };
  const events = await readAll(
    providerEvents(
      withFittedToolNames(providerOf('openai'), 'word-64'),
      { ...call, request: { ...request, tools: [tool] } },
      new AbortController().signal,
    ),
  );
  expect(events.some(isVerbatim)).toBe(false);
  expect(events.flatMap((event) => (event.type === 'textDelta' ? [event.text] : []))).toEqual(WORDS);
});

describe('a failure', () => {
  test.each<[Passing, readonly string[], string]>([
    ['openai', openAiTextFrames(WORDS).slice(0, 2), sseFrame({ error: { message: 'no more', code: 503 } })],
    [
      'anthropic',
      anthropicTextFrames(WORDS).slice(0, 4),
      sseFrame({ type: 'error', error: { type: 'overloaded_error', message: 'no more' } }, 'error'),
    ],
  ])('in a stream of %s is no frame of it', async (dialect, frames, error) => {
    // In one piece, so that what came before it in the same chunk must not be lost.
    upstream.enqueue(eventStream([[...frames, error].join('')]));
    const events = await readAll(begin(providerOf(dialect), clientOf(dialect)));
    expect(framesIn(events)).toBe(frames.join(''));
    expect(events.at(-1)).toMatchObject({ type: 'failed' });
  });

  test('of a status, or in a whole answer, is nothing to pass on', async () => {
    upstream.enqueue(
      jsonAnswer({ error: { message: 'no', code: 'rate_limit_exceeded' } }, { status: 429 }),
      jsonAnswer({ error: { message: 'no', code: 503 } }),
    );
    const provider = providerOf('openai');
    for (const stream of [true, false]) {
      const events = await readAll(begin(provider, clientOf('openai'), stream));
      expect(events.some(isVerbatim)).toBe(false);
      expect(events.at(-1)?.type).toBe('failed');
    }
  });
});

describe('a whole answer', () => {
  const ANSWER = {
    id: 'x',
    novel: { a: [1] },
    choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
  };

  test('is one piece, before its events', async () => {
    upstream.enqueue(jsonAnswer(ANSWER));
    const events = await readAll(begin(providerOf('openai'), clientOf('openai'), false));
    expect(events.filter(isVerbatim)).toEqual([
      { type: 'verbatim', data: JSON.stringify(ANSWER), json: ANSWER },
    ]);
    expect(events[0]?.type).toBe('verbatim');
    expect(events.at(-1)?.type).toBe('completed');
  });

  test('in place of a stream, or a stream in its place, is not passed on: it is not what was asked for', async () => {
    upstream.enqueue(jsonAnswer(ANSWER), eventStream(openAiTextFrames(WORDS)));
    const provider = providerOf('openai');
    for (const stream of [true, false]) {
      const events = await readAll(begin(provider, clientOf('openai'), stream));
      expect(events.some(isVerbatim)).toBe(false);
      expect(events.at(-1)?.type).toBe('completed');
    }
  });
});

describe('where a provider speaks several dialects', () => {
  const connect = () =>
    connectProvider(
      { id: asProviderId('openai'), baseUrl: upstream.url, apiKey: new Secret('sk-x') },
      { dispatcher, clock, log: recordedLog() },
    );

  test('each client is spoken to in its own', async () => {
    const provider = await connect();
    upstream.enqueue(eventStream(openAiTextFrames(WORDS)), eventStream(responsesTextFrames(WORDS)));
    for (const [model, dialect, path] of [
      ['gpt-5', 'openai', '/chat/completions'],
      ['gpt-4o', 'openai-responses', '/responses'],
    ] as const) {
      expect(provider.dialectOf?.(model, dialect)).toBe(dialect);
      const events = await readAll(begin(provider, clientOf(dialect), true, model));
      expect(events.at(-1)?.type).toBe('completed');
      expect(upstream.requests.at(-1)?.path).toBe(path);
    }
  });

  test('models that are served in one alone are asked in that', async () => {
    const provider = await connect();
    expect(provider.dialectOf?.('gpt-5-codex', 'openai')).toBe('openai-responses');
    expect(provider.dialectOf?.('gpt-4o-audio-preview', 'openai-responses')).toBe('openai');
    expect(provider.dialectOf?.('gpt-4o', 'anthropic')).toBe('openai');
  });
});
