import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import {
  createHttpProvider,
  type HttpProviderOptions,
} from '../../../src/adapters/providers/http-provider.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import type { ProviderSettings } from '../../../src/domain/provider-settings.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../src/wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../src/wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../src/wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../src/wire/operations/openai/transcription.ts';
import { openAiError, openAiTextStream } from '../../fixtures/upstream/openai.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { formIn, jsonAnswer, NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';

const KEY = 'sk-a-key-that-nobody-may-see';
const LIMITS = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' };
const READ_LIMITS = [{ kind: 'REQUESTS', limit: 500, remaining: 499 }];

let upstream: Upstream;
let dispatcher: Dispatcher;
let clock: FakeClock;

beforeEach(async () => {
  upstream = await startUpstream();
  dispatcher = createDispatcher();
  clock = createFakeClock();
});
afterEach(async () => {
  await expect.poll(() => clock.pending(), { timeout: 20_000 }).toBe(0);
  await dispatcher.destroy();
  await upstream.close();
});

const connect = (
  more: Partial<HttpProviderOptions> = {},
  settings: Partial<ProviderSettings> = {},
): Provider =>
  createHttpProvider({
    settings: {
      id: asProviderId('tested'),
      dialect: 'openai',
      baseUrl: `${upstream.url}/v1`,
      apiKey: new Secret(KEY),
      ...settings,
    },
    codecFor: () => createOpenAiCodec({}),
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages(),
      SPEECH: openAiSpeech(),
      TRANSCRIPTION: openAiTranscription(),
    },
    dispatcher,
    clock,
    log: recordedLog(),
    ...more,
  });

const signal = (): AbortSignal => new AbortController().signal;

const embed = (provider: Provider) =>
  provider.operations.EMBEDDING?.perform({ providerModelId: 'm', request: { inputs: ['Hi'] } }, signal());

const complete = async (provider: Provider): Promise<readonly ProviderEvent[]> => {
  const events: ProviderEvent[] = [];
  const call = {
    providerModelId: 'm',
    request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
    stream: true,
  } as const;
  for await (const event of providerEvents(provider, call, signal())) events.push(event);
  return events;
};

const EMBEDDED = { data: [{ embedding: [0.5], index: 0 }] };

