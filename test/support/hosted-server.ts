import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { CommandCall, Run } from './run-command.ts';
import type { HostOrder, HostReport } from './server-host.ts';
import type { Lists } from './small-seed.ts';

const PROGRAM = new URL('./server-host.ts', import.meta.url).pathname;

/** A server in a process that it shares with others. */
export type HostedServer = {
  /** Resolves when it is stopped and all that it kept open is closed. */
  stop(): Promise<void>;
};

type Hosted = {
  readonly started: PromiseWithResolvers<void>;
  readonly stopped: PromiseWithResolvers<void>;
  readonly onOutput: (text: string) => void;
};

type Host = {
  readonly servers: Map<string, Hosted>;
  readonly runs: Map<string, PromiseWithResolvers<Run>>;
  order(order: HostOrder): void;
};

/** Of this process, for all its test files; another once it has ended. */
let current: Host | undefined;

const startHost = (compileCache: string): Host => {
  const servers = new Map<string, Hosted>();
  const runs = new Map<string, PromiseWithResolvers<Run>>();
  const child: ChildProcess = fork(PROGRAM, {
    // Nothing of this process's own; what a server reads of an environment comes with the order.
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache, NODE_ENV: 'production' },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Tests hold their process, not what they no longer wait for.
  child.unref();
  child.channel?.unref();
  child.on('message', (report: HostReport) => {
    if (report.kind === 'RAN') {
      const { run, end } = report;
      if (typeof end === 'string') runs.get(run)?.reject(new Error(end));
      else runs.get(run)?.resolve(end);
      runs.delete(run);
      return;
    }
    const hosted = servers.get(report.server);
    switch (report.kind) {
      case 'PRINTED':
        return hosted?.onOutput(report.text);
      case 'STARTED':
        return hosted?.started.resolve();
      case 'STOPPED':
        servers.delete(report.server);
        return hosted?.stopped.resolve();
      case 'FAILED': {
        servers.delete(report.server);
        const error = new Error(report.reason);
        hosted?.started.reject(error);
        hosted?.stopped.reject(error);
      }
    }
  });
  const host: Host = { servers, runs, order: (order) => void child.send(order) };
  child.once('exit', (code, signal) => {
    if (current === host) current = undefined;
    const error = new Error(`the process of the servers has ended with ${code ?? signal}`);
    for (const { started, stopped } of servers.values()) {
      started.reject(error);
      stopped.reject(error);
    }
    for (const { reject } of runs.values()) reject(error);
  });
  return host;
};

/**
 * Starts the real server beside those that this process has started before. Rejects with what a person would read.
 * `folders` are removed once the host ends, where nobody has until then.
 */
export const startHosted = async (
  {
    directory,
    environment,
    lists,
    folders,
    compileCache,
  }: {
    readonly directory: string;
    readonly environment: { readonly [name: string]: string };
    readonly lists: Lists;
    readonly folders: readonly string[];
    readonly compileCache: string;
  },
  onOutput: (text: string) => void,
): Promise<HostedServer> => {
  current ??= startHost(compileCache);
  const host = current;
  const server = randomUUID();
  const hosted: Hosted = { started: Promise.withResolvers(), stopped: Promise.withResolvers(), onOutput };
  hosted.stopped.promise.catch(() => {});
  host.servers.set(server, hosted);
  for (const folder of folders) host.order({ kind: 'OWN', folder });
  host.order({ kind: 'START', server, directory, environment, lists });
  await hosted.started.promise;
  return {
    stop() {
      host.order({ kind: 'STOP', server });
      return hosted.stopped.promise;
    },
  };
};

/** Runs a command to its end in the process of the servers, after those that were called before. */
export const runHosted = (call: CommandCall, compileCache: string): Promise<Run> => {
  current ??= startHost(compileCache);
  const run = randomUUID();
  const ended = Promise.withResolvers<Run>();
  current.runs.set(run, ended);
  current.order({ kind: 'RUN', run, call });
  return ended.promise;
};
