import type { OperationRecord } from '../domain/operation-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import {
  failureKind,
  type LedgerBatch,
  type LedgerWriter,
  type SpoolMark,
  StoreFullError,
} from '../ports/store.ts';

/** Writes what was done to the store in batches, off the path of the request. */
export type Ledger = {
  /** Queues a row; `mark`: of its latest attempt in the spool. Never throws, never waits. */
  readonly append: (row: OperationRecord, mark?: SpoolMark) => void;
  /** Resolves once every row queued so far is written; rejects if a write fails, which is then tried again later. */
  flush(): Promise<void>;
  /** Why rows are not written at the moment, in a sentence that anybody may read; undefined if they are. */
  problem(): string | undefined;
  /** Rows that the store does not have yet. */
  waiting(): number;
  /** Why no more rows can be taken; undefined while they can. Work that could not be billed must not start. */
  backlog(): string | undefined;
  /** Writes what is queued, trying for a few seconds. What could not be written is logged as an error. */
  close(): Promise<void>;
};

type Batch = {
  readonly rows: LedgerBatch;
  size: number;
  /** It is being written. */
  isBusy: boolean;
};

export type LedgerOptions = {
  /** Longest time a row waits for others, in milliseconds. */
  readonly flushAfterMs: number;
  /** Most rows of one insert. */
  readonly batchSize: number;
  /** Queued rows from which on new work is refused, where they are in memory alone. */
  readonly maxQueued: number;
  /** The same where they wait in a spool; and where the store refuses them, wherever they wait: 0 is to refuse at once. */
  readonly maxWaiting: number;
};

const DEFAULTS: LedgerOptions = {
  flushAfterMs: 100,
  batchSize: 500,
  maxQueued: 20_000,
  maxWaiting: 1_000_000,
};
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000] as const;
const LONGEST_RETRY_MS = 10_000;
/** Later ones wait in the spool alone, where there is one. */
const BATCHES_IN_MEMORY = 8;
const CLOSE_ATTEMPTS = 3;
const CLOSE_RETRY_MS = 500;
const CLOSE_WITHIN_MS = 5_000;

export const createLedger = (
  store: LedgerWriter,
  clock: Clock,
  log: Log,
  options: Partial<LedgerOptions> = {},
): Ledger => {
  const { flushAfterMs, batchSize, maxQueued, maxWaiting } = { ...DEFAULTS, ...options };
  /** Batches that are not written yet; the last takes more rows while it has room. */
  const queue: Batch[] = [];
  let appended = 0;
  let written = 0;
  let failures = 0;
  /** What kinds of failures there were since rows were written last. */
  const failed = new Set<string>();
  let isFull = false;
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> | undefined;
  let isClosed = false;

  const { spool } = store;

  const isOverfull = (): boolean => {
    const waiting = appended - written;
    const isSpooled = spool !== undefined && spool.problem() === undefined;
    // What a healthy store is about to take does not count.
    if (failures > 0 || spool?.problem() !== undefined)
      return waiting >= (isSpooled ? maxWaiting : Math.min(maxWaiting, maxQueued));
    return waiting >= (isSpooled ? Math.max(maxWaiting, maxQueued) : maxQueued);
  };

  /** With all that it takes to write it by hand. */
  const logLost = (batch: LedgerBatch): void => {
    for (const row of batch.texts()) log.error('An operation could not be recorded.', { row });
  };

  const wait = (ms: number): { readonly over: Promise<void>; readonly cancel: () => void } => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    return { over, cancel: clock.after(ms, resolve) };
  };

  const schedule = (ms: number): void => {
    cancelTimer?.();
    cancelTimer = clock.after(ms, () => {
      cancelTimer = undefined;
      // A failure is logged and tried again where it happens.
      flush().catch(() => {});
    });
  };

  const retryLater = (error: unknown): void => {
    const retryInMs = RETRY_MS[failures] ?? LONGEST_RETRY_MS;
    failures += 1;
    // Once for each reason: it is tried until the store is back.
    if (!failed.has(failureKind(error)))
      log.error('The ledger could not be written; its rows are kept and written later.', {
        rows: appended - written,
        retryInMs,
        reason: error instanceof Error ? error.message : String(error),
      });
    failed.add(failureKind(error));
    isFull = error instanceof StoreFullError;
    if (!isClosed) schedule(retryInMs);
  };

  /** The first batch; its rows stay queued until they are written. */
  const writeBatch = async (): Promise<void> => {
    const [first] = queue;
    if (first === undefined) return;
    const rows = first.size;
    first.isBusy = true;
    try {
      await first.rows.write();
    } catch (error) {
      first.isBusy = false;
      retryLater(error);
      throw error;
    }
    queue.shift();
    written += rows;
    if (failed.size > 0) log.info('The ledger is written again.', { rows });
    failures = 0;
    failed.clear();
    isFull = false;
  };

  /** With room for a row. */
  const lastBatch = (): Batch => {
    const last = queue.at(-1);
    if (last !== undefined && !last.isBusy && last.size < batchSize) return last;
    const batch: Batch = { rows: store.begin(), size: 0, isBusy: false };
    queue.push(batch);
    const waiting = queue.length > BATCHES_IN_MEMORY ? queue.at(-2) : undefined;
    if (waiting?.isBusy === false) waiting.rows.shelve?.();
    return batch;
  };

  const flush = async (): Promise<void> => {
    const upTo = appended;
    while (written < upTo) {
      writing ??= writeBatch().finally(() => {
        writing = undefined;
      });
      await writing;
    }
  };

  return {
    append: (row, mark) => {
      if (isClosed) {
        const late = store.begin();
        late.add(row, mark);
        return logLost(late);
      }
      const batch = lastBatch();
      batch.rows.add(row, mark);
      batch.size += 1;
      appended += 1;
      if (batch.size === batchSize && failures === 0) schedule(0);
      else if (cancelTimer === undefined) schedule(flushAfterMs);
    },
    flush,
    problem: () => {
      if (failed.size === 0) return spool?.problem();
      return isFull
        ? 'The disk of the store is full: the ledger cannot be written.'
        : 'The ledger cannot be written.';
    },
    waiting: () => appended - written,
    backlog: () =>
      isOverfull()
        ? `The ledger's store does not take rows (${appended - written} are waiting), and work that cannot be recorded is not begun. Check the database.`
        : undefined,
    async close() {
      const deadline = wait(CLOSE_WITHIN_MS);
      let pause: ReturnType<typeof wait> | undefined;
      const writeAll = async (): Promise<void> => {
        for (let attempt = 1; queue.length > 0 && !isClosed; attempt += 1) {
          try {
            await flush();
          } catch {
            if (attempt === CLOSE_ATTEMPTS) return;
            pause = wait(CLOSE_RETRY_MS);
            await pause.over;
          }
        }
      };
      await Promise.race([writeAll(), deadline.over]);
      isClosed = true;
      for (const cancel of [deadline.cancel, pause?.cancel, cancelTimer]) cancel?.();
      if (queue.length === 0) return;
      if (spool !== undefined && spool.problem() === undefined)
        log.warn(
          'The store does not take rows of the ledger: they wait in the spool, and are written at the next start.',
          {
            rows: appended - written,
          },
        );
      else for (const { rows } of queue) logLost(rows);
    },
  };
};