describe('an operation', () => {
  test('is sent as JSON under the base URL, with the key', async () => {
    upstream.enqueue(jsonAnswer(EMBEDDED));
    await embed(connect());
    expect(upstream.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/embeddings',
      body: { model: 'm', input: ['Hi'] },
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'modelgraph',
      },
    });
  });

  test('is sent as a form that a parser reads, bytes unchanged', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    upstream.enqueue(jsonAnswer({ text: 'Hello' }));
    await connect().operations.TRANSCRIPTION?.perform(
      {
        providerModelId: 'whisper-1',
        request: {
          audio: { mediaType: 'audio/mpeg', bytes, name: 'a "quoted"\r\nname' },
          task: 'TRANSCRIBE',
          prompt: 'Straße\r\n--boundary',
          timestamps: 'WORD',
        },
      },
      signal(),
    );
    const request = await upstream.received(0);
    expect(request.path).toBe('/v1/audio/transcriptions');
    expect(request.headers['content-length']).toBe(String(request.bytes.byteLength));
    const form = await formIn(request);
    expect(form.get('prompt')).toBe('Straße\r\n--boundary');
    expect(form.getAll('timestamp_granularities[]')).toEqual(['word']);
    const file = form.get('file');
    if (!(file instanceof File)) throw new Error('the file is missing');
    expect(file.type).toBe('audio/mpeg');
    expect(file.name).toMatch(/\.mp3$/);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });

  test('is sent as a form whose values and names cannot break it, and stay as they are', async () => {
    upstream.enqueue(jsonAnswer({ text: 'Hello' }));
    const prompt = 'one\ntwo\rthree\r\n\r\nfour';
    await connect().operations.TRANSCRIPTION?.perform(
      {
        providerModelId: 'whisper-1',
        request: {
          audio: { mediaType: 'audio/mpeg\r\nx-evil: 1', bytes: Buffer.from('x'), name: '"\r\nä.mp3' },
          task: 'TRANSCRIBE',
          prompt,
        },
      },
      signal(),
    );
    const request = await upstream.received(0);
    expect(Buffer.from(request.bytes).toString()).not.toContain('x-evil');
    const form = await formIn(request);
    expect([...form.keys()].sort()).toEqual(['file', 'model', 'prompt', 'response_format']);
    expect(form.get('prompt')).toBe(prompt);
    const file = form.get('file');
    if (!(file instanceof File)) throw new Error('the file is missing');
    expect(file).toMatchObject({ type: 'application/octet-stream', name: '"\r\nä.mp3' });
  });

  test('tells what is left of limits, in success and in failure', async () => {
    upstream.enqueue(jsonAnswer(EMBEDDED, { headers: LIMITS }), {
      ...openAiError(429, 'rate_limit_exceeded', 'Slow down'),
      headers: LIMITS,
    });
    expect(await embed(connect())).toMatchObject({ kind: 'DONE', rateLimits: READ_LIMITS });
    expect(await embed(connect())).toMatchObject({ kind: 'FAILED', rateLimits: READ_LIMITS });
  });

  test('follows no redirect', async () => {
    upstream.enqueue({ status: 307, headers: { location: `${upstream.url}/elsewhere` } });
    expect(await embed(connect())).toMatchObject({ kind: 'FAILED', failure: { code: 'SERVER_ERROR' } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('is refused an answer of more than 64 MiB', async () => {
    const piece = new Uint8Array(1024 * 1024);
    upstream.enqueue({
      headers: { 'content-type': 'audio/mpeg' },
      body: Array(66).fill(piece),
      ending: 'hang',
    });
    const outcome = await connect().operations.SPEECH?.perform(
      { providerModelId: 'tts-1', request: { text: 'Hi', voice: 'nova' } },
      signal(),
    );
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { code: 'SERVER_ERROR', retry: 'ELSEWHERE' } });
    await upstream.closedByClient(0);
  });

  test('leaves its connection to the next', async () => {
    upstream.enqueue(jsonAnswer(EMBEDDED), jsonAnswer(EMBEDDED));
    const provider = connect();
    await embed(provider);
    // The client counts a connection as free a turn after it has read the last byte.
    await setImmediate();
    await embed(provider);
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([0, 0]);
  });
});

describe('a completion', () => {
  test('tells what is left of limits before anything else, and in failure', async () => {
    const answer = openAiTextStream(['Hi']);
    upstream.enqueue(
      { ...answer, headers: { 'content-type': 'text/event-stream', ...LIMITS } },
      { ...openAiError(429, 'rate_limit_exceeded', 'Slow down'), headers: LIMITS },
      { ...answer, headers: { 'content-type': 'text/event-stream' } },
    );
    const provider = connect();
    expect((await complete(provider))[0]).toEqual({ type: 'rateLimits', limits: READ_LIMITS });
    expect(await complete(provider)).toMatchObject([
      { type: 'rateLimits', limits: READ_LIMITS },
      { type: 'failed' },
    ]);
    expect((await complete(provider)).some((event) => event.type === 'rateLimits')).toBe(false);
  });

  test('is refused by a provider that has no language models', async () => {
    expect(await complete(connect({ completes: false }))).toMatchObject([
      { type: 'failed', failure: { code: 'UNSUPPORTED' } },
    ]);
    expect(upstream.requests).toEqual([]);
  });
});

describe('credentials that are more than a key', () => {
  const TOKEN = 'ya29.a-token-that-nobody-may-see';

  test('are asked for before each request, sent, and masked', async () => {
    upstream.enqueue(openAiError(401, 'invalid_api_key', `Bad token ${TOKEN}`));
    const provider = connect({ authorize: async () => ({ Authorization: `Bearer ${TOKEN}` }) });
    const outcome = await embed(provider);
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { code: 'AUTHENTICATION' } });
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  });

  test('that cannot be had are a failure without their reason', async () => {
    const provider = connect({ authorize: () => Promise.reject(new Error(`no ${TOKEN}`)) });
    expect(await complete(provider)).toMatchObject([
      { type: 'failed', failure: { code: 'AUTHENTICATION', retry: 'ELSEWHERE' } },
    ]);
    const outcome = await embed(provider);
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { code: 'AUTHENTICATION' } });
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  });

  test('that do not come hold no abort up', async () => {
    const controller = new AbortController();
    const outcome = connect({ authorize: () => NEVER }).operations.EMBEDDING?.perform(
      { providerModelId: 'm', request: { inputs: ['Hi'] } },
      controller.signal,
    );
    controller.abort();
    expect(await outcome).toMatchObject({ kind: 'FAILED', failure: { code: 'CANCELLED' } });
  });
});

