/**
 * The program of a process that runs any number of real servers, each with its own configuration, folder and port, and
 * commands: reading our code and compiling it is most of what a start costs, and is done once. Ends with the process that started it.
 */
import { rmSync } from 'node:fs';
import { createLog } from '../../src/adapters/telemetry/log.ts';
import { loadConfig } from '../../src/config.ts';
import type { RunningServer } from '../../src/serve.ts';
import { startServer } from '../../src/start.ts';
import { type CommandCall, outliveCommands, type Run, runCommandHere } from './run-command.ts';
import { fewLists, type Lists } from './small-seed.ts';

export type HostOrder =
  | {
      readonly kind: 'START';
      readonly server: string;
      /** What the server takes for the folder that it was called in. */
      readonly directory: string;
      readonly environment: { readonly [name: string]: string };
      readonly lists: Lists;
    }
  | { readonly kind: 'STOP'; readonly server: string }
  /** Runs a command to its end. */
  | { readonly kind: 'RUN'; readonly run: string; readonly call: CommandCall }
  /** Removes these when the host ends. */
  | { readonly kind: 'OWN'; readonly folder: string };

export type HostReport =
  | { readonly kind: 'PRINTED'; readonly server: string; readonly text: string }
  | { readonly kind: 'STARTED'; readonly server: string }
  | { readonly kind: 'STOPPED'; readonly server: string }
  /** It could not be started, or not be stopped. */
  | { readonly kind: 'FAILED'; readonly server: string; readonly reason: string }
  /** A reason in place of an end: it did not come to one. */
  | { readonly kind: 'RAN'; readonly run: string; readonly end: Run | string };

/** Nobody is told any more once the process that started this one has ended: servers that stop then have last words too. */
const report = (each: HostReport): void => {
  if (process.connected) process.send?.(each);
};

const { exit } = process;
outliveCommands();

const running = new Map<string, RunningServer>();
const owned = new Set<string>();

/** As `serve` does in a process of its own, without the signals. */
const start = async ({
  server,
  directory,
  environment,
  lists,
}: HostOrder & { kind: 'START' }): Promise<void> => {
  const print = (text: string): void => report({ kind: 'PRINTED', server, text });
  const config = loadConfig(directory, environment);
  const log = createLog({
    level: config.logLevel,
    pretty: config.logFormat === 'pretty',
    destination: { write: print },
  });
  const started = await startServer(config, log, lists === 'SMALL' ? fewLists : undefined);
  running.set(server, started);
  print(started.greeting(false));
  await started.greeted();
  report({ kind: 'STARTED', server });
};

const stop = async ({ server }: HostOrder & { kind: 'STOP' }): Promise<void> => {
  const found = running.get(server);
  running.delete(server);
  await found?.stop();
  report({ kind: 'STOPPED', server });
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const run = async ({ run, call }: HostOrder & { kind: 'RUN' }): Promise<void> =>
  report({ kind: 'RAN', run, end: await runCommandHere(call).catch(reasonOf) });

const carryOut = (order: HostOrder): Promise<void> => {
  switch (order.kind) {
    case 'START':
      return start(order);
    case 'STOP':
      return stop(order);
    case 'RUN':
      return run(order);
    case 'OWN':
      owned.add(order.folder);
      return Promise.resolve();
  }
};

process.on('message', (order: HostOrder) => {
  carryOut(order).catch((error: unknown) => {
    if (order.kind === 'OWN' || order.kind === 'RUN') throw error;
    report({ kind: 'FAILED', server: order.server, reason: reasonOf(error) });
  });
});

process.once('disconnect', async () => {
  // What was left running is of tests that have ended.
  await Promise.race([
    Promise.allSettled([...running.values()].map((server) => server.stop())),
    new Promise((resolve) => setTimeout(resolve, 3_000)),
  ]);
  for (const folder of owned) rmSync(folder, { recursive: true, force: true });
  exit(0);
});
