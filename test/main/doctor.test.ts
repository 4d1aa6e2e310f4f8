import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAiError, openAiText } from '../fixtures/upstream/openai.ts';
import { responsesText } from '../fixtures/upstream/openai-responses.ts';
import { runCommand } from '../support/modelgraph.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

const KEY = 'sk-live-0123456789abcdef';
let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => {
  upstream.respond(({ path, headers }) => {
    if (headers.authorization !== `Bearer ${KEY}`) {
      return openAiError(401, `Incorrect API key provided: ${headers.authorization}`, 'invalid_api_key');
    }
    return path.endsWith('/models')
      ? jsonAnswer({ data: [{ id: 'gpt-4o-mini' }, { id: 'gpt-4.1-nano' }, { id: 'my-tuned' }] })
      : openAiText(['OK']);
  });
});

/** One that works, one with a bad key, one that nobody answers for. */
const config = (): string => `
providers:
  - id: openai
    baseUrl: ${upstream.url}/v1
    apiKey: ${KEY}
    models: [{ id: my-tuned }, { id: gone-model }]
  - { id: bad-key, dialect: openai, baseUrl: ${upstream.url}/v1, apiKey: sk-wrong-9876543210 }
  - { id: nowhere, dialect: openai, baseUrl: "http://127.0.0.1:1/v1", apiKey: sk-nowhere }
`;
const doctor = (args: readonly string[], options: Parameters<typeof runCommand>[1] = {}) =>
  runCommand(['doctor', ...args], { config: config(), ...options });

