import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createHttpServer,
  type HttpFace,
  type HttpServer,
  type HttpServerOptions,
} from '../../../src/faces/http/http-server.ts';
import { type ListenOptions, listen } from '../../../src/faces/http/listener.ts';

const ADDRESS: ListenOptions = { host: '127.0.0.1', port: 0 };
const OPTIONS: HttpServerOptions = {
  allowedOrigins: [],
  exposedHeaders: [],
  sendNotFound: (request, response) => void response.writeHead(404).end(`nothing at ${request.url}`),
  onFailure: () => {},
};

let server: HttpServer | undefined;
let port = 0;
const failures: string[] = [];
const waiting: ServerResponse[] = [];
let onWaiting: (() => void) | undefined;

const face: HttpFace = {
  handle(incoming: IncomingMessage, response: ServerResponse) {
    switch (incoming.url) {
      case '/health':
      case '/mine':
        response.end(`${incoming.method} mine`);
        return true;
      case '/throws':
        throw new Error('no');
      case '/throws-late':
        response.write('half');
        throw new Error('no');
      case '/waits':
        response.writeHead(200, { 'content-length': 5 });
        response.write('begi');
        waiting.push(response);
        onWaiting?.();
        return true;
      default:
        return false;
    }
  },
  upgrade(incoming, socket) {
    if (incoming.url !== '/mine') return false;
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    return true;
  },
};

const start = async (options: Partial<HttpServerOptions> = {}): Promise<void> => {
  const listener = await listen(ADDRESS);
  server = createHttpServer([face], listener, {
    ...OPTIONS,
    onFailure: (message, { path }) => failures.push(`${message} ${path}`),
    ...options,
  });
  ({ port } = listener);
};

const get = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, init);

/** Sends bytes as they are, and reads until the server closes the connection. */
const exchange = async (bytes: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
};

beforeEach(() => {
  failures.length = 0;
  waiting.length = 0;
});
afterEach(async () => {
  for (const response of waiting) response.destroy();
  await server?.close();
  server = undefined;
});

