import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbound, type Outbound } from '../../src/adapters/outbound.ts';
import { networkFailure } from '../../src/adapters/providers/network-failure.ts';
import { openTunnel } from '../../src/adapters/proxy-tunnel.ts';
import { noProxy } from '../../src/domain/no-proxy.ts';
import { type ProxyServer, parseProxy } from '../../src/domain/proxy.ts';
import { type ProxyAnswer, type ProxyOptions, startProxy, type TestProxy } from '../support/proxy.ts';
import { freePort } from '../support/running-server.ts';
import { TEST_TLS, trustTestCertificate } from '../support/tls.ts';
import { jsonAnswer, NEVER, startUpstream, type Upstream } from '../support/upstream.ts';

const PASSWORD = 'p@ss:w#rd/é';
const KINDS = ['http', 'https', 'socks5'] as const;

const closing: (() => Promise<void>)[] = [];
beforeAll(trustTestCertificate);
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const proxyOf = (url: string, setting = 'HTTPS_PROXY'): ProxyServer => {
  const proxy = parseProxy(url, setting);
  if (typeof proxy === 'string') throw new Error(proxy);
  return proxy;
};

const outboundWith = (proxy: ProxyServer, except = noProxy([])): Outbound => {
  const outbound = createOutbound({ http: proxy, https: proxy, except });
  closing.push(outbound.destroy);
  return outbound;
};

const proxyWith = async (options: ProxyOptions): Promise<TestProxy> => {
  const proxy = await startProxy(options);
  closing.push(proxy.close);
  return proxy;
};

const ask = async (outbound: Outbound, origin: string) => {
  const response = await outbound.dispatcher.request({
    origin,
    path: '/v1/x?y=1',
    method: 'POST',
    headers: { authorization: 'Bearer key' },
    body: 'hello',
  });
  return { status: response.statusCode, body: await response.body.text() };
};

/** Why there was no answer, as callers of a provider read it. */
/** As admins are told of it: what all others are told names no address. */
const failureOf = async (outbound: Outbound, origin: string) => {
  try {
    await ask(outbound, origin);
  } catch (error) {
    const { adminMessage, ...failure } = networkFailure('api.example.test:443', error);
    expect(failure.message).not.toMatch(/127\.0\.0\.1|example\.test/);
    return { ...failure, message: adminMessage ?? failure.message };
  }
  throw new Error('it was answered');
};

let secure: Upstream;
let plain: Upstream;
beforeEach(async () => {
  secure = await startUpstream(TEST_TLS);
  plain = await startUpstream();
  for (const upstream of [secure, plain]) {
    upstream.respond(({ body }) => jsonAnswer({ heard: body }));
    closing.push(upstream.close);
  }
});
const known = (proxy: TestProxy): TestProxy => {
  proxy.know('api.example.test:443', Number(new URL(secure.url).port));
  proxy.know('api.example.test:80', Number(new URL(plain.url).port));
  return proxy;
};

