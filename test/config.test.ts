// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the config file's own notation
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../src/config.ts';
import { ConfigError } from '../src/config-file.ts';
import { DEFAULT_POLICY } from '../src/domain/route.ts';
import { readWithin } from '../src/read-within.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

type Files = { readonly [name: string]: string };

/** Loads from a folder with these files in it. */
const load = (files: Files = {}, environment: { readonly [name: string]: string } = {}): Config => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder.path, name), content);
  return loadConfig(folder.path, environment);
};

/** The message, with paths relative to the folder. */
const problemOf = (files: Files, environment?: { readonly [name: string]: string }): string => {
  try {
    load(files, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${folder.path}/`, '');
  }
  throw new Error('It was accepted.');
};

const yaml = (content: string): Files => ({ 'modelgraph.yaml': content });

describe('what the command line states', () => {
  const stated = (variable: string, flag: string, value: string) => ({ [variable]: { flag, value } });

  it('wins over the environment, .env and the file that would be read otherwise', () => {
    const other = join(folder.path, 'other.yaml');
    writeFileSync(other, 'unknownModels: REFUSE\n');
    writeFileSync(join(folder.path, 'modelgraph.yaml'), 'unknownModels: PASS\n');
    writeFileSync(join(folder.path, '.env'), 'PORT=1\nHOST=0.0.0.0\n');
    const config = loadConfig(
      folder.path,
      { PORT: '2', MODELGRAPH_CONFIG: 'missing.yaml' },
      { ...stated('PORT', '--port', '3'), ...stated('MODELGRAPH_CONFIG', '--config', other) },
    );
    expect(config).toMatchObject({ port: 3, host: '0.0.0.0', unknownModels: 'REFUSE', file: other });
  });

  it('is named by its flag where it is wrong', () => {
    expect(() => loadConfig(folder.path, {}, stated('PORT', '--port', 'x'))).toThrow(/^--port: takes/);
    expect(() => loadConfig(folder.path, {}, stated('MODELGRAPH_CONFIG', '--config', 'no.yaml'))).toThrow(
      /^--config: there is no file \S+no\.yaml\.$/,
    );
    expect(() => loadConfig(folder.path, { MODELGRAPH_LOG_FORMAT: 'xml' })).toThrow(
      /^MODELGRAPH_LOG_FORMAT: /,
    );
  });
});

describe('the environment', () => {
  it('says what becomes of unknown models: in the environment, else in the file; an entry says it for itself', () => {
    const file = yaml(
      'unknownModels: REFUSE\nproviders: [{ id: openai, unknownModels: PASS }, { id: groq }]',
    );
    expect(load(file).unknownModels).toBe('REFUSE');
    expect(load(file, { MODELGRAPH_UNKNOWN_MODELS: 'PASS' }).unknownModels).toBe('PASS');
    expect(load(file).providers.map(({ unknownModels }) => unknownModels)).toEqual(['PASS', undefined]);
  });

  it('has a default for everything', () => {
    const { secret, variable, ...settings } = load();
    expect(settings).toEqual({
      host: '127.0.0.1',
      port: 4000,
      dataDir: join(folder.path, '.modelgraph'),
      spool: { directory: join(folder.path, '.modelgraph', 'spool'), sync: 'off' },
      maxWaitingRows: 1_000_000,
      keysTrustedMs: 600_000,
      databaseUrl: undefined,
      redisUrl: undefined,
      adminKey: undefined,
      publicUrl: undefined,
      introspection: true,
      allowedOrigins: [],
      maxRequestBytes: 33_554_432,
      maxRetryAfterMs: 600_000,
      clients: {
        maxConnections: expect.any(Number),
        maxStrangersPerAddress: 1_000,
        readerTimeoutMs: 60_000,
        maxBytesInFlight: expect.any(Number),
        trusted: [],
      },
      headersTimeoutMs: 20_000,
      requestTimeoutMs: 300_000,
      workLimits: { cpuShare: 0.25, heavyOperations: 4, operations: 10_000, watches: 100 },
      drainMs: 30_000,
      logLevel: 'info',
      logFormat: 'auto',
      unknownModels: 'PASS',
      timeouts: {},
      providers: [],
      routes: [],
      routing: DEFAULT_POLICY,
      probes: undefined,
      catalogue: { live: false, sources: [], rates: [] },
      proxy: { except: expect.anything() },
      file: undefined,
    });
    expect(secret('OPENAI_API_KEY')).toBeUndefined();
    expect(variable('AZURE_RESOURCE_NAME')).toBeUndefined();
  });

  it('sets everything', () => {
    const config = load(
      {},
      {
        HOST: '::1',
        PORT: '0',
        MODELGRAPH_DATA_DIR: '/var/lib/modelgraph',
        DATABASE_URL: 'postgres://user:p%40ss@db.example:5432/graph?sslmode=require',
        REDIS_URL: 'rediss://:p%40ss@cache.example:6380/2',
        MODELGRAPH_ADMIN_KEY: 'mg_0123456789abcdef',
        MODELGRAPH_PUBLIC_URL: 'https://graph.example/ai/',
        MODELGRAPH_INTROSPECTION: 'off',
        MODELGRAPH_ALLOWED_ORIGINS: 'https://one.example, HTTPS://Two.example/,',
        MODELGRAPH_MAX_REQUEST_BYTES: '1024',
        MODELGRAPH_DRAIN_MS: '0',
        MODELGRAPH_LOG_LEVEL: 'debug',
      },
    );
    expect(config).toMatchObject({
      host: '::1',
      port: 0,
      dataDir: '/var/lib/modelgraph',
      databaseUrl: 'postgres://user:p%40ss@db.example:5432/graph?sslmode=require',
      redisUrl: 'rediss://:p%40ss@cache.example:6380/2',
      publicUrl: 'https://graph.example/ai',
      introspection: false,
      allowedOrigins: ['https://one.example', 'https://two.example'],
      maxRequestBytes: 1_024,
      drainMs: 0,
      logLevel: 'debug',
    });
    expect(config.adminKey?.reveal()).toBe('mg_0123456789abcdef');
  });

  it('wins over .env, and what is empty is not set', () => {
    const dotEnv = [
      '# a comment',
      'PORT=5000',
      'HOST=0.0.0.0',
      'MODELGRAPH_DATA_DIR=',
      'OPENAI_API_KEY="sk-from-file"',
      'export GEMINI_API_KEY=from-file # why',
    ].join('\n');
    const config = load({ '.env': dotEnv }, { PORT: '6000', OPENAI_API_KEY: '', DATABASE_URL: ' ' });
    expect(config).toMatchObject({
      port: 6000,
      host: '0.0.0.0',
      dataDir: join(folder.path, '.modelgraph'),
      databaseUrl: undefined,
    });
    expect(config.secret('OPENAI_API_KEY')).toBeUndefined();
    expect(config.secret('GEMINI_API_KEY')?.reveal()).toBe('from-file');
  });

  it('tells values that are no credentials, blanks around them aside', () => {
    const { variable } = load({ '.env': 'AZURE_RESOURCE_NAME=from-file\nAWS_REGION=' }, { PLACE: ' eu ' });
    expect([variable('AZURE_RESOURCE_NAME'), variable('AWS_REGION'), variable('PLACE')]).toEqual([
      'from-file',
      undefined,
      'eu',
    ]);
  });

  it('may have blanks around a credential, as a file that is read into it leaves them', () => {
    expect(load({}, { OPENAI_API_KEY: ' sk-1\r\n' }).secret('OPENAI_API_KEY')?.reveal()).toBe('sk-1');
  });

  it('may not have a credential that no header can carry', () => {
    const { secret } = load({}, { OPENAI_API_KEY: 'sk-1 sk-2' });
    expect(() => secret('OPENAI_API_KEY')).toThrow(
      new ConfigError('OPENAI_API_KEY: takes visible ASCII characters without spaces.'),
    );
  });

  const POSTGRES =
    'DATABASE_URL: takes postgres://user:password@host:port/database, with special characters of the password percent-encoded.';
  const REDIS =
    'REDIS_URL: takes redis://user:password@host:port, with special characters of the password percent-encoded.';
  it.each([
    ['PORT', 'abc', 'PORT: takes a whole number from 0 to 65535.'],
    ['PORT', '65536', 'PORT: takes a whole number from 0 to 65535.'],
    ['PORT', '-1', 'PORT: takes a whole number from 0 to 65535.'],
    ['PORT', '1.5', 'PORT: takes a whole number from 0 to 65535.'],
    ['PORT', '0x10', 'PORT: takes a whole number from 0 to 65535.'],
    [
      'MODELGRAPH_PUBLIC_URL',
      'graph.example',
      'MODELGRAPH_PUBLIC_URL: takes an http(s) address without user, query and fragment.',
    ],
    ['HOST', 'my host', 'HOST: takes an address or a host name.'],
    ['DATABASE_URL', 'mysql://user:hunter2@db.example/graph', POSTGRES],
    ['DATABASE_URL', 'postgres://user:hunter2#1@db.example/graph', POSTGRES],
    ['DATABASE_URL', 'postgres://user:2/hunter2@db.example/graph', POSTGRES],
    ['DATABASE_URL', 'hunter2', POSTGRES],
    ['REDIS_URL', 'http://:hunter2@cache.example', REDIS],
    ['REDIS_URL', 'redis://:hunter2#1@cache.example', REDIS],
    ['REDIS_URL', 'redis://cache.example:1/hunter2@x', REDIS],
    ['MODELGRAPH_ADMIN_KEY', 'hunter2', 'MODELGRAPH_ADMIN_KEY: takes at least 16 characters.'],
    [
      'MODELGRAPH_ADMIN_KEY',
      'hunter2 with blanks in it',
      'MODELGRAPH_ADMIN_KEY: takes visible ASCII characters without spaces.',
    ],
    ['MODELGRAPH_INTROSPECTION', 'false', 'MODELGRAPH_INTROSPECTION: takes one of on, off.'],
    ['MODELGRAPH_DRAIN_MS', '10s', 'MODELGRAPH_DRAIN_MS: takes a whole number from 0 to 3600000.'],
    [
      'MODELGRAPH_MAX_REQUEST_BYTES',
      '1000',
      'MODELGRAPH_MAX_REQUEST_BYTES: takes a whole number from 1024 to 1073741824.',
    ],
    ['MODELGRAPH_LOG_LEVEL', 'loud', 'MODELGRAPH_LOG_LEVEL: takes one of debug, info, warn, error.'],
    ['MODELGRAPH_CONFIG', 'nowhere.yaml', 'MODELGRAPH_CONFIG: there is no file nowhere.yaml.'],
  ])('refuses %s=%s', (name, value, message) => {
    const problem = problemOf({}, { [name]: value });
    expect(problem).toBe(message);
    expect(problem).not.toContain('hunter2');
  });

  it('tells all mistakes at once', () => {
    expect(problemOf({}, { PORT: 'x', MODELGRAPH_LOG_LEVEL: 'x' }).split('\n')).toHaveLength(2);
  });

  it('takes a Postgres behind a Unix socket', () => {
    for (const url of ['postgres:///graph?host=/run/postgresql', 'postgresql://user@/graph?host=/run'])
      expect(load({}, { DATABASE_URL: url }).databaseUrl).toBe(url);
  });
});

describe('the config file', () => {
  const CONTENT = `
providers:
  - id: openai
    apiKey: \${OPENAI_API_KEY}
    baseUrl: http://127.0.0.1:9101/v1/
  - id: my-relay
    name: My relay
    dialect: openai
    baseUrl: https://\${RELAY_HOST}/v1//
    apiKey: k-\${RELAY_KEY}
    region: CN
    models:
      - id: gpt-4o-mini
        model: openai/gpt-4o-mini
        prices: { input: 0.15, output: "0.60", cacheRead: 0.075, reasoning: 1e-7, currency: CNY }
      - id: unknown
timeouts: { firstTokenMs: 1000, stallMs: 2000, totalMs: 3000, maxRetryAfterMs: 4000 }
`;
  const EXPECTED = [
    { id: 'openai', baseUrl: 'http://127.0.0.1:9101/v1', missingVariables: [], models: [] },
    {
      id: 'my-relay',
      name: 'My relay',
      dialect: 'openai',
      baseUrl: 'https://relay.example/v1',
      region: 'CN',
      missingVariables: [],
      models: [
        { providerModelId: 'gpt-4o-mini', modelSlug: 'openai/gpt-4o-mini' },
        { providerModelId: 'unknown' },
      ],
    },
  ];
  const VARIABLES = { OPENAI_API_KEY: 'sk-1', RELAY_HOST: 'relay.example', RELAY_KEY: '2' };

  it('is read where it lies', () => {
    const config = load(yaml(CONTENT), VARIABLES);
    expect(config.providers).toMatchObject(EXPECTED);
    expect(config.providers.map(({ apiKey }) => apiKey?.reveal())).toEqual(['sk-1', 'k-2']);
    expect(config.timeouts).toEqual({ firstTokenMs: 1000, stallMs: 2000, totalMs: 3000 });
    expect(config.maxRetryAfterMs).toBe(4000);
    expect(config.file).toBe(join(folder.path, 'modelgraph.yaml'));
  });

  it('has exact prices', () => {
    const { prices } = load(yaml(CONTENT), VARIABLES).providers[1]?.models[0] ?? {};
    const { currency, ...rates } = prices ?? { currency: undefined };
    expect(currency).toBe('CNY');
    expect(Object.entries(rates).map(([name, rate]) => [name, rate.toFixed()])).toEqual([
      ['input', '0.15'],
      ['output', '0.6'],
      ['cacheRead', '0.075'],
      ['reasoning', '0.0000001'],
    ]);
  });

  it('has prices of what is not counted in tokens', () => {
    const content =
      'providers: [{ id: a, models: [{ id: m, prices: { perImage: 0.04, perSecond: "0.0001", perMillionCharacters: 15, perRequest: 0.002 } }] }]';
    const { currency, ...rates } = load(yaml(content)).providers[0]?.models[0]?.prices ?? { currency: '' };
    expect(currency).toBe('USD');
    expect(Object.entries(rates).map(([name, rate]) => [name, rate.toFixed()])).toEqual([
      ['perImage', '0.04'],
      ['perSecond', '0.0001'],
      ['perMillionCharacters', '15'],
      ['perRequest', '0.002'],
    ]);
  });

  it('may set the variables that a provider takes', () => {
    const content =
      'providers:\n  - { id: azure, variables: { AZURE_RESOURCE_NAME: "${MINE}", ACCOUNT: 12 } }\n';
    expect(load(yaml(content), { MINE: 'my-resource' }).providers[0]?.variables).toEqual({
      AZURE_RESOURCE_NAME: 'my-resource',
      ACCOUNT: '12',
    });
  });

  it('may name one model at two providers, and be one marked document', () => {
    const content =
      '---\nproviders:\n  - { id: a, models: [{ id: m }] }\n  - { id: b, models: [{ id: m }] }\n...\n';
    expect(load(yaml(content)).providers).toHaveLength(2);
  });

  it('may be JSON, of any name, that .env tells', () => {
    const files = {
      '.env': 'MODELGRAPH_CONFIG=my.json\nRELAY_KEY=from-env-file',
      'my.json': JSON.stringify({ providers: [{ id: 'relay', apiKey: '${RELAY_KEY}' }] }),
      'modelgraph.yaml': 'this: is not read',
    };
    const config = load(files);
    expect(config.file).toBe(join(folder.path, 'my.json'));
    expect(config.providers[0]?.apiKey?.reveal()).toBe('from-env-file');
  });

  it.each([
    ['nothing', ''],
    ['comments', '# providers:\n#   - id: openai\n'],
    ['names with nothing behind them', 'providers:\n  # - id: openai\ntimeouts:\n'],
  ])('may have %s in it', (_, content) => {
    expect(load(yaml(content))).toMatchObject({ providers: [], timeouts: {} });
  });

  it('turns a provider off, and says why, where the variable of its key is not set or empty', () => {
    const content = 'providers:\n  - { id: relay, apiKey: "${A}${B}${C}" }\n  - { id: other, apiKey: }\n';
    const [relay, other] = load(yaml(content), { A: 'a', B: '' }).providers;
    expect(relay?.missingVariables).toEqual(['B', 'C']);
    expect(relay?.apiKey).toBeUndefined();
    expect(other).toEqual({ id: 'other', missingVariables: [], models: [] });
  });

  const provider = (line: string): string => `providers:\n  - id: openai\n  - id: relay\n    ${line}\n`;
  const model = (line: string): string => provider(`models:\n      - id: m\n        ${line}`);
  const AMOUNT = 'takes a number that is not negative, e.g. 0.15.';
  const ADDRESS = 'takes an http(s) address without user, query and fragment.';
  it.each([
    [
      provider('dialect: bard'),
      '4: providers[1].dialect: takes one of openai, openai-responses, anthropic, gemini.',
    ],
    [
      provider('apikey: hunter2'),
      '4: providers[1].apikey: is not known here; known are id, name, dialect, baseUrl, apiKey, region, variables, models, quirks, unknownModels, proxy.',
    ],
    [
      'providers:\n  - { id: relay,\n      apiKey:hunter2 }\n',
      '3: providers[0].apiKey…: is not known here; known are id, name, dialect, baseUrl, apiKey, region, variables, models, quirks, unknownModels, proxy.',
    ],
    [
      provider('variables: { azure_resource_name: mine }'),
      '4: providers[1].variables.azure_resource_name: takes names of environment variables.',
    ],
    [
      provider('variables: [AZURE_RESOURCE_NAME]'),
      '4: providers[1].variables: takes a mapping of names to values.',
    ],
    [
      'provider: []\n',
      '1: provider: is not known here; known are providers, proxy, noProxy, unknownModels, trustProxy, timeouts, catalogue, routes, routing, probes, trustedDocuments.',
    ],
    [provider('apiKey: 12345'), '4: providers[1].apiKey: takes a text.'],
    [
      provider('apiKey: hunter2 hunter3'),
      '4: providers[1].apiKey: takes visible ASCII characters without spaces.',
    ],
    [provider('baseUrl: relay.example'), `4: providers[1].baseUrl: ${ADDRESS}`],
    [provider('baseUrl: http://user:hunter2@relay.example'), `4: providers[1].baseUrl: ${ADDRESS}`],
    [provider('baseUrl: http://relay.example/v1?key=hunter2'), `4: providers[1].baseUrl: ${ADDRESS}`],
    [provider('baseUrl: ${HOST_OF_RELAY}/v1'), '4: providers[1].baseUrl: ${HOST_OF_RELAY} is not set.'],
    ['providers:\n  - dialect: openai\n', '2: providers[0].id: is missing; it takes a text.'],
    ['providers:\n  - id:\n', '2: providers[0].id: is missing; it takes a text.'],
    [
      'providers:\n  - id: Open AI\n',
      '2: providers[0].id: takes lower-case letters, digits, dots and dashes.',
    ],
    ['providers:\n  - openai\n', '2: providers[0]: takes a mapping of names to values.'],
    ['providers:\n  openai: {}\n', '1: providers: takes a list, whose items begin with "- ".'],
    ['providers:\n  - id: a\n  - id: b\n  - id: a\n', '4: providers[2].id: "a" is listed twice.'],
    [
      provider('models:\n      - id: m\n      - id: n\n      - id: m'),
      '7: providers[1].models[2].id: "m" is listed twice.',
    ],
    [
      'providers: []\n---\nproviders: []\n',
      '2: a second document begins here. The file takes one: remove the line `---` and give each name once.',
    ],
    [model('model: gpt-4o'), '6: providers[1].models[0].model: takes a canonical slug, lab/model.'],
    [model('prices: 0.15'), '6: providers[1].models[0].prices: takes a mapping of names to values.'],
    [model('prices:\n          input: -1'), `7: providers[1].models[0].prices.input: ${AMOUNT}`],
    [model('prices:\n          input: true'), `7: providers[1].models[0].prices.input: ${AMOUNT}`],
    [model('prices:\n          input: .nan'), `7: providers[1].models[0].prices.input: ${AMOUNT}`],
    ...['.inf', '1e30', '"1E+30"', '1e400', '1000000000000.01'].map((amount): [string, string] => [
      model(`prices:\n          input: ${amount}`),
      '7: providers[1].models[0].prices.input: is too large: takes at most 1000000000000.',
    ]),
    [model('prices:\n          input: "0,15"'), `7: providers[1].models[0].prices.input: ${AMOUNT}`],
    [
      model('prices:\n          currency: usd'),
      '7: providers[1].models[0].prices.currency: takes an ISO 4217 code, e.g. USD.',
    ],
    ['timeouts:\n  totalMs: 0\n', '2: timeouts.totalMs: takes at least 1.'],
    ['timeouts:\n  totalMs: 3600001\n', '2: timeouts.totalMs: takes at most 3600000.'],
    ['timeouts:\n  totalMs: 1.5\n', '2: timeouts.totalMs: takes a whole number.'],
    ['timeouts:\n  totalMs: 10s\n', '2: timeouts.totalMs: takes a number.'],
    ['- id: openai\n', '1: takes a mapping with `providers`.'],
    ['# my\nhello\n', '2: takes a mapping with `providers`.'],
    [provider('apiKey: hunter2: 1'), '4: Nested mappings are not allowed in compact mappings'],
    [provider('apiKey: @hunter2'), '4: Plain value cannot start with reserved character @'],
    [provider('\tapiKey: hunter2'), '4: Tabs are not allowed as indentation'],
    [provider('id: again'), '4: Map keys must be unique'],
    [
      provider('apiKey: *hunter2'),
      '4: a string that begins with * must be quoted: otherwise it is an alias, and no anchor has that name.',
    ],
    ['{"providers": [\n{"id": "a", "apiKey": "hunter2"} {}]}', '2: Unexpected flow-map-start at node end'],
  ])('with a mistake says where and what: %j', (content, message) => {
    const problem = problemOf(yaml(content));
    expect(problem).toBe(`modelgraph.yaml:${message}`);
    expect(problem).not.toContain('hunter2');
  });

  it('tells all mistakes at once', () => {
    const problem = problemOf(yaml('providers:\n  - id: A\n  - id: b\n    foo: 1\n    bar: 2\nbaz: 3\n'));
    expect(problem.split('\n').map((line) => line.split(': is')[0]?.split(': takes')[0])).toEqual([
      'modelgraph.yaml:2: providers[0].id',
      'modelgraph.yaml:4: providers[1].foo',
      'modelgraph.yaml:5: providers[1].bar',
      'modelgraph.yaml:6: baz',
    ]);
  });

  it('that cannot be read is told by its name', () => {
    mkdirSync(join(folder.path, 'folder'));
    expect(problemOf({}, { MODELGRAPH_CONFIG: 'folder' })).toBe('folder: cannot be read (EISDIR).');
    mkdirSync(join(folder.path, '.env'));
    expect(problemOf({})).toBe('.env: cannot be read (EISDIR).');
  });

  it('is not read beyond a limit', () => {
    writeFileSync(join(folder.path, 'modelgraph.yaml'), '');
    truncateSync(join(folder.path, 'modelgraph.yaml'), 17 * 1024 * 1024);
    expect(problemOf({})).toBe('modelgraph.yaml: is larger than 16 MB, the most that is read.');
    expect(problemOf({}, { MODELGRAPH_CONFIG: '/dev/zero' })).toBe(
      '/dev/zero: is larger than 16 MB, the most that is read.',
    );
  });

  it('may come through a pipe, as .env may, which password managers write into', async () => {
    const pipe = join(folder.path, '.env');
    execFileSync('mkfifo', [pipe]);
    // Waits until it is read.
    const writer = spawn('sh', ['-c', 'echo PORT=4123 > "$0"', pipe]);
    const closed = once(writer, 'close');
    expect(load().port).toBe(4123);
    await closed;
  });

  it('that is a pipe without a writer is not waited for without end', () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => readWithin(pipe, 1024, 20)).toThrow(
      /^is no file but a pipe, and nothing was written into it for 0\.02 s\.$/,
    );
  });
});

describe('the catalogue', () => {
  const ids = (config: Config): readonly string[] =>
    config.catalogue.sources.filter(({ enabled }) => enabled).map(({ id }) => id);

  it('reads no source unless it is told to', () => {
    expect(load(yaml('catalogue: {}\n')).catalogue).toEqual({ live: false, sources: [], rates: [] });
  });

  it.each(['on', 'true'])('reads all that are on by default: %s', (word) => {
    const config = load(yaml(`catalogue: { sources: ${word} }\n`));
    expect(config.catalogue.live).toBe(true);
    expect(ids(config)).toEqual([
      'genai-prices',
      'models-dev',
      'litellm',
      'portkey',
      'huggingface-router',
      'vercel-gateway',
      'aider',
      'ecb',
      'frankfurter',
    ]);
  });

  it('takes settings for each source, rates, and a file of prices beside the config file', () => {
    const { catalogue } = load(
      yaml(
        [
          'catalogue:',
          '  sources:',
          '    ecb: { enabled: false }',
          '    models-dev: { baseUrl: http://localhost:9000/, everyMinutes: 60 }',
          '    openrouter: {}',
          '    artificial-analysis: { apiKey: "${MY_KEY}" }',
          '    together: { apiKey: "${NOT_SET}" }',
          '  overrides: ./prices.yaml',
          '  rates: { CNY: 7.12 }',
          '',
        ].join('\n'),
      ),
      {
        OPENROUTER_API_KEY: 'or-key-12345678',
        MY_KEY: 'aa-key-12345678',
        TOGETHER_API_KEY: 'unused-12345678',
      },
    );
    expect(catalogue.sources.map(({ apiKey, ...rest }) => ({ ...rest, key: apiKey?.reveal() }))).toEqual([
      { id: 'models-dev', enabled: true, baseUrl: 'http://localhost:9000', everyMs: 3_600_000 },
      { id: 'ecb', enabled: false },
      { id: 'openrouter', enabled: true, key: 'or-key-12345678' },
      { id: 'artificial-analysis', enabled: true, key: 'aa-key-12345678' },
      { id: 'together', enabled: true },
    ]);
    expect(catalogue.overrides).toBe(join(folder.path, 'prices.yaml'));
    expect(catalogue.rates.map(({ currency, perUsd }) => [currency, perUsd.toFixed()])).toEqual([
      ['CNY', '7.12'],
    ]);
  });

  it('lets the environment win over the file, and keeps the settings of the file', () => {
    const file = yaml('catalogue: { sources: { ecb: { everyMinutes: 5 } } }\n');
    expect(ids(load(file, { MODELGRAPH_SOURCES: 'off' }))).toEqual([]);
    const some = load(file, { MODELGRAPH_SOURCES: 'frankfurter, models-dev' });
    expect(ids(some)).toEqual(['models-dev', 'frankfurter']);
    const all = load(file, { MODELGRAPH_SOURCES: 'on' }).catalogue;
    expect(all.live).toBe(true);
    expect(all.sources.find(({ id }) => id === 'ecb')).toEqual({
      id: 'ecb',
      enabled: true,
      everyMs: 300_000,
    });
  });

  it('says which source it does not know, and which it knows', () => {
    expect(problemOf({}, { MODELGRAPH_SOURCES: 'modelsdev' })).toMatch(
      /^MODELGRAPH_SOURCES: takes on, off or ids: there is no source "modelsdev"; known are genai-prices, /,
    );
    expect(problemOf(yaml('catalogue:\n  sources:\n    - ecb\n    - nope\n'))).toMatch(
      /^modelgraph\.yaml:4: catalogue\.sources\[1\]: there is no source "nope"; known are /,
    );
  });

  it.each([
    ['catalogue:\n  sources: 3\n', '2: catalogue.sources: takes on, off, a list of ids'],
    ['catalogue:\n  sources:\n    nope: {}\n', '3: catalogue.sources.nope: there is no source "nope"'],
    [
      'catalogue:\n  sources:\n    ecb:\n      every: 3\n',
      '4: catalogue.sources.ecb.every: is not known here',
    ],
    [
      'catalogue:\n  sources:\n    ecb:\n      everyMinutes: 0\n',
      '4: catalogue.sources.ecb.everyMinutes: takes at least 1',
    ],
    ['catalogue:\n  rates: { CNY: 0 }\n', '2: catalogue.rates.CNY: takes units of the currency'],
    [
      'catalogue:\n  sources:\n    openrouter: { apiKey: "hunter2 hunter2" }\n',
      '3: catalogue.sources.openrouter.apiKey: takes visible ASCII',
    ],
  ])('with a mistake says where and what: %j', (content, message) => {
    const problem = problemOf(yaml(content));
    expect(problem.startsWith(`modelgraph.yaml:${message}`) ? message : problem).toBe(message);
    expect(problem).not.toContain('hunter2');
  });
});