describe('the listener', () => {
  it('hands on what no face knows', async () => {
    await start();
    const response = await get('/nothing?x=1');
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('nothing at /nothing?x=1');
    expect((await get('/nothing', { method: 'HEAD' })).status).toBe(404);
  });

  it.each(['//mine', '/mine/', '/mine//', '///mine//'])(
    'answers %s as if its stray slashes were not there',
    async (path) => {
      await start();
      const answer = await exchange(`POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
      expect(answer).toContain('POST mine');
    },
  );

  it('answers a face that throws with 500, tells the log, and goes on', async () => {
    await start();
    const response = await get('/throws');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('at ');
    await expect(get('/throws-late').then((late) => late.text())).rejects.toThrow();
    expect(failures).toEqual([
      'A request could not be answered. /throws',
      'A request could not be answered. /throws-late',
    ]);
    expect((await get('/mine')).status).toBe(200);
  });

  it.each([
    ['garbage', 'hello\r\n\r\n', '400 Bad Request'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00', '400 Bad Request'],
    ['too large a head', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`, '431 '],
    ['a far too large address', `GET /mine?${'y'.repeat(2_000_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, '431 '],
  ])('answers %s and goes on', async (_, bytes, status) => {
    await start();
    expect(await exchange(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    expect((await get('/mine')).status).toBe(200);
  });

  it('takes an address of 60,000 characters, and says in JSON what to do with a longer one', async () => {
    await start();
    expect((await get(`/nothing?${'y'.repeat(60_000)}`)).status).toBe(404);
    const refused = await get(`/mine?${'y'.repeat(200_000)}`);
    expect(refused.status).toBe(431);
    expect(await refused.json()).toEqual({
      errors: [
        {
          message:
            'The address and the headers are larger than 64 KiB together. Send the operation by POST, in the body.',
          extensions: { code: 'REQUEST_HEADERS_TOO_LARGE' },
        },
      ],
    });
  });

  it('is not held up by clients that say nothing or only half', async () => {
    await start();
    const sockets: Socket[] = [];
    for (const bytes of ['', 'GET /mine HTTP/1.1\r\nhost: a\r\n', 'POST /mine HTTP/1.1\r\n', 'GE']) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(bytes);
      sockets.push(socket);
    }
    expect((await get('/mine')).status).toBe(200);
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    await server?.close();
    await closed;
  });

  it('answers a client that offers HTTP/2 over HTTP/1.1', async () => {
    await start();
    const head = [
      'POST /mine HTTP/1.1',
      'host: a',
      'connection: Upgrade, HTTP2-Settings, close',
      'upgrade: h2c',
      'http2-settings: AAMAAABkAARAAAAAAAIAAAAA',
      'content-length: 2',
    ];
    const answer = await exchange(`${head.join('\r\n')}\r\n\r\nhi`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(answer).toContain('POST mine');
  });

  it('says what is wrong with its address', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(listen({ ...ADDRESS, port: taken })).rejects.toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          `^Another program( \\(process ${process.pid}\\))? listens on port ${taken} of 127\\.0\\.0\\.1\\. Stop that one, or choose another with --port or PORT \\(0 takes any free one\\)\\.$`,
        ),
      }),
    );
    other.close();
    await expect(listen({ ...ADDRESS, host: '203.0.113.1' })).rejects.toThrow(
      '203.0.113.1 is no address of this machine. Set --host or HOST to an address alone: 127.0.0.1 for this machine, 0.0.0.0 for all others as well.',
    );
  });
});

describe('before it serves', () => {
  it('says that it is starting, and that requests may come back, without a hang', async () => {
    const listener = await listen(ADDRESS);
    ({ port } = listener);
    const health = await get('/health');
    expect([health.status, await health.json()]).toEqual([200, { status: 'starting' }]);
    const ready = await get('/ready');
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'starting' }]);
    expect(ready.headers.get('retry-after')).toBe('1');
    const early = await get('/graphql', { method: 'POST', body: '{}' });
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    expect(await early.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    const upgrade = await exchange(
      'GET /mine HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(upgrade).toMatch(/^HTTP\/1\.1 503 /);
    await expect(listen({ ...ADDRESS, port })).rejects.toThrow(/^Another modelgraph server /);
    server = createHttpServer([face], listener, OPTIONS);
    expect((await get('/mine')).status).toBe(200);
  });
});

describe('pages of other origins', () => {
  const sockets: Duplex[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  const upgrade = (origin: string | undefined): Promise<number> =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        port,
        host: '127.0.0.1',
        path: '/mine',
        headers: { connection: 'Upgrade', upgrade: 'websocket', ...(origin !== undefined && { origin }) },
      });
      outgoing.on('upgrade', ({ statusCode }, socket) => {
        socket.on('error', () => {});
        sockets.push(socket);
        resolve(statusCode ?? 0);
      });
      outgoing.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  it('may not call, but for those that are allowed', async () => {
    await start({ allowedOrigins: ['https://app.example'] });
    const allowOrigin = async (origin: string) =>
      (await get('/mine', { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await allowOrigin('https://app.example')).toBe('https://app.example');
    expect(await allowOrigin('https://evil.example')).toBeNull();
    const preflight = await get('/mine', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  });

  it('are told by the answer to a preflight, and the log is told once each, and of no more than 20', async () => {
    const refused: string[] = [];
    let now = 5;
    await start({
      allowedOrigins: ['https://app.example'],
      onRefusedOrigin: (origin) => refused.push(origin),
      nowMs: () => now,
    });
    const preflight = (origin: string) =>
      get('/mine', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    for (const _ of [1, 2]) {
      const answer = await preflight('https://evil.example');
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('MODELGRAPH_ALLOWED_ORIGINS');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    await get('/mine', { headers: { origin: 'https://evil.example' } });
    await get('/mine', { headers: { origin: `http://127.0.0.1:${port}` } });
    await get('/mine', { headers: { origin: 'https://app.example' } });
    expect(refused).toEqual(['https://evil.example']);
    for (let each = 0; each < 50; each += 1) await preflight(`https://${each}.example`);
    expect(refused).toHaveLength(20);
    now += 600_000;
    await upgrade('https://evil.example');
    await exchange('GET /mine HTTP/1.1\r\nhost: a\r\nconnection: close\r\norigin: \x9b31m\r\n\r\n');
    expect(refused.slice(20)).toEqual(['https://evil.example', 'an unreadable origin']);
  });

  it('may not open a socket, but for those that are allowed and our own', async () => {
    await start({ allowedOrigins: ['https://app.example'], ownOrigin: 'https://models.example' });
    expect(await upgrade('https://models.example')).toBe(101);
    expect(await upgrade(undefined)).toBe(101);
    expect(await upgrade('https://app.example')).toBe(101);
    expect(await upgrade(`http://127.0.0.1:${port}`)).toBe(101);
    expect(await upgrade('https://evil.example')).toBe(403);
    expect(await upgrade('null')).toBe(403);
    expect(await upgrade('http://127.0.0.1:1')).toBe(403);
    const head = 'host: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n';
    expect(await exchange(`GET /mine HTTP/1.1\r\n${head}origin: https://evil.example\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 [\s\S]*\r\n\r\n.*MODELGRAPH_ALLOWED_ORIGINS\.\n$/,
    );
    expect(await exchange(`GET /other HTTP/1.1\r\n${head}\r\n`)).toMatch(
      /^HTTP\/1\.1 404 [\s\S]*\r\n\r\n.*\/graphql\.\n$/,
    );
  });
});

describe('stopping', () => {
  it('refuses new work, but tells of its health', async () => {
    await start();
    // So that the connection is kept, as a client's pool does.
    await (await get('/mine')).text();
    server?.refuseNewWork();
    const refused = await get('/mine');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('connection')).toBe('close');
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect((await get('/health')).status).toBe(200);
    const answer = await exchange(
      'GET /mine HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer.toLowerCase()).toContain('retry-after: 1');
  });

  it('waits for answers under way', async () => {
    await start();
    const arrived = new Promise<void>((resolve) => {
      onWaiting = resolve;
    });
    const answer = get('/waits');
    await arrived;
    server?.refuseNewWork();
    const closed = server?.close();
    expect((await get('/health')).status).toBe(200);
    waiting[0]?.end('n');
    expect(await (await answer).text()).toBe('begin');
    await closed;
    await expect(get('/health')).rejects.toThrow();
  });

  it('closes sockets that nobody else has closed', async () => {
    await start();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const closed = once(socket, 'end');
    socket.resume();
    socket.write('GET /mine HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    await once(socket, 'data');
    await server?.close();
    await closed;
    socket.destroy();
  });

  it('sends an answer whole that a slow client has not yet read', async () => {
    const body = 'x'.repeat(20_000_000);
    const large: HttpFace = {
      handle(_, response) {
        response.end(body);
        return true;
      },
    };
    const listener = await listen(ADDRESS);
    server = createHttpServer([large], listener, OPTIONS);
    ({ port } = listener);
    const response = await get('/');
    server.refuseNewWork();
    const closed = server.close();
    expect((await response.text()).length).toBe(body.length);
    await closed;
  });
});
