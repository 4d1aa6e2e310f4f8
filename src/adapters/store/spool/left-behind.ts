import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BegunAttempt, InterruptedOperation } from '../../../domain/begun-attempt.ts';
import type { OperationId } from '../../../domain/ids.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { Log } from '../../../ports/log.ts';
import type { LedgerBatch, LedgerStore, Recovered } from '../../../ports/store.ts';
import { tryFileLock } from '../file-lock.ts';
import type { LineWriter } from '../ledger-writer.ts';
import { begunOf } from './begun-text.ts';
import { contentOf, idOfLine } from './content.ts';
import { LOCK_NAME } from './open-spool.ts';
import { readSegment, SEGMENT_NAME } from './spool.ts';

/** One that is being made has no files yet. */
const ABANDONED_AFTER_MS = 60_000;
const ROWS_AT_A_TIME = 1_000;

export type RecoveryStore = Pick<LineWriter, 'writeAgain'> &
  Pick<LedgerStore, 'findMany'> & {
    /** Of rows that are in no spool. */
    begin(): LedgerBatch;
  };

type RowOf = (operation: InterruptedOperation) => OperationRecord;

const segmentsOf = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => SEGMENT_NAME.test(name))
    .sort();

/** What the process that wrote a folder left, read file by file: rows come after the attempts that they are of. */
class LeftBehind {
  readonly #folder: string;
  readonly #store: RecoveryStore;
  readonly #log: Log;
  /** Attempts that no row was found of so far, by operation. */
  readonly #underWay = new Map<OperationId, [BegunAttempt, ...BegunAttempt[]]>();
  #until = new Date(0);

  constructor(folder: string, store: RecoveryStore, log: Log) {
    this.#folder = folder;
    this.#store = store;
    this.#log = log;
  }

  /** Of a folder that is this process's own by now. */
  async write(rowOf: RowOf): Promise<Recovered> {
    const names = segmentsOf(this.#folder);
    let rows = 0;
    for (const name of names) rows += await this.#writeRows(join(this.#folder, name));
    const interrupted = await this.#writeInterrupted(rowOf);
    for (const name of names) rmSync(join(this.#folder, name), { force: true });
    return { rows, interrupted };
  }

  async #writeRows(path: string): Promise<number> {
    this.#until = statSync(path).mtime;
    const { records, damagedBytes } = readSegment(path);
    for (const { kind, bytes } of records) {
      if (kind === 'BEGUN') this.#begin(bytes.toString(), path);
      else if (kind === 'ROW') this.#underWay.delete(idOfLine(bytes) as OperationId);
    }
    let written = 0;
    const kept = records.filter(({ kind }) => kind !== 'BEGUN');
    for (let at = 0; at < kept.length; at += ROWS_AT_A_TIME) {
      const { lines, facts } = contentOf(kept.slice(at, at + ROWS_AT_A_TIME));
      written += await this.#store.writeAgain(lines, facts);
    }
    if (damagedBytes > 0) this.#setAside(path, damagedBytes);
    return written;
  }

  #begin(text: string, path: string): void {
    try {
      const begun = begunOf(text);
      const others = this.#underWay.get(begun.id);
      if (others === undefined) this.#underWay.set(begun.id, [begun]);
      else others.push(begun);
    } catch (error) {
      this.#log.error('An attempt in a spool cannot be read, and is left out of the ledger.', {
        path,
        attempt: text,
        reason: String(error),
      });
    }
  }

  #setAside(path: string, damagedBytes: number): void {
    const aside = `${this.#folder}.${path.slice(-'00000000.spool'.length)}.damaged`;
    this.#log.error('A file of a spool is damaged. What is whole in it is in the ledger; the file is kept.', {
      path: aside,
      damagedBytes,
    });
    renameSync(path, aside);
  }

  async #writeInterrupted(rowOf: RowOf): Promise<number> {
    const ids = [...this.#underWay.keys()];
    let written = 0;
    for (let at = 0; at < ids.length; at += ROWS_AT_A_TIME) {
      const asked = ids.slice(at, at + ROWS_AT_A_TIME);
      // The file with its row may be gone already.
      const found = await this.#store.findMany(asked);
      const batch = this.#store.begin();
      for (const [index, id] of asked.entries()) {
        const begun = this.#underWay.get(id);
        if (found[index] !== undefined || begun === undefined) continue;
        batch.add(rowOf({ begun, until: this.#until }));
        written += 1;
      }
      await batch.write();
    }
    return written;
  }
}

/** Of all processes that have written into the folder and ended. One that lives holds its lock. */
export const recoverLeftBehind = async (
  folder: string,
  own: string,
  store: RecoveryStore,
  log: Log,
  rowOf: RowOf,
): Promise<Recovered> => {
  let rows = 0;
  let interrupted = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === own) continue;
    const left = join(folder, entry.name);
    if (segmentsOf(left).length === 0 && Date.now() - statSync(left).mtimeMs < ABANDONED_AFTER_MS) continue;
    const lock = tryFileLock(join(left, LOCK_NAME));
    if (lock === undefined) continue;
    try {
      const recovered = await new LeftBehind(left, store, log).write(rowOf);
      rows += recovered.rows;
      interrupted += recovered.interrupted;
    } finally {
      lock.release();
    }
    rmSync(left, { recursive: true, force: true });
  }
  return { rows, interrupted };
};
