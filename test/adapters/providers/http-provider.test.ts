import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createHttpProvider } from '../../../src/adapters/providers/http-provider.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import {
  openAiError,
  openAiText,
  openAiTextFrames,
  openAiTextStream,
} from '../../fixtures/upstream/openai.ts';
import { quickest } from '../../support/quickest.ts';
import { eventStream, gate, jsonAnswer, NEVER } from '../../support/upstream.ts';
import {
  begin,
  clock,
  dispatcher,
  eachOverHttp,
  failureIn,
  KEY,
  log,
  providerAt,
  readAll,
  readRest,
  textOf,
  upstream,
  WORDS,
} from './over-http.ts';

eachOverHttp();

describe('what is sent', () => {
  test('a POST below the base URL, with the key, uncompressed', async () => {
    await readAll(openAiTextStream(WORDS));
    expect(upstream.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
          'accept-encoding': 'identity',
        },
        body: { model: 'tested-model', stream: true },
      },
    ]);
  });

  test('a base URL may end in a slash', async () => {
    upstream.enqueue(openAiText(WORDS));
    await readRest(begin({ stream: false, from: providerAt(`${upstream.url}/deep/v1/`) }));
    expect(upstream.requests[0]).toMatchObject({
      path: '/deep/v1/chat/completions',
      headers: { accept: 'application/json' },
    });
  });

  test('a prompt of 10 MB arrives whole', async () => {
    const prompt = 'é'.repeat(5 * 1024 * 1024);
    upstream.enqueue(openAiTextStream(WORDS));
    expect((await readRest(begin({ prompt }))).at(-1)?.type).toBe('completed');
    expect(JSON.stringify(upstream.requests[0]?.body).length).toBeGreaterThan(prompt.length);
  });

  test('one connection serves one call after another, streamed ones too', async () => {
    for (const script of [openAiTextStream(WORDS), openAiText(WORDS), openAiError(400, 'No', null)]) {
      const before = upstream.requests.length;
      await readAll(script);
      await upstream.answered(before);
      await expect.poll(() => clock.pending(), { timeout: 20_000 }).toBe(0);
      // The client counts a connection as free a turn after it has read the last byte.
      await setImmediate();
    }
    await readAll(openAiTextStream(WORDS));
    expect(upstream.requests.map((request) => request.connection)).toEqual([0, 0, 0, 0]);
  });

  test('nothing, if the key cannot be put in a header', async () => {
    const broken = createHttpProvider({
      settings: {
        id: asProviderId('tested'),
        dialect: 'openai',
        baseUrl: upstream.url,
        apiKey: new Secret(`${KEY}\nrest`),
      },
      codecFor: () => createOpenAiCodec({}),
      dispatcher,
      clock,
      log,
    });
    expect(failureIn(await readRest(begin({ from: broken })))).toMatchObject({ code: 'AUTHENTICATION' });
    expect(upstream.requests).toEqual([]);
  });
});

describe('where there is no provider', () => {
  const hostAndPort = async (): Promise<string> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
  };

  test('a refused connection names host and port, and neither path nor query', async () => {
    const host = await hostAndPort();
    const { signal } = new AbortController();
    const from = providerAt(`http://${host}/secret-path/v1`);
    const failure = failureIn(await readRest(begin({ from, signal })));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(failure).toMatchObject({ code: 'SERVER_ERROR', retry: 'HERE' });
    expect(failure?.adminMessage).toContain(host);
    expect(failure?.message).toContain('refused');
    expect(JSON.stringify(failure)).not.toContain('secret-path');
  });

  test('an unknown host', async () => {
    const events = await readRest(begin({ from: providerAt('https://nowhere.invalid/v1') }));
    expect(failureIn(events)).toMatchObject({ code: 'SERVER_ERROR', retry: 'HERE' });
    expect(failureIn(events)?.adminMessage).toContain('nowhere.invalid:443');
  });

  test('https where http is spoken', async () => {
    const from = providerAt(upstream.url.replace('http:', 'https:'));
    expect(failureIn(await readRest(begin({ from })))).toMatchObject({ code: 'SERVER_ERROR', retry: 'HERE' });
  });
});

