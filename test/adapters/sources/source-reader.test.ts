import { monitorEventLoopDelay } from 'node:perf_hooks';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Agent, type Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createOutbound } from '../../../src/adapters/outbound.ts';
import { createSourceReader, type SourceReaderOptions } from '../../../src/adapters/sources/source-reader.ts';
import { noProxy } from '../../../src/domain/no-proxy.ts';
import { parseProxy } from '../../../src/domain/proxy.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { SourceAccess, SourceReader } from '../../../src/ports/source-reader.ts';
import { startProxy } from '../../support/proxy.ts';
import { rowsBody, TEST_REGISTRY, testSourceOf } from '../../support/test-sources.ts';
import { NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';

const KEY = new Secret('key-0123456789abcdef');
let upstream: Upstream;
let other: Upstream;
let dispatcher: Agent;
const readers: SourceReader[] = [];
beforeEach(async () => {
  [upstream, other] = await Promise.all([startUpstream(), startUpstream()]);
  dispatcher = new Agent();
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  await dispatcher.destroy();
  await Promise.all([upstream.close(), other.close()]);
});

const readerWith = (options: Partial<SourceReaderOptions> = {}): SourceReader => {
  const reader = createSourceReader({ dispatcher, parsing: { registry: TEST_REGISTRY }, ...options });
  readers.push(reader);
  return reader;
};
const read = (
  reader: SourceReader,
  access: Partial<SourceAccess> = {},
  id = 'test-list',
  signal = new AbortController().signal,
) => reader.read(testSourceOf(id), { baseUrl: upstream.url, known: {}, ...access }, signal);

describe('a source behind a proxy', () => {
  it('that refuses is not blamed, and the proxy is named without its credentials', async () => {
    const proxy = await startProxy({ credentials: { user: 'john', password: 'top-secret' } });
    const server = parseProxy(proxy.urlWithCredentials.replace('john', 'jane'), 'HTTPS_PROXY');
    if (typeof server === 'string') throw new Error(server);
    const outbound = createOutbound({ https: server, except: noProxy([]) });
    onTestFinished(async () => {
      await outbound.destroy();
      await proxy.close();
    });
    const answer = await read(readerWith({ dispatcher: outbound.dispatcher }), {
      baseUrl: 'https://prices.example.test',
    });
    expect(answer).toMatchObject({
      kind: 'FAILED',
      code: 'UNREACHABLE',
      message: expect.stringContaining(`The proxy 127.0.0.1:${proxy.port} (HTTPS_PROXY) refused to connect`),
    });
    expect(JSON.stringify(answer)).not.toMatch(/jane|top-secret/);
  });
});

describe('a source that answers', () => {
  it.each([
    ['identity', (body: string) => Buffer.from(body)],
    ['gzip', (body: string) => gzipSync(body)],
    ['br', (body: string) => brotliCompressSync(body)],
  ])('is read when it sends %s', async (encoding, packed) => {
    upstream.enqueue({
      headers: {
        'content-encoding': encoding,
        etag: '"v1"',
        'last-modified': 'Sun, 01 Nov 2026 10:00:00 GMT',
      },
      body: packed(rowsBody(700, '0.0000006')),
    });
    const reader = readerWith();
    const answer = await read(reader);
    if (answer.kind !== 'READ') throw new Error(JSON.stringify(answer));
    expect(answer.reading.offerings).toHaveLength(700);
    expect(answer.reading.offerings[699]).toMatchObject({
      providerModelId: 'model-699',
      prices: [{ amount: '0.0000006' }],
    });
    expect(answer).toMatchObject({ etag: '"v1"', lastModified: 'Sun, 01 Nov 2026 10:00:00 GMT' });
    expect(answer.bodyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await reader.unpack(answer.packed)).toEqual(answer.reading);
  });

  it('is read page by page while it says that there is more, but not for ever', async () => {
    upstream.respond(({ path }) => {
      const page = Number(new URL(path, upstream.url).searchParams.get('page'));
      return { body: `{"rows":[["acme/model-${page}","1"]],"more":${page < 3}}` };
    });
    const answer = await read(readerWith(), {}, 'test-pages');
    if (answer.kind !== 'READ') throw new Error(JSON.stringify(answer));
    expect(answer.reading.offerings.map(({ providerModelId }) => providerModelId)).toEqual([
      'model-1',
      'model-2',
      'model-3',
    ]);
    expect(answer.incomplete).toBeUndefined();
    upstream.respond(({ path }) => ({ body: `{"rows":[["acme/${path.length}","1"]],"more":true}` }));
    const endless = await read(readerWith(), {}, 'test-pages');
    expect(endless).toMatchObject({ kind: 'READ', incomplete: expect.stringContaining('40 pages') });
    expect(upstream.requests).toHaveLength(3 + 40);
  });

  it('is told what is known, and believed when it says that nothing changed', async () => {
    upstream.enqueue({ status: 304 });
    const known = { etag: '"v1"', lastModified: 'Sun, 01 Nov 2026 10:00:00 GMT' };
    expect(await read(readerWith(), { known })).toEqual({ kind: 'UNCHANGED' });
    expect(upstream.requests[0]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': known.lastModified,
    });
  });

  it('is unchanged where its bodies are, whatever its headers; one of several requests is not asked conditionally', async () => {
    upstream.respond(({ path }) => ({ body: rowsBody(path === '/one.json' ? 1 : 2) }));
    const reader = readerWith();
    const first = await read(reader, {}, 'test-pair');
    if (first.kind !== 'READ') throw new Error(JSON.stringify(first));
    expect(first.reading.offerings).toHaveLength(3);
    const known = { etag: '"v1"', bodyHash: first.bodyHash };
    expect(await read(reader, { known }, 'test-pair')).toEqual({ kind: 'UNCHANGED' });
    expect(upstream.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  });

  it('gets its key in a header, and nobody it leads to does', async () => {
    upstream.enqueue({ status: 302, headers: { location: '/elsewhere.json' } });
    upstream.enqueue({ body: rowsBody(1) });
    const answer = await read(readerWith(), { apiKey: KEY }, 'test-keyed');
    expect(answer.kind).toBe('READ');
    expect(upstream.requests.map(({ path, headers }) => [path, headers['x-api-key']])).toEqual([
      ['/list.json', KEY.reveal()],
      ['/elsewhere.json', KEY.reveal()],
    ]);
    upstream.enqueue({ status: 302, headers: { location: `${other.url}/list.json` } });
    expect(await read(readerWith(), { apiKey: KEY }, 'test-keyed')).toMatchObject({ code: 'UNREACHABLE' });
    expect(other.requests).toHaveLength(0);
  });
});

describe('a source of several files', () => {
  it('is read without one that is not there, and says which', async () => {
    upstream.respond(({ path }) => (path === '/two.json' ? { status: 404 } : { body: rowsBody(2) }));
    const reader = readerWith();
    const answer = await read(reader, {}, 'test-pair');
    if (answer.kind !== 'READ') throw new Error(JSON.stringify(answer));
    expect(answer.reading.offerings).toHaveLength(2);
    expect(answer.incomplete).toContain('/two.json (status 404)');
    expect(await read(reader, { known: { bodyHash: answer.bodyHash } }, 'test-pair')).toEqual({
      kind: 'UNCHANGED',
      incomplete: answer.incomplete,
    });
  });

  it('is complete without one that is optional', async () => {
    upstream.respond(({ path }) => (path === '/two.json' ? { status: 404 } : { body: rowsBody(2) }));
    const answer = await read(readerWith(), {}, 'test-optional');
    expect(answer.kind).toBe('READ');
    expect(answer).not.toHaveProperty('incomplete');
  });

  it('fails where none is there, and where one of them fails otherwise', async () => {
    upstream.respond(() => ({ status: 404 }));
    expect(await read(readerWith(), {}, 'test-pair')).toMatchObject({ kind: 'FAILED', code: 'HTTP_STATUS' });
    upstream.respond(({ path }) => (path === '/two.json' ? { status: 503 } : { body: rowsBody(2) }));
    expect(await read(readerWith(), {}, 'test-pair')).toMatchObject({ kind: 'FAILED', code: 'HTTP_STATUS' });
  });
});

it('one that gives a date alone is asked by its date', async () => {
  const lastModified = 'Sun, 01 Nov 2026 10:00:00 GMT';
  upstream.enqueue({ headers: { 'last-modified': lastModified }, body: rowsBody(1) }, { status: 304 });
  const reader = readerWith();
  const first = await read(reader);
  expect(first).toMatchObject({ kind: 'READ', lastModified });
  expect(first).not.toHaveProperty('etag');
  expect(await read(reader, { known: { lastModified } })).toEqual({ kind: 'UNCHANGED' });
  expect(upstream.requests[1]?.headers).toMatchObject({ 'if-modified-since': lastModified });
  expect(upstream.requests[1]?.headers['if-none-match']).toBeUndefined();
});

describe('a source that leads elsewhere', () => {
  /** Two hosts of the web, played by servers of this machine. */
  const web = (): Dispatcher => {
    const hosts: { readonly [origin: string]: string } = {
      'https://prices.example': upstream.url,
      'https://mirror.example': other.url,
    };
    return dispatcher.compose(
      (dispatch) => (options, handler) =>
        dispatch({ ...options, origin: hosts[String(options.origin)] ?? String(options.origin) }, handler),
    );
  };
  const lead = (location: string) => {
    upstream.enqueue({ status: 307, headers: { location } });
    other.respond(() => ({ body: rowsBody(3) }));
    const access = { apiKey: KEY, baseUrl: 'https://prices.example' };
    return read(readerWith({ dispatcher: web() }), access, 'test-keyed');
  };

  it('is followed to another host over https, which does not get the key', async () => {
    expect((await lead('https://mirror.example/list.json')).kind).toBe('READ');
    expect(upstream.requests[0]?.headers['x-api-key']).toBe(KEY.reveal());
    expect(other.requests).toHaveLength(1);
    expect(JSON.stringify([other.requests[0]?.headers, other.requests[0]?.path])).not.toContain(KEY.reveal());
    expect(upstream.requests[0]?.path).not.toContain(KEY.reveal());
  });

  it.each([
    'http://mirror.example/list.json',
    'http://prices.example/list.json',
    'file:///etc/hosts',
    'http://',
  ])('is not followed to %s', async (location) => {
    expect(await lead(location)).toMatchObject({ kind: 'FAILED', code: 'UNREACHABLE' });
    expect(other.requests).toHaveLength(0);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a source that fails', () => {
  it.each([
    ['a status', { status: 503, headers: { 'retry-after': '120' } }, 'HTTP_STATUS', /status 503/],
    [
      'a web page',
      { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><p>Hi' },
      'UNREADABLE',
      /text\/html/,
    ],
    [
      'truncated JSON',
      { headers: { 'content-type': 'application/json' }, body: '{"rows": [["a/b"' },
      'UNREADABLE',
      /application\/json.*JSON/,
    ],
    ['another shape', { body: '{"data": []}' }, 'UNREADABLE', /no "rows"/],
    [
      'half a gzip',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(rowsBody(500)).subarray(0, 200) },
      'UNREADABLE',
      /cut off/,
    ],
    ['a connection that breaks', { body: ['{"rows"'], ending: 'reset' as const }, 'UNREACHABLE', /broke off/],
    [
      'redirects without end',
      { status: 302, headers: { location: '/again' } },
      'UNREACHABLE',
      /more than 3 times/,
    ],
    ['a 304 that was not asked for', { status: 304 }, 'HTTP_STATUS', /304/],
  ])('with %s', async (_name, script, code, message) => {
    upstream.respond(() => script);
    const answer = await read(readerWith());
    expect(answer).toMatchObject({ kind: 'FAILED', code, message: expect.stringMatching(message) });
  });

  it('and says when it wants to be asked again', async () => {
    upstream.enqueue({ status: 429, headers: { 'retry-after': '120' } });
    expect(await read(readerWith())).toMatchObject({ code: 'HTTP_STATUS', retryAfterMs: 120_000 });
  });

  it('because nobody is there', async () => {
    const answer = await read(readerWith(), { baseUrl: 'http://127.0.0.1:1' });
    expect(answer).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('127.0.0.1:1') });
  });

  it('because it is slow to begin, or to end', async () => {
    upstream.enqueue({ before: NEVER });
    expect(await read(readerWith({ headersTimeoutMs: 30 }))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('begin'),
    });
    upstream.enqueue({ body: ['{'], ending: 'hang' });
    expect(await read(readerWith({ totalTimeoutMs: 1_000 }))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('in full'),
    });
  });

  it.each(['identity', 'gzip'])(
    'because it sends 200 MB (%s), of which no more is taken than is allowed',
    async (encoding) => {
      const megabyte = Buffer.alloc(1024 * 1024);
      const body =
        encoding === 'gzip'
          ? [gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 })]
          : Array.from({ length: 200 }, () => megabyte);
      upstream.enqueue({ headers: { 'content-encoding': encoding }, body });
      const answer = await read(readerWith({ maxBytes: 8 * 1024 * 1024 }));
      expect(answer).toMatchObject({ kind: 'FAILED', code: 'TOO_LARGE' });
      if (encoding === 'identity') {
        await upstream.closedByClient(0);
        expect(upstream.bytesWritten(0)).toBeLessThan(64 * 1024 * 1024);
      }
    },
  );

  it('because reading it does not end; the next one is read all the same', async () => {
    upstream.respond(() => ({ body: rowsBody(3) }));
    const reader = readerWith({ parsing: { registry: TEST_REGISTRY, timeoutMs: 3_000 } });
    const [endless, list] = await Promise.all([read(reader, {}, 'test-endless'), read(reader)]);
    expect(endless).toMatchObject({ code: 'UNREADABLE', message: expect.stringContaining('3000 ms') });
    expect(list.kind).toBe('READ');
  });
});

