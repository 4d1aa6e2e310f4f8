import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { FolderFailure } from './folder-problem.ts';

/** The worker's file has this file's own extension: `.ts` from source, `.js` when built. */
const WORKER = new URL(`./pglite-worker${extname(import.meta.url)}`, import.meta.url);

/** How long a thread may take to close its database before it is ended. */
const CLOSE_MS = 10_000;

const Message = z.union([
  z.object({ kind: z.literal('LISTENING') }),
  z.object({ kind: z.literal('PONG') }),
  z.object({ kind: z.literal('FAILED'), message: z.string(), code: z.string().optional() }),
]);

/** PGlite in a thread, reachable through a socket. */
export type PgliteThread = {
  /** Resolves when its database failed in a way that it does not recover from, or the thread ended unasked. */
  readonly failed: Promise<FolderFailure>;
  /** Asks for a sign of life; how many were asked for before without one since. A query that computes gives none. */
  ping(): number;
  /** Closes the database; ends the thread at once if the database does not answer. */
  stop(): Promise<void>;
  /** Ends the thread as it is, also while it computes. */
  kill(): Promise<void>;
};

/** Rejects with a FolderFailure. */
export const startPglite = async (databaseDir: string, socketPath: string): Promise<PgliteThread> => {
  const worker = new Worker(WORKER, { name: 'pglite', workerData: { databaseDir, socketPath } });
  const listening = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<FolderFailure>();
  let isStopping = false;
  let unanswered = 0;
  const fail = (failure: FolderFailure): void => {
    if (!isStopping) failed.resolve(failure);
    listening.reject(failure);
  };
  worker.on('message', (given: unknown) => {
    const message = Message.parse(given);
    switch (message.kind) {
      case 'LISTENING':
        return listening.resolve();
      case 'PONG':
        unanswered = 0;
        return;
      case 'FAILED':
        return fail({ message: message.message, ...(message.code !== undefined && { code: message.code }) });
    }
  });
  worker.on('error', (error: unknown) =>
    fail({ message: error instanceof Error ? error.message : String(error) }),
  );
  const exited = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      fail({ message: 'its thread has ended' });
      resolve();
    }),
  );
  const kill = async (): Promise<void> => {
    isStopping = true;
    await worker.terminate();
  };
  try {
    await listening.promise;
  } catch (failure) {
    await kill();
    throw failure;
  }
  return {
    failed: failed.promise,
    ping() {
      worker.postMessage('ping');
      unanswered += 1;
      return unanswered - 1;
    },
    kill,
    async stop() {
      isStopping = true;
      worker.postMessage('stop');
      const timer = setTimeout(kill, CLOSE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
};
