import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAiText, openAiTextStream } from '../fixtures/upstream/openai.ts';
import { type Modelgraph, runCommand, runModelgraph, startModelgraph } from '../support/modelgraph.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { TEST_CERTIFICATE_FILE, TEST_TLS } from '../support/tls.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

const KEY = 'sk-of-the-provider-0123456789';
const USER = 'john.doe';
const PASSWORD = 'p@ss#w0rd/of-the-proxy';

const COMPLETE = /* GraphQL */ `
  mutation ($model: String!, $stream: Boolean!) {
    complete(input: { model: $model, messages: [{ user: { text: "Hi" } }], streamUpstream: $stream }) {
      __typename
      ... on Error { message }
      ... on UpstreamError { code httpStatus attempts { error { code message } } }
      ... on Completion { text }
    }
  }
`;

let secure: Upstream;
let plain: Upstream;
let http: TestProxy;
let socks: TestProxy;
let strict: TestProxy;
beforeAll(async () => {
  [secure, plain] = await Promise.all([startUpstream(TEST_TLS), startUpstream()]);
  for (const upstream of [secure, plain])
    upstream.respond(({ path, body }) => {
      if (path.endsWith('/models')) return jsonAnswer({ data: [{ id: 'gpt-4o-mini' }] });
      const isStream = typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;
      return isStream ? openAiTextStream(['It', ' flows']) : openAiText(['It', ' works']);
    });
  http = await startProxy({ credentials: { user: USER, password: PASSWORD } });
  socks = await startProxy({ kind: 'socks5', credentials: { user: USER, password: PASSWORD } });
  strict = await startProxy({ credentials: { user: 'somebody', password: 'else' } });
  for (const proxy of [http, socks, strict])
    for (const name of ['api', 'prices', 'otel', 'relay']) {
      proxy.know(`${name}.example.test:443`, Number(new URL(secure.url).port));
      proxy.know(`${name}.example.test:80`, Number(new URL(plain.url).port));
    }
});
afterAll(async () => {
  await Promise.all([secure, plain, http, socks, strict].map((each) => each?.close()));
});

const config = (): string => `
providers:
  - { id: by-env, dialect: openai, baseUrl: "https://api.example.test/v1", apiKey: ${KEY}, models: [{ id: m }] }
  - { id: unsafe, dialect: openai, baseUrl: "http://relay.example.test/v1", apiKey: ${KEY}, models: [{ id: m }] }
  - { id: by-socks, dialect: openai, baseUrl: "https://api.example.test/v1", apiKey: ${KEY}, models: [{ id: m }], proxy: "${socks.urlWithCredentials}" }
  - { id: refused, dialect: openai, baseUrl: "https://api.example.test/v1", apiKey: ${KEY}, models: [{ id: m }], proxy: "http://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${strict.port}" }
  - { id: straight, dialect: openai, baseUrl: "https://straight.example.test/v1", apiKey: ${KEY}, models: [{ id: m }], proxy: none }
  - { id: here, dialect: openai, baseUrl: "${plain.url}/v1", apiKey: ${KEY}, models: [{ id: m }] }
  - { id: no-proxy, dialect: openai, baseUrl: "http://127.0.0.1.nip.example.test/v1", apiKey: ${KEY}, models: [{ id: m }] }
`;
const environment = (): { readonly [name: string]: string } => ({
  HTTPS_PROXY: http.urlWithCredentials,
  http_proxy: http.urlWithCredentials,
  NO_PROXY: '.nip.example.test',
  NODE_EXTRA_CA_CERTS: TEST_CERTIFICATE_FILE,
  MODELGRAPH_LOG_LEVEL: 'debug',
});
const isClean = (text: string): void => {
  for (const secret of [KEY, USER, PASSWORD, encodeURIComponent(PASSWORD), 'Basic '])
    expect(text).not.toContain(secret);
};

