import { execFile } from 'node:child_process';
import { existsSync, readdirSync, watch } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock.ts';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { createKeyService } from '../../src/control/key-service.ts';
import { usedDataFolder } from '../support/data-folder.ts';
import { type ModelgraphProcess, runCommand, runModelgraph, spawnModelgraph } from '../support/modelgraph.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { freePort } from '../support/running-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Folder = ReturnType<typeof temporaryFolder>;

const MODELS = '{ models(first: 1) { totalCount } }';
const statusWith = async (server: ModelgraphProcess, key: string): Promise<number> =>
  (await server.post(MODELS, {}, key)).status;

/** As a server leaves it that was killed before it had shown the admin key. */
const leaveUnshownKey = async (dataDir: string): Promise<void> => {
  const log = recordedLog();
  const store = await openStore({ kind: 'embedded', dataDir }, log);
  const keys = await createKeyService(store.keys, createMemoryState(), createSystemClock(), log);
  expect(await keys.ensureAdminKey(undefined)).toBeDefined();
  await keys.close();
  await store.close();
};

describe('a server', () => {
  let data: Folder;
  let first: ModelgraphProcess;
  let second: ModelgraphProcess | undefined;
  let ollamaPort: number;
  beforeAll(async () => {
    data = await usedDataFolder();
    await leaveUnshownKey(data.path);
    ollamaPort = await freePort();
    first = await spawnModelgraph({
      dataDir: data.path,
      ownAdminKey: true,
      // Whatever runs on this machine, none runs there.
      config: `providers: [{ id: ollama, baseUrl: "http://127.0.0.1:${ollamaPort}" }]`,
    });
  });
  afterAll(async () => {
    await first?.stop();
    await second?.stop();
    data?.remove();
  });

  it('says where it is, what is on, and why the rest is off', () => {
    const { url, adminKey } = first;
    expect(first.output().split('\n')).toEqual([
      '',
      expect.stringMatching(/^modelgraph \d+\.\d+\.\d+ is up \(\d+\.\d s\)$/),
      '',
      `  GraphiQL   ${url}/graphql#key=${adminKey}`,
      `  Graph      ${url}/graphql  (GraphQL; subscriptions over WebSocket and SSE)`,
      `  REST base  ${url}/v1  (in the formats of OpenAI and Anthropic)`,
      `  Admin key  ${adminKey}`,
      '             Shown this once. `npx modelgraph key --new` makes another.',
      '',
      '  Providers  sandbox',
      '             It echoes, and needs no account. For real models set a key in the environment or .env:',
      '             OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY; README.md lists all.',
      `  Off        ollama: no Ollama answers at 127.0.0.1:${ollamaPort}: start it, then this server`,
      expect.stringMatching(/^ {2}Offerings {2}2 can be called, of \d+ known \(\d+ with prices\)$/),
      expect.stringMatching(
        /^ {2}Prices {5}seed of \d{4}-\d{2}-\d{2}; live sources off \(MODELGRAPH_SOURCES=on turns them on\)$/,
      ),
      `  Store      embedded, in ${data.path}`,
      expect.stringMatching(/^ {2}Config {5}\/\S+\/modelgraph\.yaml$/),
      '',
      'Try it:',
      `  curl ${url}/v1/chat/completions \\`,
      `    -H "authorization: Bearer ${adminKey}" \\`,
      '    -H "content-type: application/json" \\',
      expect.stringMatching(/^ {4}-d '\{"model":"sandbox\/echo",.*\}'$/),
      '',
      '',
    ]);
  });

  it('shows a request to try that works as it is pasted', async () => {
    const [, command = 'false'] = /Try it:\n((?: .*\n)+)/.exec(first.output()) ?? [];
    const { stdout } = await promisify(execFile)('bash', ['-c', command]);
    expect(JSON.parse(stdout)).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  });

  it('makes and shows a key in place of one that was never shown, and takes only that', async () => {
    expect(first.adminKey).toMatch(/^mg_\S{20,}$/);
    expect(await statusWith(first, first.adminKey)).toBe(200);
    expect(await statusWith(first, `${first.adminKey}x`)).toBe(401);
  });

  it('refuses a data folder that another one uses, in words', async () => {
    const { code, stdout, stderr } = await runModelgraph([], { dataDir: data.path });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^modelgraph cannot start\.\nThe data folder \S+ is in use by process \d+ /);
    expect(stderr).toContain('MODELGRAPH_DATA_DIR');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await statusWith(first, first.adminKey)).toBe(200);
  });

  it('takes another admin key that is made while it runs', async () => {
    const made = await runCommand(['key', '--new'], { env: { MODELGRAPH_DATA_DIR: data.path } });
    expect(made).toMatchObject({
      code: 0,
      stderr: 'A new admin key, shown this once. Other admin keys still work; --revoke-others ends them.\n',
    });
    expect(made.stdout).toMatch(/^mg_\S{43}\n$/);
    expect(await statusWith(first, made.stdout.trim())).toBe(200);
    expect(await statusWith(first, first.adminKey)).toBe(200);
  });

  it('keeps its key over a restart, and does not show it again', async () => {
    first.signal('SIGTERM');
    expect(await first.exited).toBe(0);
    await first.printed(/"Stopped after \d+ s: nothing was under way\."\}\n$/);
    second = await spawnModelgraph({ dataDir: data.path, ownAdminKey: true });
    const output = second.output();
    expect(output).toContain(
      '  Config     none (./modelgraph.yaml, or the file that MODELGRAPH_CONFIG names)\n',
    );
    expect(output).not.toContain('mg_');
    expect(output).toContain(`  GraphiQL   ${second.url}/graphql\n`);
    expect(output).toContain(
      '  Admin key  as shown at an earlier start\n' +
        '             `npx modelgraph key --new` makes another.\n',
    );
    expect(await statusWith(second, first.adminKey)).toBe(200);
  });

  it('takes an admin key that is made while it does not run, and no other if asked', async () => {
    second?.signal('SIGTERM');
    await second?.exited;
    const made = await runCommand(['key', '--new', '--revoke-others'], {
      env: { MODELGRAPH_DATA_DIR: data.path },
    });
    expect(made.stderr).toMatch(/^A new admin key, shown this once\. 2 other admin keys are revoked; /);
    second = await spawnModelgraph({ dataDir: data.path, ownAdminKey: true });
    expect(second.output()).not.toContain('mg_');
    expect(await statusWith(second, made.stdout.trim())).toBe(200);
    expect(await statusWith(second, first.adminKey)).toBe(401);
  });

  it('takes another key from MODELGRAPH_ADMIN_KEY, and the old one no more', async () => {
    second?.signal('SIGTERM');
    await second?.exited;
    const given = 'mg_given-0123456789abcdef';
    const third = await spawnModelgraph({
      dataDir: data.path,
      dotEnv: `MODELGRAPH_ADMIN_KEY=${given}`,
      ownAdminKey: true,
    });
    try {
      // Into a log collector, perhaps.
      expect(third.output()).not.toContain(given);
      expect(third.output()).toContain('  Admin key  as MODELGRAPH_ADMIN_KEY sets it\n');
      expect(third.output()).toContain('Bearer $KEY');
      expect(await statusWith(third, given)).toBe(200);
      expect(await statusWith(third, first.adminKey)).toBe(401);
    } finally {
      await third.stop();
    }
  });
});

