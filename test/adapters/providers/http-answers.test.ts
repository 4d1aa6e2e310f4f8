import { describe, expect, test } from 'vitest';
import { openAiText, openAiTextFrames, openAiTextStream } from '../../fixtures/upstream/openai.ts';
import { eventStream, NEVER, startUpstream } from '../../support/upstream.ts';

import {
  begin,
  clientHas,
  clock,
  eachOverHttp,
  failureIn,
  KEY,
  readAll,
  readRest,
  textOf,
  upstream,
  WORDS,
} from './over-http.ts';

eachOverHttp();

describe('answers that are not as asked', () => {
  test('a whole answer where a stream was asked for', async () => {
    const events = await readAll(openAiText(WORDS));
    expect(textOf(events)).toBe('One two three');
    expect(events.at(-1)).toMatchObject({ type: 'completed' });
  });

  test('a stream where a whole answer was asked for', async () => {
    const events = await readAll(openAiTextStream(WORDS), false);
    expect(textOf(events)).toBe('One two three');
    expect(events.at(-1)).toMatchObject({ type: 'completed' });
  });

  test.each(['application/json', 'text/plain', ''])('a stream that says it is "%s"', async (type) => {
    const headers = type === '' ? {} : { 'content-type': type };
    const events = await readAll({ headers, body: openAiTextFrames(WORDS) });
    expect(textOf(events)).toBe('One two three');
    expect(events.at(-1)).toMatchObject({ type: 'completed' });
  });

  test.each([true, false])('a web page with status 200 (stream: %s)', async (stream) => {
    const page = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Please sign in</p>' };
    expect(failureIn(await readAll(page, stream))).toMatchObject({
      code: 'SERVER_ERROR',
      retry: 'ELSEWHERE',
    });
  });

  test('a web page with status 502', async () => {
    const page = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' };
    expect(failureIn(await readAll(page))).toMatchObject({ code: 'SERVER_ERROR', status: 502 });
  });

  test('a web page with status 404 is told of as a wrong address, not as a wrong model', async () => {
    const page = {
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<html><title>404 Not Found</title></html>',
    };
    expect(failureIn(await readAll(page))).toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message:
        'There is no API at this address: check the base URL of the provider. It says: (a web page titled "404 Not Found")',
    });
  });

  test.each([301, 302, 307, 308])('a redirect (%i) is not followed', async (status) => {
    const other = await startUpstream();
    const failure = failureIn(await readAll({ status, headers: { location: `${other.url}/v1?key=${KEY}` } }));
    expect(failure).toMatchObject({ code: 'SERVER_ERROR', status, retry: 'ELSEWHERE' });
    expect(failure?.adminMessage).toContain(other.url);
    expect(failure?.message).not.toContain(other.url);
    expect(other.requests).toEqual([]);
    await other.close();
  });

  test('an answer in a content encoding that is not known', async () => {
    const headers = { 'content-type': 'text/event-stream', 'content-encoding': 'aes128gcm' };
    expect(failureIn(await readAll({ headers, body: 'x' }))?.message).toContain('content encoding');
  });

  test.each([
    ['bytes that are no HTTP', { raw: 'SSH-2.0-OpenSSH_9.2\r\n' }],
    ['no bytes at all', { raw: '' }],
  ])('%s', async (_name, script) => {
    const failure = failureIn(await readAll(script));
    expect(failure).toMatchObject({ code: 'SERVER_ERROR', retry: 'HERE' });
    const { host } = new URL(upstream.url);
    expect(failure?.adminMessage).toContain(host);
    expect(failure?.message).not.toContain(host);
  });

  test('garbage in place of events', async () => {
    expect(
      failureIn(await readAll(eventStream([new Uint8Array([0, 255, 254, 10, 10]), 'data: {oops\n\n']))),
    ).toMatchObject({
      code: expect.stringMatching(/SERVER_ERROR|TRUNCATED/),
    });
  });

  test('garbage in place of JSON', async () => {
    const script = { headers: { 'content-type': 'application/json' }, body: '{"choices": [' };
    expect(failureIn(await readAll(script, false))).toMatchObject({ code: 'SERVER_ERROR' });
  });

  test('nothing in place of JSON', async () => {
    expect(failureIn(await readAll({ status: 200 }, false))?.code).toBe('SERVER_ERROR');
  });

  test('a huge error body is cut, and the connection closed', async () => {
    const piece = 'x'.repeat(64 * 1024);
    const failure = failureIn(await readAll({ status: 500, body: [piece, piece, NEVER] }));
    expect(failure).toMatchObject({ code: 'SERVER_ERROR', status: 500 });
    expect(JSON.stringify(failure).length).toBeLessThan(10_000);
    await upstream.closedByClient(0);
  });

  test('an error whose body never ends is told by its status', async () => {
    upstream.enqueue({ status: 429, headers: { 'retry-after': '3' }, body: ['{"error":', NEVER] });
    const headers = clientHas('headers');
    const rest = readRest(begin());
    await headers;
    clock.advance(2_000);
    expect(failureIn(await rest)).toMatchObject({ code: 'RATE_LIMITED', status: 429, retryAfterMs: 3_000 });
    await upstream.closedByClient(0);
  });

  test('a call that is cancelled while an error comes in is cancelled', async () => {
    upstream.enqueue({ status: 429, body: ['{"error":', NEVER] });
    const controller = new AbortController();
    const headers = clientHas('headers');
    const rest = readRest(begin({ signal: controller.signal }));
    await headers;
    controller.abort();
    expect(failureIn(await rest)).toMatchObject({ code: 'CANCELLED', retry: 'FINAL' });
    await upstream.closedByClient(0);
  });

  test('a stream of noise without events ends', async () => {
    const piece = `: ${'x'.repeat(1024 * 1024)}\n\n`;
    const failure = failureIn(
      await readAll(eventStream([...Array.from({ length: 20 }, () => piece), NEVER])),
    );
    expect(failure).toMatchObject({ code: 'SERVER_ERROR' });
  });
});
