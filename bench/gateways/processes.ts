import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type CpuTime = { readonly all: number; readonly main: number };

/** A server in a process of its own. */
export type Process = {
  readonly url: string;
  readonly pid: number;
  /** All that it has printed so far, its last 20,000 characters. */
  printed(): string;
  /** Milliseconds that it has computed so far: all its threads, and the one that serves, which is what bounds it. */
  cpuMs(): CpuTime;
  /** Bytes that are in memory now. */
  rss(): number;
  /** The most bytes that were at any time. */
  peakRss(): number;
  stop(): Promise<void>;
};

export const COMMAND = new URL('../../bin/modelgraph.js', import.meta.url).pathname;
/** The same, never from the bundle: lines and names are those of the sources. */
export const SOURCES = new URL('../../src/main.ts', import.meta.url).pathname;
export const KEY = 'mg_bench-00000000000000000000';

const computedMs = (folder: string, task: string): number => {
  try {
    return Number(readFileSync(`${folder}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1_000_000;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
};

export const cpuMsOf = (pid: number): CpuTime => {
  const folder = `/proc/${pid}`;
  const threads = readdirSync(`${folder}/task`).map((task) => ({ task, ms: computedMs(folder, task) }));
  return {
    all: threads.reduce((sum, { ms }) => sum + ms, 0),
    main: threads.find(({ task }) => task === String(pid))?.ms ?? Number.NaN,
  };
};

const memoryOf = (pid: number, line: RegExp): number =>
  Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;

export const rssOf = (pid: number): number => memoryOf(pid, /VmRSS:\s+(\d+)/);

const STOP_MS = 10_000;

/** No server outlives the measurement, however that ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return void resolve();
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(impatience);
      resolve();
    });
    child.kill('SIGTERM');
  });

export type StartOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cleanUp?: () => void;
};

/** Runs until it is stopped; `ready` finds in what it prints the address that it listens on. */
export const startProcess = (
  args: readonly string[],
  ready: RegExp,
  { cleanUp = () => {}, ...options }: StartOptions = {},
): Promise<Process> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const { pid } = child;
    let printed = '';
    let isReady = false;
    const read = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-20_000);
      const url = isReady ? undefined : ready.exec(printed)?.[1];
      if (url === undefined || pid === undefined) return;
      isReady = true;
      resolve({
        url,
        pid,
        printed: () => printed,
        cpuMs: () => cpuMsOf(pid),
        rss: () => rssOf(pid),
        peakRss: () => memoryOf(pid, /VmHWM:\s+(\d+)/),
        stop: () => stop(child).then(cleanUp),
      });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${printed}`)));
  });

/** A program of this folder that prints `listening <url>`. */
export const startProgram = (name: string, ...args: readonly string[]): Promise<Process> =>
  startProcess([new URL(name, import.meta.url).pathname, ...args], /listening (\S+)/);

/** The server's config file: its two providers, and a route. */
export const providersFile = (upstream: string): string =>
  JSON.stringify({
    providers: [
      { id: 'openai', baseUrl: `${upstream}/v1`, apiKey: 'sk-bench-0123456789' },
      { id: 'anthropic', baseUrl: upstream, apiKey: 'sk-ant-bench-0123456789' },
    ],
    routes: { bench: { candidates: [{ model: 'openai/gpt-4o-mini' }] } },
  });

/** The server itself, as `npm start` runs it, without any setting but for its two providers and a route. */
export const startModelgraph = (
  upstream: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  command = COMMAND,
): Promise<Process> => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-'));
  writeFileSync(join(folder, 'modelgraph.yaml'), providersFile(upstream));
  return startProcess([...flags, command], /REST base +(http:\/\/\S+)\/v1/, {
    cwd: folder,
    env: { PORT: '0', MODELGRAPH_DATA_DIR: join(folder, 'data'), MODELGRAPH_ADMIN_KEY: KEY, ...env },
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  });
};
