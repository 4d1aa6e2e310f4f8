import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** A server process that a test run has started. */
export type RunningServer = { readonly url: string; stop(): Promise<void> };

/** A loopback port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });

/**
 * Starts a server and waits until it prints `ready`; rejects with what it printed where it ends before.
 * `onOutput` is told all that it prints, later on too.
 */
export const spawnUntil = (
  ready: RegExp,
  command: string,
  args: readonly string[],
  { onOutput, ...options }: SpawnOptions & { readonly onOutput?: (text: string) => void },
): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const read = (chunk: Buffer): void => {
      onOutput?.(chunk.toString());
      printed = (printed + chunk.toString()).slice(-20_000);
      if (ready.test(printed)) resolve(child);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${command} ended with ${code ?? signal}: ${printed}`)),
    );
  });

/** Ends a process and waits for it. */
export const stopProcess = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
