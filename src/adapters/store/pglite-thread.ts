import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatabaseError } from 'pg';
import { z } from 'zod';
import type { FolderFailure } from './folder-problem.ts';
import type { BackupOrder, CopyOrder } from './pglite-worker.ts';

/** The worker's file has this file's own extension: `.ts` from source, `.js` when built. */
const WORKER = new URL(`./pglite-worker${extname(import.meta.url)}`, import.meta.url);

/** How long a thread may take to close its database before it is ended. */
const CLOSE_MS = 10_000;
/** How long lines may take to be in. */
const ANSWER_MS = 60_000;
/** How long a backup may take: some seconds a gigabyte. */
const COPY_MS = 3_600_000;

const Message = z.union([
  z.object({ kind: z.literal('LISTENING') }),
  z.object({ kind: z.literal('PONG') }),
  z.object({
    kind: z.literal('COPIED'),
    number: z.number(),
    refused: z.object({ message: z.string(), code: z.string().optional() }).optional(),
  }),
  z.object({ kind: z.literal('DAMAGED'), message: z.string() }),
  z.object({ kind: z.literal('FAILED'), message: z.string(), code: z.string().optional() }),
]);

const refusalOf = ({ message, code }: { message: string; code?: string | undefined }): DatabaseError => {
  const error = new DatabaseError(message, 0, 'error');
  error.code = code;
  return error;
};

/** PGlite in a thread, reachable through a socket. */
export type PgliteThread = {
  /** Resolves when its database failed in a way that it does not recover from, or the thread ended unasked. */
  readonly failed: Promise<FolderFailure>;
  /**
   * Copies lines into columns of a table, as CopyIn does. Rejects with a DatabaseError where the database refuses, and where
   * it gives no answer.
   */
  copyIn(target: string, lines: Uint8Array): Promise<void>;
  /** Copies the database, as it is at one moment, into a folder that is made; nothing else is answered meanwhile. */
  copyTo(folder: string): Promise<void>;
  /** Told of each page whose checksum is wrong, by whoever reads it. */
  onDamaged(told: (reason: string) => void): void;
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
  /** What is being copied, by number. */
  const copying = new Map<number, PromiseWithResolvers<void>>();
  let copies = 0;
  let onDamaged = (_reason: string): void => {};
  let end: Error | undefined;
  const fail = (failure: FolderFailure): void => {
    end ??= new Error(failure.message);
    for (const { reject } of copying.values()) reject(end);
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
      case 'COPIED': {
        const { number, refused } = message;
        return refused === undefined
          ? copying.get(number)?.resolve()
          : copying.get(number)?.reject(refusalOf(refused));
      }
      case 'DAMAGED':
        onDamaged(message.message);
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
  const ordered = async (post: (number: number) => void, answerMs: number): Promise<void> => {
    if (end !== undefined) throw end;
    copies += 1;
    const number = copies;
    const copied = Promise.withResolvers<void>();
    copying.set(number, copied);
    const timer = setTimeout(() => copied.reject(new Error('it does not answer')), answerMs);
    post(number);
    try {
      await copied.promise;
    } finally {
      clearTimeout(timer);
      copying.delete(number);
    }
  };
  try {
    await listening.promise;
  } catch (failure) {
    await kill();
    throw failure;
  }
  return {
    failed: failed.promise,
    copyIn(target, lines) {
      // The lines themselves stay here, to be sent again should the thread end.
      const sent = new Uint8Array(lines);
      return ordered(
        (number) => worker.postMessage({ number, target, lines: sent } satisfies CopyOrder, [sent.buffer]),
        ANSWER_MS,
      );
    },
    copyTo: (folder) =>
      ordered((number) => worker.postMessage({ number, folder } satisfies BackupOrder), COPY_MS),
    onDamaged(told) {
      onDamaged = told;
    },
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