it('one whose reading takes too much memory fails alone', async () => {
  upstream.respond(() => ({ body: rowsBody(3) }));
  const reader = readerWith({ parsing: { registry: TEST_REGISTRY, maxHeapMb: 64 } });
  expect(await read(reader, {}, 'test-glutton')).toMatchObject({
    code: 'UNREADABLE',
    message: expect.stringMatching(/memory/i),
  });
  expect((await read(reader)).kind).toBe('READ');
});

it('what is not a reading is not taken for one', async () => {
  const reader = readerWith();
  expect(await reader.unpack(Buffer.from('nonsense'))).toBeUndefined();
  expect(await reader.unpack(gzipSync('{"format":0,"reading":{}}'))).toBeUndefined();
  expect(await reader.unpack(gzipSync('{"format":1,"reading":{"models":[]}}'))).toBeUndefined();
});

it('megabytes are read without holding up the server', async () => {
  const body = JSON.stringify({ filler: 'x'.repeat(6_000_000), ...JSON.parse(rowsBody(5_000)) });
  const packed = gzipSync(body);
  const reader = readerWith();
  upstream.respond(() => ({ headers: { 'content-encoding': 'gzip' }, body: packed }));
  // The first reading starts the thread and compiles what is needed.
  expect((await read(reader)).kind).toBe('READ');
  const delays: number[] = [];
  // What is done on this thread would hold it up each time; a busy machine does so now and then.
  for (let turn = 0; turn < 5 && !delays.some((ms) => ms < 50); turn += 1) {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    expect((await read(reader)).kind).toBe('READ');
    delay.disable();
    delays.push(delay.max / 1e6);
  }
  expect(Math.min(...delays)).toBeLessThan(50);
});
