import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Media } from '../../../src/domain/operation.ts';
import { createMediaFace } from '../../../src/faces/rest/media.ts';

const TEXT = 'RIFF, or so it says';
const SHELF: { readonly [token: string]: Media } = {
  audio: { mediaType: 'audio/wav', bytes: Buffer.from(TEXT) },
  image: { mediaType: 'image/png', bytes: Buffer.from('PNG') },
  pcm: { mediaType: 'audio/L16;rate=16000;channels=1', bytes: Buffer.from('PCM') },
  svg: { mediaType: 'image/svg+xml', bytes: Buffer.from('<svg onload="alert(1)"/>') },
  page: { mediaType: 'text/html', bytes: Buffer.from('<script>alert(1)</script>') },
  header: { mediaType: 'image/png\r\nset-cookie: a=b', bytes: Buffer.from('x') },
  folded: { mediaType: 'image/png;\n a=b', bytes: Buffer.from('x') },
  empty: { mediaType: 'image/png', bytes: Buffer.alloc(0) },
};

const failures: string[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  const face = createMediaFace(
    {
      keep: () => Promise.reject(new Error('nothing is kept here')),
      find: async (token) => {
        if (token === 'broken') throw new Error('the state is away');
        return Object.hasOwn(SHELF, token) ? SHELF[token] : undefined;
      },
    },
    (message) => failures.push(message),
  );
  server = createServer(async (request, response) => {
    if (!(await face.handle(request, response))) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server?.close());

const get = (token: string, init: RequestInit = {}) => fetch(`${url}/media/${token}`, init);
const part = (range: string) => get('audio', { headers: { range } });

describe('what is kept', () => {
  it('is given whole, with what a browser must know to be safe', async () => {
    const response = await get('audio');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(TEXT.length),
      'content-disposition': 'inline',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
    expect(await response.text()).toBe(TEXT);
  });

  it('is told of without its body', async () => {
    const response = await get('audio', { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(TEXT.length));
    expect(await response.text()).toBe('');
  });

  it.each([
    ['image', 'inline', 'image/png'],
    ['pcm', 'inline', 'audio/L16;rate=16000;channels=1'],
    ['svg', 'attachment', 'image/svg+xml'],
    ['page', 'attachment', 'text/html'],
    ['header', 'attachment', 'application/octet-stream'],
    ['folded', 'attachment', 'application/octet-stream'],
  ])('is shown in place only where it runs nothing: %s is %s', async (token, disposition, type) => {
    const response = await get(token);
    expect(response.headers.get('content-disposition')).toBe(disposition);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['bytes=0-3', 'RIFF', `bytes 0-3/${TEXT.length}`],
    ['bytes=6-', TEXT.slice(6), `bytes 6-${TEXT.length - 1}/${TEXT.length}`],
    ['bytes=-4', TEXT.slice(-4), `bytes ${TEXT.length - 4}-${TEXT.length - 1}/${TEXT.length}`],
    ['bytes=-999', TEXT, `bytes 0-${TEXT.length - 1}/${TEXT.length}`],
    ['bytes=0-999', TEXT, `bytes 0-${TEXT.length - 1}/${TEXT.length}`],
  ])('is given in part: %s', async (range, text, contentRange) => {
    const response = await part(range);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(await response.text()).toBe(text);
  });

  it.each(['bytes=0-1,3-4', 'lines=0-3', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=x-y'])(
    'is given whole where a range is not one that is understood: %s',
    async (range) => {
      const response = await part(range);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(TEXT);
    },
  );

  it.each([`bytes=${TEXT.length}-`, 'bytes=999-', 'bytes=999-1000', 'bytes=-0'])(
    'has no such part: %s',
    async (range) => {
      const response = await part(range);
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${TEXT.length}`);
    },
  );

  it('may be nothing', async () => {
    const response = await get('empty');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('0');
  });
});

describe('what is not', () => {
  it.each(['gone', '', '../secret', 'audio/more', '__proto__'])('is 404 in JSON: "%s"', async (token) => {
    const response = await get(encodeURIComponent(token));
    expect(response.status).toBe(404);
    expect((await response.json()).errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await get('audio', { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    }
  });

  it('is 503 while the shared state is away, and the log hears of it', async () => {
    const response = await get('broken');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(failures).toEqual(['Media could not be read.']);
  });

  it('is left to others at other paths', async () => {
    expect((await fetch(`${url}/medias/audio`)).status).toBe(418);
  });
});