describe.each(KINDS)('through a proxy over %s', (kind) => {
  it.each([
    ['without credentials', undefined],
    ['with credentials', { user: 'jo hn', password: PASSWORD }],
  ])('requests reach servers whose names are not known here, %s', async (_, credentials) => {
    const proxy = known(await proxyWith({ kind, ...(credentials && { credentials }) }));
    const outbound = outboundWith(proxyOf(credentials ? proxy.urlWithCredentials : proxy.url));
    const answer = { status: 200, body: JSON.stringify({ heard: 'hello' }) };
    for (let n = 0; n < 5; n += 1) expect(await ask(outbound, 'https://api.example.test')).toEqual(answer);
    expect(await ask(outbound, 'http://api.example.test')).toEqual(answer);
    expect(new Set(proxy.tunnels)).toEqual(
      new Set(['api.example.test:443', ...(kind === 'socks5' ? ['api.example.test:80'] : [])]),
    );
    // Tunnels are used again.
    expect(proxy.tunnels.length).toBeLessThan(5);
    expect(proxy.forwarded).toEqual(kind === 'socks5' ? [] : ['http://api.example.test/v1/x?y=1']);
    for (const { requests } of [secure, plain]) {
      expect(requests[0]?.headers).toMatchObject({ host: 'api.example.test', authorization: 'Bearer key' });
      expect(requests[0]?.headers).not.toHaveProperty('proxy-authorization');
      expect(requests[0]?.path).toBe('/v1/x?y=1');
    }
  });

  it('what it refuses for its credentials is no failure of the provider, and shows none of them', async () => {
    const proxy = known(await proxyWith({ kind, credentials: { user: 'john', password: PASSWORD } }));
    const without = outboundWith(proxyOf(proxy.url));
    const wrong = outboundWith(proxyOf(proxy.urlWithCredentials.replace('john', 'jane'), 'proxy'));
    for (const origin of ['https://api.example.test', 'http://api.example.test']) {
      const refused = await failureOf(without, origin);
      expect(refused).toMatchObject({ code: 'PROXY_REFUSED', retry: 'ELSEWHERE' });
      expect(refused.message).toContain(`The proxy 127.0.0.1:${proxy.port} (HTTPS_PROXY) refused to connect`);
      expect(refused.message).toContain(`write HTTPS_PROXY as ${kind}://user:password@host:port`);
      const mistaken = await failureOf(wrong, origin);
      expect(mistaken.code).toBe('PROXY_REFUSED');
      expect(mistaken.message).toContain('it does not take the user and the password in proxy');
      expect(mistaken.message).not.toMatch(/jane|p@ss|p%40ss/);
    }
    expect(secure.requests).toEqual([]);
    expect(plain.requests).toEqual([]);
  });

  it('what it cannot reach is its failure, and may be tried again', async () => {
    const proxy = await proxyWith({ kind });
    const failure = await failureOf(outboundWith(proxyOf(proxy.url)), 'https://api.example.test');
    expect(failure).toMatchObject({ code: 'PROXY_ERROR', retry: 'HERE' });
    expect(failure.message).toContain('could not connect to api.example.test:443');
  });

  it('one that closes the connection is at fault', async () => {
    const proxy = known(await proxyWith({ kind }));
    proxy.answerWith('CLOSE');
    for (const origin of ['https://api.example.test', 'http://api.example.test'])
      expect(await failureOf(outboundWith(proxyOf(proxy.url)), origin)).toMatchObject({
        code: 'PROXY_ERROR',
      });
  });

  it('one that does not answer is at fault, and is not waited for for ever', async () => {
    const proxy = known(await proxyWith({ kind }));
    proxy.answerWith('HANG');
    const target = { host: 'api.example.test', port: 443 };
    await expect(openTunnel(proxyOf(proxy.url), target, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'PROXY_ERROR',
      message: expect.stringContaining('within 300 ms'),
    });
    await expect.poll(proxy.open).toBe(0);
  });

  it('a request that is given up closes its connection through it', async () => {
    const proxy = known(await proxyWith({ kind }));
    for (const upstream of [secure, plain]) upstream.respond(() => ({ body: ['begun', NEVER] }));
    const outbound = outboundWith(proxyOf(proxy.url));
    for (const [origin, upstream] of [
      ['https://api.example.test', secure],
      ['http://api.example.test', plain],
    ] as const) {
      const stop = new AbortController();
      const { body } = await outbound.dispatcher.request({
        origin,
        path: '/',
        method: 'GET',
        signal: stop.signal,
      });
      body.on('error', () => {});
      stop.abort();
      await upstream.closedByClient(0);
    }
  });

  it('one that is not there is at fault', async () => {
    const outbound = outboundWith(proxyOf(`${kind}://127.0.0.1:${await freePort()}`));
    for (const origin of ['https://api.example.test', 'http://api.example.test']) {
      const failure = await failureOf(outbound, origin);
      expect(failure).toMatchObject({ code: 'PROXY_ERROR', retry: 'HERE' });
      expect(failure.message).toContain('the connection was refused (ECONNREFUSED); check HTTPS_PROXY');
    }
  });

  it('what is on this machine, and what is excepted, is called straight', async () => {
    const proxy = known(await proxyWith({ kind }));
    const outbound = outboundWith(proxyOf(proxy.url));
    expect((await ask(outbound, plain.url)).status).toBe(200);
    expect((await ask(outbound, plain.url.replace('127.0.0.1', 'localhost'))).status).toBe(200);
    expect(proxy.connections()).toBe(0);
  });
});