describe('the key', () => {
  test('is masked in what the provider says about it', async () => {
    const failure = failureIn(
      await readAll(openAiError(401, `Incorrect API key provided: ${KEY}.`, `bad ${KEY}`)),
    );
    expect(failure).toMatchObject({ code: 'AUTHENTICATION', status: 401 });
    expect(JSON.stringify(failure)).toContain('[secret]');
  });

  test('is masked whole where the provider shows its ends', async () => {
    const failure = failureIn(
      await readAll(openAiError(401, 'Incorrect API key provided: sk-a-***-see.', null)),
    );
    expect(JSON.stringify(failure)).not.toMatch(/sk-a|-see/);
  });

  test('is masked at once in a long message', async () => {
    const message = `${'x'.repeat(500_000)} ${'**'.repeat(10)}${'**x'.repeat(100_000)}`;
    const took = await quickest(1_000, async () => {
      const startedAt = performance.now();
      const failure = failureIn(await readAll(openAiError(401, message, null)));
      expect(failure?.code).toBe('AUTHENTICATION');
      return performance.now() - startedAt;
    });
    expect(took).toBeLessThan(1_000);
  });

  test('is masked in an error within a stream', async () => {
    const error = `data: ${JSON.stringify({ error: { message: `no ${KEY}`, type: 'server_error', code: null } })}\n\n`;
    const events = await readAll(eventStream([...openAiTextFrames(WORDS).slice(0, 3), error]));
    expect(failureIn(events)?.code).toBe('SERVER_ERROR');
  });
});

describe('a stream', () => {
  test('is passed on as it comes, cut wherever the network cuts it', async () => {
    const bytes = Buffer.from(openAiTextFrames(['Grüß', ' 你好', ' 🌍']).join(''));
    const pieces = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
    const events = await readAll(eventStream(pieces));
    expect(textOf(events)).toBe('Grüß 你好 🌍');
    expect(events.at(-1)?.type).toBe('completed');
  });

  test('gives each event before the next is sent', async () => {
    const frames = openAiTextFrames(WORDS);
    const gates = frames.map(gate);
    upstream.enqueue(eventStream(frames.flatMap((frame, index) => [gates[index]?.opened ?? NEVER, frame])));
    const events = begin();
    gates[0]?.open();
    gates[1]?.open();
    expect((await events.next()).value).toMatchObject({ type: 'answering' });
    expect((await events.next()).value).toMatchObject({ type: 'textDelta', text: 'One' });
    gates[2]?.open();
    expect((await events.next()).value).toMatchObject({ type: 'textDelta', text: ' two' });
    for (const { open } of gates) open();
    expect((await readRest(events)).at(-1)?.type).toBe('completed');
  });

  test('a TCP reset in the middle is TRUNCATED', async () => {
    const read = gate();
    const frames = openAiTextFrames(WORDS).slice(0, 2);
    upstream.enqueue(eventStream([frames.join(''), read.opened], { ending: 'reset' }));
    const events = begin();
    await events.next();
    expect((await events.next()).value).toMatchObject({ type: 'textDelta', text: 'One' });
    read.open();
    expect(failureIn(await readRest(events))).toMatchObject({ code: 'TRUNCATED', retry: 'HERE' });
  });

  test('that is complete but does not end is closed after a second', async () => {
    upstream.enqueue(eventStream([openAiTextFrames(WORDS).join(''), NEVER]));
    expect((await readRest(begin())).at(-1)?.type).toBe('completed');
    clock.advance(1_000);
    await upstream.closedByClient(0);
  });

  test('of 10,000 tokens waits at the provider while nobody reads', async () => {
    const frames = openAiTextFrames(Array.from({ length: 10_000 }, (_, index) => ` word${index}`));
    const size = frames.join('').length;
    // Larger than what the kernel's socket buffers hold, so that only reading can make room.
    const copies = Math.ceil((24 * 1024 * 1024) / size);
    const body = Array.from({ length: copies }, () => frames.slice(0, -2)).flat();
    upstream.enqueue(eventStream([...body, ...frames.slice(-2)]));
    const events = begin();
    await events.next();
    await events.next();
    let before = -1;
    await expect
      .poll(
        () => {
          const settled = upstream.bytesWritten(0) === before;
          before = upstream.bytesWritten(0);
          return settled;
        },
        { interval: 100, timeout: 20_000 },
      )
      .toBe(true);
    expect(before).toBeLessThan(16 * 1024 * 1024);
    const rest = await readRest(events);
    expect(rest.filter((event) => event.type === 'textDelta')).toHaveLength(10_000 * copies - 1);
  });
});

test('an answer that is larger than whoever puts it together can hold fails, streamed or not', async () => {
  const long = 'x'.repeat(1024 * 1024);
  const words = Array.from({ length: 65 }, () => long);
  const streamed = await readAll(openAiTextStream(words));
  const whole = await readAll(openAiText(words), false);
  for (const events of [streamed, whole])
    expect(failureIn(events)).toMatchObject({
      code: 'SERVER_ERROR',
      message: 'The answer is larger than 67108864 bytes.',
      retry: 'ELSEWHERE',
    });
  expect(textOf(streamed).length).toBeGreaterThan(60 * 1024 * 1024);
});

test('a whole answer that breaks off is TRUNCATED', async () => {
  const script = jsonAnswer({});
  const headers = { ...script.headers, 'content-length': '1000' };
  const events = await readAll({ headers, body: '{"id":"x",', ending: 'cut' }, false);
  expect(failureIn(events)?.code).toBe('TRUNCATED');
});
