import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usedDataFolder } from './data-folder.ts';
import { spawnUntil, stopProcess } from './running-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The real server in a process of its own. */
export type Modelgraph = {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** `ws://127.0.0.1:port/graphql` */
  readonly socketUrl: string;
  /** Empty where the server has one from an earlier start, which it does not show. */
  readonly adminKey: string;
  /** All that the process has printed so far, on both streams. */
  output(): string;
  /** Resolves when the process has printed something that matches. */
  printed(pattern: RegExp): Promise<void>;
  /** POSTs an operation; the admin key unless another or none (null) is given. */
  post(query: string, variables?: object, key?: string | null): Promise<Answer>;
  /** Sends a signal without waiting. */
  signal(name: NodeJS.Signals): void;
  /** The exit code, once the process has ended. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
export type Answer = { readonly status: number; readonly body: any; readonly headers: Headers };

export type ModelgraphOptions = {
  /** Content of modelgraph.yaml. */
  readonly config?: string;
  readonly env?: { readonly [name: string]: string };
  /** Content of .env. */
  readonly dotEnv?: string;
  /** Lets the server generate its admin key, or keep the one that its data folder has. */
  readonly ownAdminKey?: boolean;
  /** For a run to its end: a signal to send once this resolves. */
  readonly signal?: Promise<NodeJS.Signals>;
  /** Where it keeps its data; a new, empty one if not given. */
  readonly dataDir?: string;
};

/** How a run of the command ended. */
export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const MAIN = new URL('../../bin/modelgraph.js', import.meta.url).pathname;
/** Reading our TypeScript is a quarter of a start's work, and the same for all of them. */
const COMPILED = new URL('../../node_modules/.cache/modelgraph-compiled', import.meta.url).pathname;

/** Starts the server with nothing in its environment but what is given, and waits until it serves. */
export const startModelgraph = async (options: ModelgraphOptions = {}): Promise<Modelgraph> => {
  const folder = folderWith(options);
  const data = options.dataDir === undefined ? await usedDataFolder() : undefined;
  const givenAdminKey = options.env?.MODELGRAPH_ADMIN_KEY ?? `mg_test-${randomUUID()}`;
  let output = '';
  const listeners = new Set<() => void>();
  const child = await spawnUntil(/REST base +\S+/, process.execPath, [MAIN], {
    cwd: folder.path,
    env: {
      ...(options.ownAdminKey !== true && { MODELGRAPH_ADMIN_KEY: givenAdminKey }),
      ...environmentOf(options, options.dataDir ?? data?.path),
    },
    onOutput: (text) => {
      output += text;
      for (const listener of listeners) listener();
    },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = /REST base +(http:\/\/\S+)\/v1/.exec(output)?.[1];
  if (url === undefined) throw new Error(`no address in: ${output}`);
  const generatedAdminKey = /Admin key +(mg_\S+)/.exec(output)?.[1];
  const adminKey = options.ownAdminKey === true ? (generatedAdminKey ?? '') : givenAdminKey;
  return {
    url,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    adminKey,
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!pattern.test(output)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    async post(query, variables = {}, key = adminKey) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key !== null && { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    signal: (name) => void child.kill(name),
    exited,
    async stop() {
      await stopProcess(child, 'SIGTERM');
      folder.remove();
      data?.remove();
    },
  };
};

const folderWith = ({ config, dotEnv }: ModelgraphOptions): ReturnType<typeof temporaryFolder> => {
  const folder = temporaryFolder();
  if (config !== undefined) writeFileSync(join(folder.path, 'modelgraph.yaml'), config);
  if (dotEnv !== undefined) writeFileSync(join(folder.path, '.env'), dotEnv);
  return folder;
};

const environmentOf = ({ env }: ModelgraphOptions, dataDir: string | undefined): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: COMPILED,
  PORT: '0',
  ...(dataDir !== undefined && { MODELGRAPH_DATA_DIR: dataDir }),
  ...env,
});

/** Runs the command to its end. Rejects if it serves instead. */
export const runModelgraph = async (
  args: readonly string[] = [],
  options: ModelgraphOptions = {},
): Promise<Run> => {
  const folder = folderWith(options);
  const data = args.length === 0 && options.dataDir === undefined ? await usedDataFolder() : undefined;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder.path,
    env: environmentOf(options, options.dataDir ?? data?.path),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  void options.signal?.then((name) => child.kill(name));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('REST base')) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  folder.remove();
  data?.remove();
  if (stdout.includes('REST base')) throw new Error(`It serves: ${stdout}`);
  return { code, stdout, stderr };
};