describe('a proxy over HTTP', () => {
  it.each<[string, ProxyAnswer, string, string]>([
    ['forbids', { status: 403 }, 'PROXY_REFUSED', '(403): its rules forbid it'],
    [
      'forbids, and says why',
      { status: 403, headers: { 'x-squid-error': 'ERR_ACCESS_DENIED 0' } },
      'PROXY_REFUSED',
      '(403, ERR_ACCESS_DENIED)',
    ],
    ['answers 401 to wrong credentials', { status: 401 }, 'PROXY_REFUSED', 'it wants a user and a password'],
    ['does not know CONNECT', { status: 405 }, 'PROXY_REFUSED', '(405)'],
    ['is full', { status: 503 }, 'PROXY_ERROR', '(503)'],
    [
      'cannot resolve the name',
      { status: 502, headers: { 'proxy-status': 'squid; error=dns_error' } },
      'PROXY_ERROR',
      '(502, dns_error)',
    ],
    ['waited too long', { status: 504 }, 'PROXY_ERROR', '(504)'],
    ['asks for patience', { status: 429 }, 'PROXY_ERROR', '(429)'],
    [
      'wants another way of signing in',
      { status: 407, headers: { 'proxy-authenticate': 'Negotiate' } },
      'PROXY_REFUSED',
      'Px or Cntlm',
    ],
  ])('that %s is told apart', async (_, answer, code, words) => {
    const proxy = known(await proxyWith({}));
    proxy.answerWith(answer);
    const failure = await failureOf(outboundWith(proxyOf(proxy.url)), 'https://api.example.test');
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
  });

  it("passes on a provider's own refusals as they are", async () => {
    const proxy = known(await proxyWith({}));
    plain.respond(() => ({ status: 403, body: 'no' }));
    secure.respond(() => ({ status: 502, body: 'no' }));
    const outbound = outboundWith(proxyOf(proxy.url));
    expect(await ask(outbound, 'http://api.example.test')).toEqual({ status: 403, body: 'no' });
    expect(await ask(outbound, 'https://api.example.test')).toEqual({ status: 502, body: 'no' });
  });

  it.each([
    ['tinyproxy/1.11.1', 401, 'PROXY_REFUSED'],
    ['tinyproxy/1.11.1', 500, 'PROXY_ERROR'],
    ['squid/5.7', 403, 'PROXY_REFUSED'],
  ])(
    '%s that answers %i to a request without TLS is told apart by its name',
    async (server, status, code) => {
      const proxy = known(await proxyWith({}));
      proxy.answerWith({ status, headers: { server } });
      expect(await failureOf(outboundWith(proxyOf(proxy.url)), 'http://api.example.test')).toMatchObject({
        code,
      });
    },
  );

  it('that answers in place of a server without TLS is told apart if it says so', async () => {
    const proxy = await proxyWith({});
    const failure = await failureOf(outboundWith(proxyOf(proxy.url)), 'http://other.example.test');
    expect(failure).toMatchObject({ code: 'PROXY_ERROR' });
    expect(failure.message).toContain('(503, ERR_DNS_FAIL)');
  });

  it.each([
    ['http://10.1.2.3:8000', true],
    ['https://llm.corp', true],
    ['http://gpu:8000', true],
    ['http://[fd00::5]:8000', true],
    ['https://api.example.test', false],
  ])('that cannot reach %s gets a hint of NO_PROXY: %s', async (origin, isHinted) => {
    const proxy = await proxyWith({});
    const failure = await failureOf(outboundWith(proxyOf(proxy.url)), origin);
    expect(failure.message.includes('put it into NO_PROXY')).toBe(isHinted);
  });

  it('that inspects TLS is thought of where the issuer of a certificate is not known', () => {
    for (const code of ['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY']) {
      const failure = networkFailure('api.example.test:443', Object.assign(new Error('no'), { code }));
      expect(failure).toMatchObject({ code: 'SERVER_ERROR' });
      expect(failure.message).toContain('NODE_EXTRA_CA_CERTS');
    }
  });

  it('written as one of another kind gets a hint', async () => {
    const socks = await proxyWith({ kind: 'socks5' });
    const http = await proxyWith({ kind: 'http' });
    const asSocks = await failureOf(
      outboundWith(proxyOf(http.url.replace('http', 'socks5'))),
      'https://api.example.test',
    );
    expect(asSocks).toMatchObject({ code: 'PROXY_ERROR' });
    expect(asSocks.message).toContain('write http://');
    const asTls = await failureOf(
      outboundWith(proxyOf(http.url.replace('http', 'https'))),
      'https://api.example.test',
    );
    expect(asTls.message).toContain('write http://');
    const asHttp = await failureOf(
      outboundWith(proxyOf(socks.url.replace('socks5', 'http'))),
      'https://api.example.test',
    );
    expect(asHttp).toMatchObject({ code: 'PROXY_ERROR' });
    expect(asHttp.message).toMatch(/socks5:\/\/|closed/);
  });

  it.each([
    ['http://api.example.test', 'SSH-2.0-OpenSSH_9.9\r\n', 'write socks5://'],
    ['https://api.example.test', 'SSH-2.0-OpenSSH_9.9\r\n', 'write socks5://'],
    [
      'https://api.example.test',
      `HTTP/1.1 407 No\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
      'headers of its answer are too large',
    ],
  ])('that answers something else for %s is at fault', async (url, answer, told) => {
    const other = createServer((socket) => {
      socket.on('error', () => {}).resume();
      socket.write(answer);
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    closing.push(async () => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const failure = await failureOf(outboundWith(proxyOf(`http://127.0.0.1:${port}`)), url);
    expect(failure).toMatchObject({ code: 'PROXY_ERROR' });
    expect(failure.message).toContain(told);
  });
});

describe('a proxy over SOCKS5', () => {
  it.each([
    [2, 'PROXY_REFUSED', '(NotAllowed): its rules forbid it'],
    [5, 'PROXY_ERROR', '(ConnectionRefused)'],
    [4, 'PROXY_ERROR', '(HostUnreachable)'],
    [1, 'PROXY_ERROR', '(Failure)'],
  ])('that answers %i is told apart', async (reply, code, words) => {
    const proxy = known(await proxyWith({ kind: 'socks5' }));
    proxy.answerWith({ reply });
    const failure = await failureOf(outboundWith(proxyOf(proxy.url)), 'https://api.example.test');
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
  });
});

describe('without a proxy', () => {
  it('there is one dispatcher for all', () => {
    const outbound = createOutbound({ except: noProxy([]) });
    closing.push(outbound.destroy);
    expect(outbound.dispatcherFor(undefined)).toBe(outbound.dispatcher);
    expect(outbound.dispatcherFor('NONE')).toBe(outbound.dispatcher);
  });
});