describe('the doctor', () => {
  it('finds what works, what does not, and says what to do', async () => {
    const { code, stdout, stderr } = await doctor([]);
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^openai +ok +3 \(\d+ of \d+ known\) +-$/m);
    expect(stdout).toContain('openai: its list has no gone-model: check the names');
    expect(stdout).toMatch(/^bad-key +failed/m);
    expect(stdout).toContain('bad-key: AUTHENTICATION: ');
    expect(stdout).toContain(
      'bad-key: check its apiKey in the config file: the provider does not take the key',
    );
    expect(stdout).toContain('nowhere: SERVER_ERROR: No answer from 127.0.0.1:1: the connection was refused');
    expect(stdout).toContain('nowhere: check the baseUrl, the network and the firewall');
    for (const secret of [KEY, 'sk-wrong-9876543210', 'sk-nowhere']) expect(stdout).not.toContain(secret);
  });

  it('calls nothing unless told to', async () => {
    const before = upstream.requests.length;
    const { code } = await doctor(['openai']);
    expect(code).toBe(0);
    expect(upstream.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/models',
    ]);
  });

  it('calls the configured model that is there, with at most 16 tokens', async () => {
    const { code, stdout } = await doctor(['openai', '--call']);
    expect(stdout).toMatch(/^openai +ok .* my-tuned, \d+ ms$/m);
    expect(code).toBe(0);
    expect(upstream.requests.at(-1)?.body).toMatchObject({ model: 'my-tuned', max_completion_tokens: 16 });
  });

  it('calls the cheapest model where none is configured', async () => {
    const bare = `providers: [{ id: openai, baseUrl: "${upstream.url}/v1", apiKey: ${KEY} }]`;
    await doctor(['openai', '--call'], { config: bare });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ model: 'gpt-4.1-nano' });
  });

  it('asks the next model where the cheapest is no longer served, those first that write text', async () => {
    const at = upstream.requests.length;
    upstream.respond(({ body }) =>
      JSON.stringify(body).includes('"perplexity/sonar"')
        ? responsesText(['OK'])
        : openAiError(404, 'This model is retired', 'model_not_found'),
    );
    const { code, stdout } = await runCommand(['doctor', 'perplexity', 'volcengine', '--call'], {
      config: `providers:
  - { id: perplexity, baseUrl: "${upstream.url}", apiKey: ${KEY} }
  - { id: volcengine, baseUrl: "${upstream.url}", apiKey: ${KEY} }`,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^perplexity +ok +- +sonar, \d+ ms$/m);
    expect(stdout).toMatch(/^volcengine +failed/m);
    const asked = upstream.requests.slice(at).map(({ body }) => JSON.stringify(body));
    expect(asked.find((body) => body.includes('doubao'))).toMatch(/doubao-(?:seed|1-5-pro)-/);
  });

  it('calls the model that is named', async () => {
    await doctor(['openai', '--call', '--model', 'gpt-4o-mini']);
    expect(upstream.requests.at(-1)?.body).toMatchObject({ model: 'gpt-4o-mini' });
  });

  it('reports a call that fails although the list is there', async () => {
    upstream.respond(({ path }) =>
      path.endsWith('/models')
        ? jsonAnswer({ data: [{ id: 'my-tuned' }] })
        : openAiError(
            429,
            `You exceeded your current quota, ${KEY}`,
            'insufficient_quota',
            'insufficient_quota',
          ),
    );
    const { code, stdout } = await doctor(['openai', '--call']);
    expect(code).toBe(1);
    expect(stdout).toContain('openai: QUOTA_EXHAUSTED: ');
    expect(stdout).toContain('openai: add credit to the account, or raise its limit');
    expect(stdout).not.toContain(KEY);
  });

  it('prints what a provider says as one line of plain text, whatever it is', async () => {
    upstream.respond(() =>
      openAiError(403, 'No.\u001b[2J\u001b]0;title\u0007\nopenai: pay at https://evil.example', 'x'),
    );
    const { stdout } = await doctor(['openai']);
    expect(stdout).toContain('No. [2J ]0;title  openai: pay');
    expect(Buffer.from(stdout).every((byte) => byte === 0x0a || byte >= 0x20)).toBe(true);
    expect(stdout).not.toMatch(/^openai: pay/m);
  });

  it('is read by programs', async () => {
    const { code, stdout } = await doctor(['--json', '--call']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      well: false,
      providers: [
        {
          provider: 'openai',
          state: 'OK',
          list: { models: 3 },
          notListed: ['gone-model'],
          call: { model: 'my-tuned' },
        },
        { provider: 'bad-key', state: 'FAILED', failure: { code: 'AUTHENTICATION', status: 401 } },
        { provider: 'nowhere', state: 'FAILED', failure: { code: 'SERVER_ERROR' } },
      ],
    });
    for (const secret of [KEY, 'sk-wrong-9876543210', 'sk-nowhere']) expect(stdout).not.toContain(secret);
  });

  it('says of one that is off what to set', async () => {
    const { code, stdout } = await runCommand(['doctor', 'groq', 'azure']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^groq +off/m);
    expect(stdout).toContain('groq: set GROQ_API_KEY');
    expect(stdout).toContain('azure: set AZURE_API_KEY or AZURE_OPENAI_API_KEY, and AZURE_RESOURCE_NAME');
  });

  it('says what is missing of one in the config file that is off, and holds it for no failure', async () => {
    const { code, stdout } = await runCommand(['doctor'], {
      config: 'providers: [{ id: azure, apiKey: key-of-azure }, { id: unheard-of }]',
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^azure +off/m);
    expect(stdout).toContain('azure: set AZURE_RESOURCE_NAME');
    expect(stdout).toContain('unheard-of: not a known provider: give it a dialect');
  });

  const unlisted = (): string =>
    `providers: [{ id: relay, dialect: openai, baseUrl: "${upstream.url}/v1", apiKey: ${KEY}, models: [{ id: m }] }]`;
  it('says what to do where there is no list of models', async () => {
    upstream.respond(() => openAiError(404, 'There is nothing here', null));
    const { code, stdout } = await runCommand(['doctor'], { config: unlisted() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^relay: .* has no list of models at \/models\.$/m);
    expect(stdout).toContain(
      'relay: check the baseUrl; if it is right, --call shows whether it works without a list',
    );
  });

  it('calls one that has no list of models', async () => {
    upstream.respond(({ path }) =>
      path.endsWith('/models') ? openAiError(404, 'There is nothing here', null) : openAiText(['OK']),
    );
    const called = await runCommand(['doctor', '--call'], { config: unlisted() });
    expect(called.stdout).toMatch(/^relay +ok +- +m, \d+ ms$/m);
    expect(called.code).toBe(0);
    upstream.respond(() => openAiError(404, 'There is nothing here', null));
    const lost = await runCommand(['doctor', '--call'], { config: unlisted() });
    expect(lost.stdout).toMatch(/^relay +failed +- +m$/m);
    expect(lost.code).toBe(1);
  });

  it('takes a word that stands for a key for no secret', async () => {
    upstream.respond(() => openAiError(500, 'the relay of relays is down', null));
    const { stdout } = await runCommand(['doctor'], {
      config: `providers: [{ id: relay, dialect: openai, baseUrl: "${upstream.url}/v1", apiKey: relay }]`,
    });
    expect(stdout).toContain('the relay of relays is down');
  });

  it('is content where nothing is configured', async () => {
    const { code, stdout } = await runCommand(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toContain('No provider is on but the sandbox.');
  });

  it.each([
    [['--loud'], "Unknown option '--loud'."],
    [['openai', '--model', 'm'], '--model needs --call and exactly one provider.'],
    [['--call', '--model', 'm'], '--model needs --call and exactly one provider.'],
    [['opanai'], "There is no provider 'opanai'. Did you mean openai?"],
  ])('%j is misuse', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(['doctor', ...args]);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `${message}\n` });
  });
});
