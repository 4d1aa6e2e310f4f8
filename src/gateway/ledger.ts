import type { CompletionRecord } from '../domain/completion-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { CompletionStore } from '../ports/store.ts';

/** Writes completions to the store in batches, off the path of the request. */
export type Ledger = {
  /** Queues a row. Never throws, never waits. */
  readonly append: (record: CompletionRecord) => void;
  /** Resolves once every row queued so far is written; rejects if a write fails. */
  flush(): Promise<void>;
  /** Why no more rows can be taken; undefined while they can. Work that could not be billed must not start. */
  backlog(): string | undefined;
  /** Writes what is queued, trying for a few seconds. What could not be written is logged as an error. */
  close(): Promise<void>;
};

export type LedgerOptions = {
  /** Longest time a row waits for others, in milliseconds. */
  readonly flushAfterMs: number;
  /** Most rows of one insert. */
  readonly batchSize: number;
  /** Queued rows from which on new completions are refused. */
  readonly maxQueued: number;
};

const DEFAULTS: LedgerOptions = { flushAfterMs: 100, batchSize: 500, maxQueued: 20_000 };
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000, 10_000] as const;
const CLOSE_ATTEMPTS = 3;

export const createLedger = (
  store: CompletionStore,
  clock: Clock,
  log: Log,
  options: Partial<LedgerOptions> = {},
): Ledger => {
  const { flushAfterMs, batchSize, maxQueued } = { ...DEFAULTS, ...options };
  let queue: CompletionRecord[] = [];
  let failures = 0;
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> | undefined;

  /** One batch; rows stay queued until they are written. */
  const writeBatch = async (): Promise<void> => {
    const batch = queue.slice(0, batchSize);
    await store.insertMany(batch);
    queue = queue.slice(batch.length);
    failures = 0;
  };

  const writeAll = async (): Promise<void> => {
    while (queue.length > 0) await writeBatch();
  };

  const flush = (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  };

  const schedule = (ms: number): void => {
    cancelTimer ??= clock.after(ms, () => {
      cancelTimer = undefined;
      flush().catch((error: unknown) => {
        const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? flushAfterMs;
        failures += 1;
        log.error('The ledger could not be written; its rows are kept and written later.', {
          rows: queue.length,
          retryInMs: wait,
          reason: error instanceof Error ? error.message : String(error),
        });
        schedule(wait);
      });
    });
  };

  return {
    append: (record) => {
      queue.push(record);
      schedule(queue.length >= batchSize && failures === 0 ? 0 : flushAfterMs);
    },
    flush,
    backlog: () =>
      queue.length >= maxQueued
        ? `The ledger's store does not take rows (${queue.length} are waiting), and work that cannot be recorded is not begun. Check the database.`
        : undefined,
    async close() {
      for (let attempt = 1; attempt <= CLOSE_ATTEMPTS && queue.length > 0; attempt += 1) {
        try {
          await flush();
        } catch (error) {
          log.error('The ledger could not be written while stopping.', {
            rows: queue.length,
            attempt,
            reason: error instanceof Error ? error.message : String(error),
          });
          await new Promise<void>((resolve) => clock.after(500, resolve));
        }
      }
      cancelTimer?.();
      for (const lost of queue) log.error('A completion could not be recorded.', { completionId: lost.id });
    },
  };
};
