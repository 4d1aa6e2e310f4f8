// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the config file's own notation
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../src/config.ts';
import { ConfigError } from '../src/config-file.ts';
import { type ProxyServer, proxyAddress } from '../src/domain/proxy.ts';
import { proxyFor } from '../src/domain/proxy-rules.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

type Environment = { readonly [name: string]: string };

const load = (environment: Environment, yaml?: string): Config => {
  if (yaml !== undefined) writeFileSync(join(folder.path, 'modelgraph.yaml'), yaml);
  return loadConfig(folder.path, environment);
};

const problemOf = (environment: Environment, yaml?: string): string => {
  try {
    load(environment, yaml);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${folder.path}/`, '');
  }
  throw new Error('It was accepted.');
};

const shown = (proxy: ProxyServer | undefined): string | undefined =>
  proxy && `${proxy.protocol}://${proxyAddress(proxy)} ${proxy.setting}`;

/** The proxy for an address. */
const through = (environment: Environment, url: string, yaml?: string): string | undefined =>
  shown(proxyFor(load(environment, yaml).proxy, new URL(url)));

describe('the environment', () => {
  it.each<[Environment, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://p:1 HTTPS_PROXY', undefined],
    [{ HTTP_PROXY: 'http://p:1' }, undefined, 'http://p:1 HTTP_PROXY'],
    [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'http://a:1 https_proxy', undefined],
    [{ ALL_PROXY: 'socks5://p:1' }, 'socks5://p:1 ALL_PROXY', 'socks5://p:1 ALL_PROXY'],
    [{ all_proxy: 'socks5h://p', http_proxy: 'h:1' }, 'socks5://p:1080 all_proxy', 'http://h:1 http_proxy'],
    [{ ALL_PROXY: 'http://p:1', HTTPS_PROXY: 'none' }, undefined, 'http://p:1 ALL_PROXY'],
    [{ HTTPS_PROXY: '', ALL_PROXY: '' }, undefined, undefined],
  ])('%j', (environment, https, http) => {
    expect(through(environment, 'https://api.openai.com/v1')).toBe(https);
    expect(through(environment, 'http://api.openai.com/v1')).toBe(http);
  });

  it('is read from .env as well', () => {
    writeFileSync(join(folder.path, '.env'), 'HTTPS_PROXY=http://p:1\nNO_PROXY=.corp\n');
    expect(through({}, 'https://api.openai.com/')).toBe('http://p:1 HTTPS_PROXY');
    expect(through({}, 'https://llm.corp/')).toBeUndefined();
  });

  it.each([
    ['proxy:3128', 'http://proxy:3128'],
    ['proxy.corp:3128/', 'http://proxy.corp:3128'],
    ['10.0.0.1:80', 'http://10.0.0.1:80'],
    ['HTTP://Proxy.Corp:3128', 'http://proxy.corp:3128'],
    ['http://proxy', 'http://proxy:80'],
    ['https://proxy', 'https://proxy:443'],
    ['https://proxy:80', 'https://proxy:80'],
    ['socks5://proxy:80', 'socks5://proxy:80'],
    ['socks://proxy', 'socks5://proxy:1080'],
    ['http://[::1]:3128', 'http://[::1]:3128'],
    ['jo:pw@proxy:3128', 'http://proxy:3128'],
  ])('a proxy may be written as %s', (written, read) => {
    expect(through({ HTTPS_PROXY: written }, 'https://api.openai.com/')).toBe(`${read} HTTPS_PROXY`);
  });

  it.each(['none', 'off', 'No', 'FALSE', 'direct'])('%s turns it off', (written) => {
    const { proxy } = load({ HTTPS_PROXY: written, ALL_PROXY: 'http://p:1' });
    expect(proxy.https).toBeUndefined();
    expect(
      through({ HTTPS_PROXY: 'http://p:1' }, 'https://api.openai.com/', `proxy: ${written}`),
    ).toBeUndefined();
  });

  it('credentials are decoded, and do not print', () => {
    const { proxy } = load({ HTTPS_PROXY: 'http://jo%40corp:p%23w%3A1@proxy:3128' });
    const { credentials } = proxy.https ?? {};
    expect([credentials?.user.reveal(), credentials?.password.reveal()]).toEqual(['jo@corp', 'p#w:1']);
    expect(JSON.stringify(proxy)).not.toMatch(/corp|p#w/);
  });

  it.each([
    'ftp://proxy:3128',
    'socks4://proxy:1080',
    'http://user:hunter2@',
    'http://user:hun#ter2@proxy:3128',
    'http://user:hun/ter2@proxy:3128',
    'http://user:hun?ter2@proxy:3128',
    'http://user:hunter2%zz@proxy:3128',
    'http://:hunter2@proxy:3128',
    'http://proxy:99999',
    'http://proxy:0',
    'http://proxy:3128/hunter2',
    'http://',
    '://hunter2',
    'hunter2 proxy:3128',
    'undefined',
    'null',
    'True',
    'auto',
  ])('%s is refused, naming the variable and quoting nothing', (written) => {
    for (const name of ['HTTPS_PROXY', 'http_proxy', 'ALL_PROXY']) {
      const problem = problemOf({ [name]: written });
      expect(problem).toMatch(new RegExp(`^${name}: takes `));
      expect(problem).not.toMatch(/hun|ter2|3128/);
    }
  });

  it('a character of a password that ends the host too early is explained', () => {
    expect(problemOf({ HTTPS_PROXY: 'http://user:a#b@proxy:3128' })).toContain('percent-encode');
  });
});

describe('NO_PROXY', () => {
  it.each<[string, string, boolean]>([
    ['*', 'https://api.openai.com/', true],
    ['llm.corp', 'https://llm.corp/', true],
    ['corp', 'https://llm.corp/', true],
    ['.corp', 'https://llm.corp/', true],
    ['.corp', 'https://corp/', true],
    ['*.corp', 'https://llm.corp/', true],
    ['*.corp', 'https://corp/', false],
    ['CORP', 'https://LLM.corp./', true],
    ['corp', 'https://notcorp/', false],
    ['corp', 'https://corp.example.com/', false],
    ['llm.corp:8443', 'https://llm.corp:8443/', true],
    ['llm.corp:8443', 'https://llm.corp/', false],
    ['llm.corp:443', 'https://llm.corp/', true],
    ['10.0.0.0/8', 'http://10.200.3.4:8000/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/8', 'http://[::ffff:10.1.1.1]/', true],
    ['192.168.1.7', 'http://192.168.1.7/', true],
    ['192.168.1.7:8000', 'http://192.168.1.7/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['[fd12::1]:8000', 'http://[fd12::1]:8000/', true],
    ['fd12::1', 'http://[fd12:0:0::1]/', true],
    ['http://llm.corp/', 'https://llm.corp/', true],
    ['a, b  c;llm.corp', 'https://llm.corp/', true],
    ['*corp', 'https://mycorp/', true],
    ['*corp', 'https://corp/', false],
    ['10.*', 'http://10.1.2.3:8000/', true],
    ['10.*', 'http://110.1.2.3/', false],
    ['192.168.*:8000', 'http://192.168.1.7:8000/', true],
    ['192.168.*:8000', 'http://192.168.1.7/', false],
    ['a.*.corp', 'https://a.b.c.corp/', true],
    ['a.*.corp', 'https://b.b.corp/', false],
    ['*.*', 'https://llm.corp/', false],
    ['[fd00::]/8', 'http://[fd12::1]/', true],
    ['münchen.example', 'https://llm.münchen.example/', true],
    ['*.münchen.example', 'https://llm.xn--mnchen-3ya.example/', true],
    ['例え.example', 'https://例え.example/', true],
    ['10.0.0.0/99, ???, [', 'https://llm.corp/', false],
    ['', 'https://llm.corp/', false],
  ])('%s: %s is called straight: %s', (list, url, isStraight) => {
    const proxy = through({ ALL_PROXY: 'http://p:1', NO_PROXY: list }, url);
    expect(proxy === undefined).toBe(isStraight);
  });

  it.each([
    'http://localhost:11434/',
    'http://127.0.0.5/',
    'http://[::1]:1/',
    'http://169.254.169.254/',
    'http://x.localhost/',
  ])('is not needed for %s', (url) => expect(through({ ALL_PROXY: 'http://p:1' }, url)).toBeUndefined());
});

describe('the config file', () => {
  const environment = { HTTPS_PROXY: 'http://env:1', NO_PROXY: '.corp' };

  it('wins over the environment, but for what is excepted', () => {
    const yaml = 'proxy: socks5://own:1\nnoProxy: [gpu.example.com, 10.0.0.0/8]';
    expect(through(environment, 'https://api.openai.com/', yaml)).toBe('socks5://own:1 proxy');
    expect(through(environment, 'http://api.openai.com/', yaml)).toBe('socks5://own:1 proxy');
    for (const url of ['https://llm.corp/', 'https://gpu.example.com/', 'https://10.0.0.1/'])
      expect(through(environment, url, yaml)).toBeUndefined();
  });

  it.each(['none', 'NONE', 'false'])('%s turns the one of the environment off', (value) => {
    expect(through(environment, 'https://api.openai.com/', `proxy: ${value}`)).toBeUndefined();
  });

  it('sets one for a provider, with what a variable holds', () => {
    const yaml = [
      'providers:',
      '  - { id: openai, proxy: "http://u:${PROXY_PASSWORD}@relay:3128" }',
      '  - { id: groq, proxy: none }',
      '  - { id: mistral, proxy: false }',
      '  - { id: xai }',
    ].join('\n');
    const { providers } = load({ PROXY_PASSWORD: 'pw' }, yaml);
    expect(providers.map(({ proxy }) => (typeof proxy === 'object' ? shown(proxy) : proxy))).toEqual([
      'http://relay:3128 providers[0].proxy',
      'NONE',
      'NONE',
      undefined,
    ]);
    expect(problemOf({}, yaml)).toBe('modelgraph.yaml:2: providers[0].proxy: ${PROXY_PASSWORD} is not set.');
  });

  it.each([
    [
      'proxy: ftp://u:hunter2@p:1',
      /^modelgraph\.yaml:1: proxy: takes http:.*ftp:\/\/ is not supported, or none\.$/,
    ],
    ['proxy: true', /^modelgraph\.yaml:1: proxy: takes http:.*, or none\.$/],
    ['proxy: 3128', /^modelgraph\.yaml:1: proxy: takes http:.*, or none\.$/],
    [
      'providers:\n  - id: openai\n    proxy: http://u:hun#ter2@p:1',
      /^modelgraph\.yaml:3: providers\[0\]\.proxy: takes http:.*percent-encode.*, or none\.$/,
    ],
    ['noProxy: [".corp", "a/b"]', /^modelgraph\.yaml:1: noProxy\[1\]: takes a host/],
    ['noProxy: .corp', /^modelgraph\.yaml:1: noProxy: takes a list/],
  ])('%s is refused, with its line and without what it says', (yaml, words) => {
    const problem = problemOf({}, yaml);
    expect(problem).toMatch(words);
    expect(problem).not.toMatch(/hun|ter2/);
  });
});