describe('the list of models', () => {
  test.each([
    { form: 'data', answer: { object: 'list', data: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] } },
    { form: 'a bare list', answer: [{ id: 'a' }, { name: 'b' }] },
    { form: 'models', answer: { models: [{ name: 'models/a' }, 'b'] } },
  ])('of an OpenAI-compatible server: $form', async ({ answer }) => {
    upstream.enqueue(jsonAnswer(answer));
    expect(await connect().listModels(signal())).toEqual({ kind: 'LISTED', ids: ['a', 'b'] });
    expect(upstream.requests[0]).toMatchObject({
      method: 'GET',
      path: '/v1/models',
      headers: { authorization: `Bearer ${KEY}` },
    });
  });

  test('of Anthropic, page by page', async () => {
    upstream.enqueue(
      jsonAnswer({ data: [{ id: 'a' }], has_more: true, last_id: 'a' }),
      jsonAnswer({ data: [{ id: 'b' }], has_more: false, last_id: 'b' }),
    );
    const provider = connect(
      { codecFor: () => createAnthropicCodec() },
      { dialect: 'anthropic', baseUrl: upstream.url },
    );
    expect(await provider.listModels(signal())).toEqual({ kind: 'LISTED', ids: ['a', 'b'] });
    expect(upstream.requests.map(({ path }) => path)).toEqual([
      '/v1/models?limit=1000',
      '/v1/models?limit=1000&after_id=a',
    ]);
    expect(upstream.requests[0]?.headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'x-api-key': KEY,
    });
  });

  test('of Gemini, page by page, but not for ever', async () => {
    upstream.respond(() => jsonAnswer({ models: [{ name: 'models/a' }], nextPageToken: 'x/y' }));
    const provider = connect(
      { codecFor: () => createGeminiCodec() },
      { dialect: 'gemini', baseUrl: upstream.url },
    );
    expect(await provider.listModels(signal())).toEqual({ kind: 'LISTED', ids: ['a'] });
    expect(upstream.requests[1]?.path).toBe('/v1beta/models?pageSize=1000&pageToken=x%2Fy');
    expect(upstream.requests).toHaveLength(5);
  });

  test('at a path of its own, or nowhere', async () => {
    upstream.enqueue(jsonAnswer({ data: [] }));
    expect(await connect({ modelsPath: '/v2/list' }).listModels(signal())).toEqual({
      kind: 'LISTED',
      ids: [],
    });
    expect(upstream.requests[0]?.path).toBe('/v1/v2/list');
    expect(await connect({ modelsPath: 'none' }).listModels(signal())).toEqual({ kind: 'NOT_OFFERED' });
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    {
      what: 'a rejected key',
      answer: openAiError(401, 'invalid_api_key', `Bad key ${KEY}`),
      code: 'AUTHENTICATION',
    },
    { what: 'no such page', answer: { status: 404, body: 'Not found' }, code: 'INVALID_REQUEST' },
    { what: 'a web page', answer: { body: '<html></html>' }, code: 'SERVER_ERROR' },
    {
      what: 'an answer that is cut',
      answer: { body: '{"data":[', ending: 'cut' as const },
      code: 'SERVER_ERROR',
    },
  ])('$what is a failure', async ({ answer, code }) => {
    upstream.enqueue(answer);
    const list = await connect().listModels(signal());
    expect(list).toMatchObject({ kind: 'FAILED', failure: { code } });
    expect(JSON.stringify(list)).not.toContain(KEY);
  });

  test('that takes longer than 10 s is given up', async () => {
    upstream.enqueue({ before: NEVER });
    const list = connect().listModels(signal());
    await upstream.received(0);
    clock.advance(10_000);
    expect(await list).toMatchObject({ kind: 'FAILED', failure: { code: 'TIMEOUT' } });
    await upstream.closedByClient(0);
  });
});