describe('a start that fails', () => {
  let data: Folder;
  let temporary: Folder;
  beforeAll(async () => {
    [data, temporary] = [await usedDataFolder(), temporaryFolder()];
  });
  afterAll(() => {
    data.remove();
    temporary.remove();
  });

  /** What it says, having checked what holds of all of them. */
  const refusal = async (env: { readonly [name: string]: string }, config?: string): Promise<string> => {
    const { code, stdout, stderr } = await runModelgraph([], {
      dataDir: data.path,
      env: { TMPDIR: temporary.path, ...env },
      ...(config !== undefined && { config }),
    });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^ +at |hunter2/m);
    // The socket of the embedded store is gone too.
    expect(readdirSync(temporary.path)).toEqual([]);
    const [heading, ...rest] = stderr.trimEnd().split('\n');
    expect(heading).toBe('modelgraph cannot start.');
    return rest.join('\n');
  };

  it('says which port is taken, and what to do, and has made nothing', async () => {
    const dataDir = join(data.path, 'new');
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      expect(await refusal({ PORT: String(port), MODELGRAPH_DATA_DIR: dataDir })).toMatch(
        new RegExp(
          `^Another program( \\(process ${process.pid}\\))? listens on port ${port} of 127\\.0\\.0\\.1\\. Stop that one, or choose another with --port or PORT \\(0 takes any free one\\)\\.$`,
        ),
      );
      expect(existsSync(dataDir)).toBe(false);
    } finally {
      other.close();
    }
  });

  it('says that Postgres cannot be reached, without the password', async () => {
    const port = await freePort();
    expect(await refusal({ DATABASE_URL: `postgres://user:hunter2@127.0.0.1:${port}/graph` })).toMatch(
      new RegExp(
        `^Cannot open the store at postgres://127\\.0\\.0\\.1:${port}/graph \\(DATABASE_URL\\): .*ECONNREFUSED.*\\. Start Postgres there, or correct DATABASE_URL\\.$`,
      ),
    );
  });

  it('says that Redis cannot be reached, without the password', async () => {
    const port = await freePort();
    expect(await refusal({ REDIS_URL: `redis://:hunter2@127.0.0.1:${port}` })).toMatch(
      new RegExp(`^Cannot reach Redis at redis://127\\.0\\.0\\.1:${port} \\(REDIS_URL\\): .*ECONNREFUSED`),
    );
  });

  it('says what is wrong in the config file', async () => {
    expect(await refusal({}, 'providers:\n  - id: relay\n    dialect: bard\n    apiKey: hunter2\n')).toMatch(
      /^\S+\/modelgraph\.yaml:3: providers\[0\]\.dialect: takes one of openai, openai-responses, anthropic, gemini\.$/,
    );
  });

  it('says which variable is wrong', async () => {
    expect(await refusal({ OPENAI_API_KEY: 'hunter2 hunter2' })).toBe(
      'OPENAI_API_KEY: takes visible ASCII characters without spaces.',
    );
  });

  it('says that the data folder cannot be made', async () => {
    expect(await refusal({ MODELGRAPH_DATA_DIR: join(process.execPath, 'data') })).toMatch(
      /^The data folder \S+ cannot be made: \S+ is a file\. Set MODELGRAPH_DATA_DIR to another folder\.$/,
    );
  });
});

it('a start that is interrupted ends in order, and leaves nothing behind', async () => {
  const temporary = temporaryFolder();
  try {
    // The store's socket is the first thing that it makes.
    const signal = new Promise<NodeJS.Signals>((resolve) => {
      const watcher = watch(temporary.path, () => {
        watcher.close();
        resolve('SIGTERM');
      });
    });
    const { code, stdout } = await runModelgraph([], { env: { TMPDIR: temporary.path }, signal });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readdirSync(temporary.path)).toEqual([]);
  } finally {
    temporary.remove();
  }
});

it('prints addresses that a browser can open when it listens on all of them; ends when its folder is removed', async () => {
  const data = await usedDataFolder();
  const server = await spawnModelgraph({ dataDir: data.path, env: { HOST: '0.0.0.0' } });
  try {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    data.remove();
    expect(await server.exited).toBe(1);
    const sentence = `The data folder ${data.path} was removed or replaced while the server used it.`;
    expect(server.output()).toContain(`\nmodelgraph has stopped.\n${sentence} `);
  } finally {
    await server.stop();
  }
});
