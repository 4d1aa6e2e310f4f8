import { Writable } from 'node:stream';

/** How a run of the command ended. */
export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type CommandCall = {
  readonly args: readonly string[];
  /** Where it is called. */
  readonly directory: string;
  /** All of its environment. */
  readonly environment: { readonly [name: string]: string };
};

const MAIN = new URL('../../src/main.ts', import.meta.url);

const collector = () => {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream, text: () => text };
};

const replace = (name: 'argv' | 'env' | 'stdout' | 'stderr' | 'exit', value: unknown): (() => void) => {
  const before = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, { configurable: true, enumerable: true, writable: true, value });
  return () => {
    if (before !== undefined) Object.defineProperty(process, name, before);
  };
};

let runs = 0;
let previous: Promise<unknown> = Promise.resolve();

const runNow = async ({ args, directory, environment }: CommandCall): Promise<Run> => {
  const [stdout, stderr] = [collector(), collector()];
  const folder = process.cwd();
  const restore = [
    replace('argv', [process.execPath, MAIN.pathname, ...args]),
    replace('env', { ...environment }),
    replace('stdout', stdout.stream),
    replace('stderr', stderr.stream),
  ];
  process.chdir(directory);
  process.exitCode = undefined;
  try {
    runs += 1;
    // The module runs the command that its process was called with, each time that it is read.
    const { ended }: { readonly ended: Promise<void> } = await import(`${MAIN.href}?run=${runs}`);
    await ended;
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = undefined;
    process.chdir(folder);
    for (const put of restore) put();
  }
};

/**
 * Runs the command in this process, after those that were called before: reading its code and compiling it is most of what most
 * of them cost. All that it takes from its process is put back afterwards; what it logs past `process.stderr` is not in the result.
 */
export const runCommandHere = (call: CommandCall): Promise<Run> => {
  const run = previous.then(() => runNow(call));
  previous = run.catch(() => {});
  return run;
};

/** Commands that fail end their process a moment later, which here is that of others. */
export const outliveCommands = (): void => {
  replace('exit', () => {});
};
