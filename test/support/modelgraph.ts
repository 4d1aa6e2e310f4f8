import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newDataFolder } from './data-folder.ts';
import { spawnUntil, stopProcess } from './running-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The real server in a process of its own. */
export type Modelgraph = {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** `ws://127.0.0.1:port/graphql` */
  readonly socketUrl: string;
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
  /** Where it keeps its data; a new, empty one if not given. */
  readonly dataDir?: string;
};

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** Starts the server with nothing in its environment but what is given, and waits until it serves. */
export const startModelgraph = async (options: ModelgraphOptions = {}): Promise<Modelgraph> => {
  const folder = temporaryFolder();
  if (options.config !== undefined) writeFileSync(join(folder.path, 'modelgraph.yaml'), options.config);
  const data = options.dataDir === undefined ? await newDataFolder() : undefined;
  const adminKey = options.env?.MODELGRAPH_ADMIN_KEY ?? `mg_test-${randomUUID()}`;
  let output = '';
  const listeners = new Set<() => void>();
  const child = await spawnUntil(/REST base +\S+/, process.execPath, [MAIN], {
    cwd: folder.path,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      MODELGRAPH_ADMIN_KEY: adminKey,
      MODELGRAPH_DATA_DIR: options.dataDir ?? data?.path,
      ...options.env,
    },
    onOutput: (text) => {
      output += text;
      for (const listener of listeners) listener();
    },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = /REST base +(http:\/\/\S+)\/v1/.exec(output)?.[1];
  if (url === undefined) throw new Error(`no address in: ${output}`);
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
