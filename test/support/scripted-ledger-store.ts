import type { OperationRecord } from '../../src/domain/operation-record.ts';
import type { LedgerWriter } from '../../src/ports/store.ts';

/** Keeps rows in memory; the test says when it fails and when it is slow. */
export type ScriptedLedgerStore = LedgerWriter & {
  /** Rows in the order in which they were written; a row written twice is in here twice. */
  readonly written: readonly OperationRecord[];
  /** Sizes of all batches that were tried, failed ones too. */
  readonly batches: readonly number[];
  /** The next `times` writes fail, with this reason. */
  fail(times: number, reason?: (left: number) => string): void;
  /** Writes from now on wait until the function returned is called. */
  hold(): () => void;
};

export const createScriptedLedgerStore = (): ScriptedLedgerStore => {
  const written: OperationRecord[] = [];
  const batches: number[] = [];
  let failures = 0;
  let reasonWith = (_left: number): string => 'the store is away';
  let held: Promise<void> | undefined;
  return {
    written,
    batches,
    fail(times, reason) {
      failures = times;
      if (reason !== undefined) reasonWith = reason;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    begin() {
      const rows: OperationRecord[] = [];
      return {
        add: (row) => void rows.push(row),
        texts: () => rows.map((row) => JSON.stringify(row)),
        async write() {
          batches.push(rows.length);
          await held;
          if (failures > 0) {
            failures -= 1;
            throw new Error(reasonWith(failures));
          }
          written.push(...rows);
        },
      };
    },
  };
};
