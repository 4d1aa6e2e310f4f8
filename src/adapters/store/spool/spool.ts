import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { BegunAttempt } from '../../../domain/begun-attempt.ts';
import type { SpoolSync } from '../../../domain/spool-settings.ts';
import type { SpoolMark } from '../../../ports/store.ts';
import { folderFailure } from '../folder-problem.ts';
import { BegunWriter } from './begun-text.ts';
import { PendingChunk, readChunks, type SpoolRecord } from './chunks.ts';

const SYNC_EVERY_MS = 1_000;
const RETRY_MS = 1_000;
const SEGMENT_BYTES = 16 * 1024 * 1024;
/** A file of which nothing is needed is emptied from this size on. */
const EMPTY_FROM_BYTES = 256 * 1024;
/** What cannot be written is kept in memory up to this size; then it is the rows' batches alone that have it. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

export const SEGMENT_NAME = /^\d{8}\.spool$/;

/** One file. It is removed once the store has its rows, and no attempt that it names is under way. */
class Segment {
  readonly path: string;
  readonly fd: number;
  size = 0;
  /** Batches that the store does not have yet. */
  unwritten = 0;
  underWay = 0;

  constructor(folder: string, number: number) {
    this.path = join(folder, `${String(number).padStart(8, '0')}.spool`);
    this.fd = openSync(this.path, 'ax', 0o600);
  }

  get isNeeded(): boolean {
    return this.unwritten > 0 || this.underWay > 0;
  }

  remove(): void {
    closeSync(this.fd);
    rmSync(this.path, { force: true });
  }
}

class Mark implements SpoolMark {
  readonly segment: Segment;
  readonly before: SpoolMark | undefined;

  constructor(segment: Segment, before: SpoolMark | undefined) {
    this.segment = segment;
    this.before = before;
  }
}

/** Where the rows of a batch are. */
export class SpoolPlace {
  readonly segment: Segment;
  readonly from: number;
  /** Undefined while rows may come, and where not all of them are in the file. */
  to: number | undefined;

  constructor(segment: Segment) {
    this.segment = segment;
    this.from = segment.size;
  }
}

