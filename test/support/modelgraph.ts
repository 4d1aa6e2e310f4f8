import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usedDataFolder } from './data-folder.ts';
import { runHosted, startHosted } from './hosted-server.ts';
import type { Run } from './run-command.ts';
import { spawnUntil, stopProcess } from './running-server.ts';
import type { Lists } from './small-seed.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A real server: its own port, configuration, folder and database. */
export type Modelgraph = {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** `ws://127.0.0.1:port/graphql` */
  readonly socketUrl: string;
  /** Empty where the server has one from an earlier start, which it does not show. */
  readonly adminKey: string;
  /** All that it has printed so far, on both streams. */
  output(): string;
  /** Resolves when it has printed something that matches. */
  printed(pattern: RegExp): Promise<void>;
  /** POSTs an operation; the admin key unless another or none (null) is given. */
  post(query: string, variables?: object, key?: string | null): Promise<Answer>;
  stop(): Promise<void>;
};

/** One in a process of its own, as people run it. */
export type ModelgraphProcess = Modelgraph & {
  /** Sends a signal without waiting. */
  signal(name: NodeJS.Signals): void;
  /** The exit code, once the process has ended. */
  readonly exited: Promise<number | null>;
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
  /** What it knows besides its configuration; `SHIPPED` if not given, and always in a process of its own. */
  readonly lists?: Lists;
};

const MAIN = new URL('../../bin/modelgraph.js', import.meta.url).pathname;
/** Reading our TypeScript is a quarter of a start's work, and the same for all of them. */
const COMPILED = new URL('../../node_modules/.cache/modelgraph-compiled', import.meta.url).pathname;

/** What a server has printed, and whoever waits for a part of it. */
const createPrintout = () => {
  let output = '';
  const listeners = new Set<() => void>();
  return {
    output: () => output,
    add(text: string): void {
      output += text;
      for (const listener of listeners) listener();
    },
    printed: (pattern: RegExp): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!pattern.test(output)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
};

type Printout = ReturnType<typeof createPrintout>;

type Place = {
  readonly directory: string;
  readonly environment: { readonly [name: string]: string };
  readonly folders: readonly string[];
  readonly adminKey: string | undefined;
  remove(): void;
};

/** Where a server is called, and all that its environment holds. */
const prepare = async (options: ModelgraphOptions, lists: Lists): Promise<Place> => {
  const folder = folderWith(options);
  const data = options.dataDir === undefined ? await usedDataFolder(lists) : undefined;
  const adminKey = options.env?.MODELGRAPH_ADMIN_KEY ?? `mg_test-${randomUUID()}`;
  return {
    directory: folder.path,
    folders: [folder.path, ...(data === undefined ? [] : [data.path])],
    adminKey: options.ownAdminKey === true ? undefined : adminKey,
    environment: {
      ...(options.ownAdminKey !== true && { MODELGRAPH_ADMIN_KEY: adminKey }),
      ...environmentOf(options, options.dataDir ?? data?.path),
    },
    remove() {
      folder.remove();
      data?.remove();
    },
  };
};

/** What its greeting and the way it was started say of a server that serves. */
const addressed = ({ output, printed }: Printout, given: string | undefined): Omit<Modelgraph, 'stop'> => {
  const url = /REST base +(http:\/\/\S+)\/v1/.exec(output())?.[1];
  if (url === undefined) throw new Error(`no address in: ${output()}`);
  const adminKey = given ?? /Admin key +(mg_\S+)/.exec(output())?.[1] ?? '';
  return {
    url,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    adminKey,
    output,
    printed,
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
  };
};

/** Node itself, and what is loaded into it, read their variables once a process; nodes that share a store share no process. */
const hasOfProcess = ({ env = {} }: ModelgraphOptions): boolean =>
  Object.keys(env).some((name) => /^(NODE|OTEL)_|^(DATABASE|REDIS)_URL$/.test(name));

/**
 * Starts a server with nothing in its environment but what is given, and waits until it serves. It runs beside others of this
 * test process (server-host.ts), unless it is given what only a whole process has.
 */
export const startModelgraph = async (options: ModelgraphOptions = {}): Promise<Modelgraph> => {
  if (hasOfProcess(options)) return spawnModelgraph(options);
  const { lists = 'SHIPPED' } = options;
  const place = await prepare(options, lists);
  const printout = createPrintout();
  const hosted = await startHosted({ ...place, lists, compileCache: COMPILED }, printout.add);
  return {
    ...addressed(printout, place.adminKey),
    async stop() {
      await hosted.stop();
      place.remove();
    },
  };
};

/** Starts the command in a process of its own and waits until it serves. */
export const spawnModelgraph = async (options: ModelgraphOptions = {}): Promise<ModelgraphProcess> => {
  const { directory, environment, adminKey, remove } = await prepare(options, 'SHIPPED');
  const printout = createPrintout();
  const child = await spawnUntil(/REST base +\S+/, process.execPath, [MAIN], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: COMPILED,
      // It ends with this process, also where a test has not waited until it served.
      MODELGRAPH_LAUNCHER: String(process.pid),
      ...environment,
    },
    onOutput: printout.add,
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    ...addressed(printout, adminKey),
    signal: (name) => void child.kill(name),
    exited,
    async stop() {
      await stopProcess(child, 'SIGTERM');
      remove();
    },
  };
};

const folderWith = ({ config, dotEnv }: ModelgraphOptions): ReturnType<typeof temporaryFolder> => {
  const folder = temporaryFolder();
  if (config !== undefined) writeFileSync(join(folder.path, 'modelgraph.yaml'), config);
  if (dotEnv !== undefined) writeFileSync(join(folder.path, '.env'), dotEnv);
  return folder;
};

const environmentOf = (
  { env }: ModelgraphOptions,
  dataDir: string | undefined,
): { readonly [name: string]: string } => ({
  PORT: '0',
  ...(dataDir !== undefined && { MODELGRAPH_DATA_DIR: dataDir }),
  ...env,
});

/**
 * Runs the command to its end, in the process of the servers: for all that does not concern its own process, as its exit, its
 * signals and its pipes do. In one of its own where the environment has what only a whole process has.
 */
export const runCommand = async (
  args: readonly string[],
  options: Pick<ModelgraphOptions, 'config' | 'dotEnv' | 'env' | 'dataDir'> = {},
): Promise<Run> => {
  if (hasOfProcess(options)) return runModelgraph(args, options);
  const folder = folderWith(options);
  try {
    const environment = environmentOf(options, options.dataDir);
    return await runHosted({ args, directory: folder.path, environment }, COMPILED);
  } finally {
    folder.remove();
  }
};

/** Runs the command to its end, in a process of its own. Rejects if it serves instead. */
export const runModelgraph = async (
  args: readonly string[] = [],
  options: ModelgraphOptions = {},
): Promise<Run> => {
  const folder = folderWith(options);
  const data = args.length === 0 && options.dataDir === undefined ? await usedDataFolder() : undefined;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder.path,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: COMPILED,
      ...environmentOf(options, options.dataDir ?? data?.path),
    },
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