describe('a server behind a proxy', () => {
  let server: Modelgraph;
  beforeAll(async () => {
    server = await startModelgraph({
      config: `${config()}
catalogue:
  sources: { ecb: { baseUrl: "https://prices.example.test" } }
`,
      env: {
        ...environment(),
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.test',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
  });
  afterAll(() => server?.stop());

  const complete = async (provider: string, stream = false) => {
    const { body } = await server.post(COMPLETE, { model: `${provider}/m`, stream });
    isClean(JSON.stringify(body));
    return body.data.complete;
  };

  it.each([
    ['by-env', () => http.tunnels, 'api.example.test:443'],
    ['unsafe', () => http.forwarded, 'http://relay.example.test/v1/chat/completions'],
    ['by-socks', () => socks.tunnels, 'api.example.test:443'],
  ])('asks the provider %s through its proxy, whole and streamed', async (provider, asked, what) => {
    expect(await complete(provider)).toMatchObject({ text: 'It works' });
    expect(await complete(provider, true)).toMatchObject({ text: 'It flows' });
    expect(asked()).toContain(what);
  });

  /** What the proxy was asked of a host; telemetry and prices go through it at any time. */
  const askedOf = (host: string): readonly string[] =>
    [...http.tunnels, ...http.forwarded].filter((asked) => asked.includes(host));

  it('asks providers on this machine straight', async () => {
    expect(await complete('here')).toMatchObject({ text: 'It works' });
    expect(askedOf('127.0.0.1')).toEqual([]);
  });

  it.each([
    ['straight', 'straight.example.test'],
    ['no-proxy', 'nip.example.test'],
  ])('does not ask the proxy for the provider %s', async (provider, host) => {
    expect(await complete(provider)).toMatchObject({ code: 'SERVER_ERROR' });
    expect(askedOf(host)).toEqual([]);
  });

  it("tells the proxy's refusal from the provider's, and goes on calling the provider", async () => {
    for (let n = 0; n < 7; n += 1) {
      const failed = await complete('refused');
      expect(failed).toMatchObject({ __typename: 'UpstreamError', code: 'PROXY_REFUSED', httpStatus: null });
      expect(failed.message).toContain(`The proxy 127.0.0.1:${strict.port} (providers[3].proxy) refused`);
    }
    expect(strict.tunnels).toHaveLength(7);
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify({ model: 'refused/m', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: 'proxy_refused' } });
  });

  it('reads prices and exports telemetry through it', async () => {
    await expect.poll(() => http.tunnels).toContain('prices.example.test:443');
    await expect.poll(() => secure.requests.map(({ path }) => path)).toContain('/v1/traces');
    expect(http.tunnels).toContain('otel.example.test:443');
  });

  it('says so when it starts', () => {
    expect(server.output()).toContain(
      `Proxy      127.0.0.1:${http.port} (HTTPS_PROXY) for https://, 127.0.0.1:${http.port} (http_proxy) for http://`,
    );
  });

  it('prints no credentials', () => isClean(server.output()));
});

describe('the doctor behind a proxy', () => {
  it('says which proxy each provider is asked through, and which faults are the proxy’s', async () => {
    const options = { config: config(), env: environment() };
    const { stdout, stderr, code } = await runCommand(['doctor'], options);
    isClean(stdout + stderr);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^PROVIDER .* PROXY$/m);
    expect(stdout).toMatch(new RegExp(`^by-env +ok .* 127\\.0\\.0\\.1:${http.port} \\(HTTPS_PROXY\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^unsafe +ok .* 127\\.0\\.0\\.1:${http.port} \\(http_proxy\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^by-socks +ok .*:${socks.port} \\(providers\\[2\\]\\.proxy\\)$`, 'm'));
    expect(stdout).toMatch(/^here +ok .* none$/m);
    expect(stdout).toMatch(/^straight +failed .* none$/m);
    expect(stdout).toMatch(/^refused: PROXY_REFUSED: The proxy 127\.0\.0\.1:\d+ \(providers\[3\]\.proxy\)/m);
    expect(stdout).toMatch(/^straight: SERVER_ERROR: No answer from straight\.example\.test:443/m);
    const json = JSON.parse((await runCommand(['doctor', 'by-env', 'here', '--json'], options)).stdout);
    expect(json.providers).toMatchObject([
      { provider: 'by-env', state: 'OK', proxy: `127.0.0.1:${http.port} (HTTPS_PROXY)` },
      { provider: 'here', state: 'OK' },
    ]);
    expect(json.providers[1]).not.toHaveProperty('proxy');
  });
});

describe('a proxy for http:// alone', () => {
  it('is what the doctor points to where a provider over https does not answer', async () => {
    const { stdout } = await runCommand(['doctor', 'straight'], {
      config: config().replace(', proxy: none', ''),
      env: { HTTP_PROXY: http.urlWithCredentials },
    });
    expect(stdout).toMatch(/^straight: check the network: HTTP_PROXY is for http:\/\/ addresses alone/m);
  });
});

describe('measuring at a server that is reached through a proxy', () => {
  it('goes through it', async () => {
    secure.enqueue(
      jsonAnswer({ data: { measureOfferings: { __typename: 'InvalidInputError', message: 'Not today.' } } }),
    );
    const { stderr } = await runCommand(
      ['measure', '--url', 'https://api.example.test', '--key', 'mg_0123456789abcdef'],
      { env: environment() },
    );
    expect(stderr).toContain('Not today.');
    expect(secure.requests.at(-1)?.path).toBe('/graphql');
  });
});

describe('a server whose port is taken', () => {
  it('asks who has it straight, also where Node itself is told to use a proxy', async () => {
    const other = await startModelgraph();
    const { stderr, stdout } = await runModelgraph([], {
      env: { PORT: new URL(other.url).port, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: http.url },
    });
    await other.stop();
    expect(stdout + stderr).toContain('Another modelgraph server');
    expect(http.forwarded.filter((asked) => asked.includes('/health'))).toEqual([]);
  });
});

describe('a proxy that is wrongly written', () => {
  it('stops the start with a sentence that names the variable', async () => {
    const { code, stderr, stdout } = await runModelgraph([], {
      env: { HTTPS_PROXY: `http://${USER}:${PASSWORD}@proxy:3128` },
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('HTTPS_PROXY: takes http://host:port');
    isClean(stdout + stderr);
  });
});