/** Of this process alone, in a folder of its own. Nothing waits for it but who asks when something is kept. */
export class Spool {
  readonly #folder: string;
  readonly #sync: SpoolSync;
  readonly #onProblem: (problem: string | undefined, reason: string) => void;
  readonly #pending = new PendingChunk();
  readonly #begun = new BegunWriter();
  readonly #older: Segment[] = [];
  #current: Segment;
  #made = 1;
  #latest: SpoolPlace | undefined;
  #waiting: (() => void)[] = [];
  #isScheduled = false;
  #isSyncing = false;
  #isUnsynced = false;
  #isClosed = false;
  #problem: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  /** The folder is there, and nobody else's. */
  constructor(
    folder: string,
    sync: SpoolSync,
    onProblem: (problem: string | undefined, reason: string) => void,
  ) {
    this.#folder = folder;
    this.#sync = sync;
    this.#onProblem = onProblem;
    this.#current = this.#segment();
    if (sync === 'interval') this.#timer = setInterval(this.#syncLater, SYNC_EVERY_MS).unref();
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  begun(attempt: BegunAttempt, before: SpoolMark | undefined): SpoolMark {
    this.#pending.addText('BEGUN', this.#begun.textOf(attempt));
    this.#current.underWay += 1;
    this.#schedule();
    return new Mark(this.#current, before);
  }

  forget(mark: SpoolMark | undefined): void {
    for (let each = mark; each !== undefined; each = each.before)
      if (each instanceof Mark) each.segment.underWay -= 1;
  }

  /** Rows that are added from now on are a batch of their own. */
  open(): SpoolPlace {
    const isWritten = this.#write();
    if (this.#latest !== undefined && isWritten) this.#latest.to = this.#latest.segment.size;
    if (isWritten && this.#current.size >= SEGMENT_BYTES) this.#turnOver();
    this.#latest = new SpoolPlace(this.#current);
    this.#current.unwritten += 1;
    return this.#latest;
  }

  /** Of the batch that was opened last. */
  row(lines: Buffer, from: number, to: number, mark: SpoolMark | undefined): void {
    this.#pending.addBytes('ROW', lines, from, to);
    this.forget(mark);
    this.#schedule();
  }

  fact(text: string): void {
    this.#pending.addText('FACT', text);
  }

  /** What a batch is made of, where all of it is in the file. */
  read({ segment, from, to }: SpoolPlace): readonly SpoolRecord[] {
    if (to === undefined) throw new Error('A batch that is not whole in the spool cannot be read from it.');
    const bytes = Buffer.allocUnsafeSlow(to - from);
    const file = openSync(segment.path, 'r');
    try {
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(file, bytes, at, bytes.length - at, from + at);
        if (read === 0) throw new Error(`${segment.path} is shorter than what was written to it.`);
        at += read;
      }
    } finally {
      closeSync(file);
    }
    const { records, damagedBytes } = readChunks(bytes);
    if (damagedBytes > 0) throw new Error(`${segment.path} is damaged.`);
    return records;
  }

  /** The store has the batch. */
  written({ segment }: SpoolPlace): void {
    segment.unwritten -= 1;
    for (let at = this.#older.length - 1; at >= 0; at -= 1) {
      const older = this.#older[at];
      if (older === undefined || older.isNeeded) continue;
      older.remove();
      this.#older.splice(at, 1);
    }
    const current = this.#current;
    if (current.isNeeded || !this.#pending.isEmpty || current.size < EMPTY_FROM_BYTES) return;
    ftruncateSync(current.fd);
    current.size = 0;
    this.#latest = undefined;
  }

  kept(go: () => void): void {
    this.#waiting.push(go);
    this.#schedule();
  }

  /** Whether something is left that the store does not have. */
  close(): boolean {
    this.#write();
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    const isLeft = [...this.#older, this.#current].some(({ isNeeded }) => isNeeded);
    for (const segment of [...this.#older, this.#current]) {
      if (!isLeft) segment.remove();
      else {
        if (this.#sync !== 'off') fdatasyncSync(segment.fd);
        closeSync(segment.fd);
      }
    }
    this.#go();
    return isLeft;
  }

  #segment(): Segment {
    const segment = new Segment(this.#folder, this.#made);
    this.#made += 1;
    if (this.#sync !== 'off') syncFolder(this.#folder);
    return segment;
  }

  #turnOver(): void {
    const full = this.#current;
    try {
      this.#current = this.#segment();
    } catch (error) {
      // It goes on growing.
      this.#failed(error);
      return;
    }
    // Who asks whether something is kept asks of the file that is written to.
    if (this.#sync === 'each' && this.#isUnsynced) fdatasyncSync(full.fd);
    if (full.isNeeded) this.#older.push(full);
    else full.remove();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    setImmediate(this.#onTurn);
  }

  /** At the end of a turn of the event loop: one write for all that came in it. */
  readonly #onTurn = (): void => {
    this.#isScheduled = false;
    if (this.#isClosed || this.#isSyncing) return;
    const isWritten = this.#write();
    if (isWritten && this.#sync === 'each' && this.#isUnsynced) this.#syncNow();
    else this.#go();
  };

  #go(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  readonly #syncLater = (): void => {
    if (!this.#isUnsynced || this.#isSyncing) return;
    this.#isUnsynced = false;
    // Where it fails, the next write does.
    fdatasync(this.#current.fd, () => {});
  };

  /** Whoever comes meanwhile waits for the next. */
  #syncNow(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isSyncing = true;
    this.#isUnsynced = false;
    fdatasync(this.#current.fd, (error) => {
      this.#isSyncing = false;
      if (error !== null) this.#failed(error);
      for (const go of waiting) go();
      if (this.#waiting.length > 0 || !this.#pending.isEmpty) this.#schedule();
    });
  }

  /** Whether all that is taken down is in the file. */
  #write(): boolean {
    if (this.#pending.isEmpty || this.#isClosed) return true;
    const segment = this.#current;
    const bytes = this.#pending.bytes();
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(segment.fd, bytes, at);
    } catch (error) {
      this.#failed(error);
      // What is written in part is no chunk, and would hide what follows it.
      try {
        ftruncateSync(segment.fd, segment.size);
      } catch {
        // Readers look for the next chunk.
      }
      if (bytes.length > MAX_PENDING_BYTES) this.#pending.clear();
      this.#latest = undefined;
      return false;
    }
    segment.size += bytes.length;
    this.#pending.clear();
    this.#isUnsynced = true;
    if (this.#problem !== undefined) {
      this.#problem = undefined;
      this.#onProblem(undefined, '');
    }
    return true;
  }

  #failed(error: unknown): void {
    const { code, message } = folderFailure(error);
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    const problem = isFull ? 'The disk of the spool is full.' : 'The spool cannot be written.';
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#schedule();
    }, RETRY_MS).unref();
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#onProblem(problem, message);
  }
}

const syncFolder = (folder: string): void => {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

export const readSegment = (path: string) => readChunks(readFileSync(path));
