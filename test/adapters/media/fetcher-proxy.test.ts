import { createServer } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMediaFetcher, type MediaFetcherOptions } from '../../../src/adapters/media/fetcher.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { noProxy } from '../../../src/domain/no-proxy.ts';
import { type ProxyServer, parseProxy } from '../../../src/domain/proxy.ts';
import { proxyFor } from '../../../src/domain/proxy-rules.ts';
import { type ProxyOptions, startProxy, type TestProxy } from '../../support/proxy.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { TEST_TLS, trustTestCertificate } from '../../support/tls.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const NOBODY = 'could not be fetched: no public server answers at this address.';
const PUBLIC = '93.184.216.34';
const PUBLIC_V6 = '2606:2800:220:1:248:1893:25c8:1946';

const closing: (() => Promise<void>)[] = [];
beforeAll(trustTestCertificate);
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const address = (text: string) => ({ address: text, family: text.includes(':') ? 6 : 4 });

/** A fetcher behind a proxy, to which a server at a public address is known. */
const behind = async (
  options: ProxyOptions & { readonly except?: readonly string[] } = {},
  media: MediaFetcherOptions = {},
) => {
  const proxy: TestProxy = await startProxy(options);
  const plain: Upstream = await startUpstream();
  const secure: Upstream = await startUpstream(TEST_TLS);
  closing.push(proxy.close, plain.close, secure.close);
  const png = { headers: { 'content-type': 'image/png' }, body: PNG };
  for (const upstream of [plain, secure]) upstream.respond(() => png);
  proxy.know(`${PUBLIC}:80`, Number(new URL(plain.url).port));
  proxy.know(`${PUBLIC}:443`, Number(new URL(secure.url).port));
  proxy.know(`[${PUBLIC_V6}]:443`, Number(new URL(secure.url).port));
  const server = parseProxy(options.credentials ? proxy.urlWithCredentials : proxy.url, 'HTTPS_PROXY');
  if (typeof server === 'string') throw new Error(server);
  const rules = { http: server, https: server, except: noProxy(options.except ?? []) };
  const lookups: string[] = [];
  const fetcher = createMediaFetcher({
    proxyOf: (url): ProxyServer | undefined => proxyFor(rules, url),
    ...media,
    resolve: async (name) => {
      lookups.push(name);
      return (await media.resolve?.(name)) ?? [address(PUBLIC)];
    },
  });
  const fetch = (url: string) =>
    fetcher.fetch(url, { maxBytes: 1_000, timeoutMs: 10_000 }, new AbortController().signal);
  return { proxy, plain, secure, lookups, fetch };
};

const KINDS = ['http', 'https', 'socks5'] as const;

describe.each(KINDS)('behind a proxy over %s', (kind) => {
  it('the proxy is asked for the address that was checked, never for the name', async () => {
    const { proxy, plain, secure, lookups, fetch } = await behind({ kind });
    expect(await fetch('https://media.example.test/cat.png')).toMatchObject({
      kind: 'FETCHED',
      media: { mediaType: 'image/png', name: 'cat.png' },
    });
    expect(await fetch('http://media.example.test/cat.png')).toMatchObject({ kind: 'FETCHED' });
    expect(proxy.tunnels).toEqual([`${PUBLIC}:443`, `${PUBLIC}:80`]);
    expect(proxy.forwarded).toEqual([]);
    expect(lookups).toEqual(['media.example.test', 'media.example.test']);
    // The server is still asked under its name, which its certificate is for, too.
    for (const { requests } of [plain, secure])
      expect(requests[0]?.headers).toMatchObject({ host: 'media.example.test' });
  });

  it.each([
    ['this machine', ['127.0.0.1']],
    ["a cloud's metadata server", ['169.254.169.254']],
    ['a private network', ['10.1.2.3']],
    ['this machine, mapped into IPv6', ['::ffff:127.0.0.1']],
    ['the metadata server, mapped into IPv6', ['::ffff:a9fe:a9fe']],
    ['this machine, by NAT64', ['64:ff9b::7f00:1']],
    ['a private network of IPv6', ['fd00::1']],
    ['a public address and this machine', [PUBLIC, '127.0.0.1']],
    ['nothing', []],
  ])('it is not asked for a name that means %s', async (_, addresses) => {
    const { proxy, fetch } = await behind({ kind }, { resolve: async () => addresses.map(address) });
    for (const scheme of ['http', 'https'])
      expect(await fetch(`${scheme}://evil.example.test/`)).toEqual({ kind: 'REFUSED', problem: NOBODY });
    expect(proxy.connections()).toBe(0);
  });
});

