import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type CpuTime = { readonly all: number; readonly main: number };

/** A server in a process of its own. */
export type Process = {
  readonly url: string;
  /** Milliseconds that it has computed so far: all its threads, and the one that serves, which is what bounds it. */
  cpuMs(): CpuTime;
  /** Bytes that are in memory now. */
  rss(): number;
  stop(): Promise<void>;
};

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
export const KEY = 'mg_bench-00000000000000000000';

const computedMs = (folder: string, task: string): number => {
  try {
    return Number(readFileSync(`${folder}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1_000_000;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
};

const processOf = (child: ChildProcess, url: string, cleanUp: () => void): Process => {
  const folder = `/proc/${child.pid}`;
  return {
    url,
    cpuMs: () => {
      const threads = readdirSync(`${folder}/task`).map((task) => ({ task, ms: computedMs(folder, task) }));
      return {
        all: threads.reduce((sum, { ms }) => sum + ms, 0),
        main: threads.find(({ task }) => task === String(child.pid))?.ms ?? Number.NaN,
      };
    },
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1]) * 1_024,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          cleanUp();
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
};

const start = (
  args: readonly string[],
  ready: RegExp,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  cleanUp: () => void = () => {},
): Promise<Process> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
      const url = ready.exec(printed)?.[1];
      if (url !== undefined) resolve(processOf(child, url, cleanUp));
    });
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${printed}`)));
  });

export const startProgram = (name: string, ...args: readonly string[]): Promise<Process> =>
  start([new URL(name, import.meta.url).pathname, ...args], /listening (\S+)/, {});

/** The server itself, as it is without any setting but for its two providers. */
export const startModelgraph = (
  upstream: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Process> => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-'));
  writeFileSync(
    join(folder, 'modelgraph.yaml'),
    JSON.stringify({
      providers: [
        { id: 'openai', baseUrl: `${upstream}/v1`, apiKey: 'sk-bench-0123456789' },
        { id: 'anthropic', baseUrl: upstream, apiKey: 'sk-ant-bench-0123456789' },
      ],
    }),
  );
  return start(
    [...flags, MAIN],
    /REST base +(http:\/\/\S+)\/v1/,
    {
      cwd: folder,
      env: {
        PORT: '0',
        MODELGRAPH_DATA_DIR: join(folder, 'data'),
        MODELGRAPH_ADMIN_KEY: KEY,
        ...env,
      },
    },
    () => rmSync(folder, { recursive: true, force: true }),
  );
};