describe('behind a proxy', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'https://[::ffff:169.254.169.254]/',
    'http://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'http://[64:ff9b::a9fe:a9fe]/',
  ])('it is not asked for %s', async (url) => {
    const { proxy, fetch } = await behind();
    expect(await fetch(url)).toEqual({ kind: 'REFUSED', problem: NOBODY });
    expect(proxy.connections()).toBe(0);
  });

  it('it is not asked for a name that cannot be resolved here, which it could resolve', async () => {
    const { proxy, fetch } = await behind(
      {},
      {
        resolve: async () => {
          throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
        },
      },
    );
    proxy.know('inside.example.test:80', 1);
    expect(await fetch('http://inside.example.test/')).toEqual({ kind: 'REFUSED', problem: NOBODY });
    expect(proxy.connections()).toBe(0);
  });

  it.each([
    'http://127.0.0.1/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/',
    'http://inside.example.test/',
    '//inside.example.test/',
  ])('a redirect to %s is not followed', async (location) => {
    const { proxy, plain, fetch } = await behind(
      {},
      { resolve: async (name) => [address(name.startsWith('inside') ? '10.0.0.7' : PUBLIC)] },
    );
    plain.respond(() => ({ status: 302, headers: { location } }));
    expect(await fetch('http://media.example.test/')).toEqual({ kind: 'REFUSED', problem: NOBODY });
    expect(proxy.tunnels).toEqual([`${PUBLIC}:80`]);
  });

  it('a name that means another address a moment later is connected to where it was checked', async () => {
    let asked = 0;
    const { proxy, lookups, fetch } = await behind(
      {},
      { resolve: async () => [address(asked++ === 0 ? PUBLIC : '127.0.0.1')] },
    );
    expect(await fetch('https://rebinding.example.test/')).toMatchObject({ kind: 'FETCHED' });
    expect(lookups).toHaveLength(1);
    expect(proxy.tunnels).toEqual([`${PUBLIC}:443`]);
    expect(await fetch('https://rebinding.example.test/')).toEqual({ kind: 'REFUSED', problem: NOBODY });
    expect(proxy.tunnels).toHaveLength(1);
  });

  it('names with addresses of both kinds are asked for by IPv4, others by IPv6', async () => {
    const both = await behind({}, { resolve: async () => [address(PUBLIC_V6), address(PUBLIC)] });
    expect(await both.fetch('https://media.example.test/')).toMatchObject({ kind: 'FETCHED' });
    expect(both.proxy.tunnels).toEqual([`${PUBLIC}:443`]);
    const one = await behind({}, { resolve: async () => [address(PUBLIC_V6)] });
    expect(await one.fetch('https://media.example.test/')).toMatchObject({ kind: 'FETCHED' });
    expect(one.proxy.tunnels).toEqual([`[${PUBLIC_V6}]:443`]);
  });

  it('a host that is excepted is connected to straight, where the same rules hold', async () => {
    let hits = 0;
    const inside = createServer((_request, response) => {
      hits += 1;
      response.end('secret');
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => inside.close(() => resolve())));
    const listening = inside.address();
    const port = typeof listening === 'object' && listening !== null ? listening.port : 0;
    const { proxy, fetch } = await behind(
      { except: ['.corp'] },
      { resolve: async () => [address('127.0.0.1')], isAllowedPort: () => true },
    );
    expect(await fetch(`http://files.corp:${port}/`)).toEqual({ kind: 'REFUSED', problem: NOBODY });
    expect(proxy.connections()).toBe(0);
    expect(hits).toBe(0);
  });

  it('what a provider left at an address is fetched through its proxy, by the same rules', async () => {
    const other = await startProxy();
    closing.push(other.close);
    const server = parseProxy(other.url, 'providers[0].proxy');
    if (typeof server === 'string') throw new Error(server);
    const { proxy, plain, fetch } = await behind({}, { resolve: async () => [address(PUBLIC)] });
    other.know(`${PUBLIC}:80`, Number(new URL(plain.url).port));
    const relay = asProviderId('relay');
    const fetcher = createMediaFetcher({
      proxyOf: (_url, from) => (from === relay ? server : undefined),
      resolve: async (name) => [address(name.startsWith('inside') ? '169.254.169.254' : PUBLIC)],
    });
    const limits = { maxBytes: 1_000, timeoutMs: 10_000, from: relay };
    const { signal } = new AbortController();
    expect(await fetcher.fetch('http://media.example.test/a.png', limits, signal)).toMatchObject({
      kind: 'FETCHED',
    });
    expect(await fetcher.fetch('http://inside.example.test/', limits, signal)).toEqual({
      kind: 'REFUSED',
      problem: NOBODY,
    });
    expect(other.tunnels).toEqual([`${PUBLIC}:80`]);
    expect(await fetch('http://media.example.test/a.png')).toMatchObject({ kind: 'FETCHED' });
    expect(proxy.tunnels).toEqual([`${PUBLIC}:80`]);
    expect(other.tunnels).toHaveLength(1);
  });

  it('what it refuses is told to the operator, and callers learn nothing of it', async () => {
    const log = recordedLog();
    const { proxy, fetch } = await behind({ credentials: { user: 'john', password: 'top-secret' } }, { log });
    proxy.answerWith({ status: 403 });
    const answer = await fetch('https://media.example.test/');
    expect(answer).toMatchObject({ kind: 'REFUSED' });
    expect(JSON.stringify(answer)).toContain('the proxy on the way refused it or failed');
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|HTTPS_PROXY|john|top-secret/);
    const logged = JSON.stringify(log.lines);
    expect(logged).toContain(`127.0.0.1:${proxy.port} (HTTPS_PROXY)`);
    expect(logged).not.toMatch(/john|top-secret/);
  });
});
