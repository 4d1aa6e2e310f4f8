import type { LedgerRow } from '../../src/domain/operation-record.ts';
import type { LedgerStore } from '../../src/ports/store.ts';

/** Keeps rows in memory; the test says when it fails and when it is slow. */
export type ScriptedLedgerStore = LedgerStore & {
  /** Rows in the order in which they were written; a row written twice is in here twice. */
  readonly written: readonly LedgerRow[];
  /** Sizes of all inserts that were tried, failed ones too. */
  readonly batches: readonly number[];
  /** The next `times` inserts fail. */
  fail(times: number): void;
  /** Inserts from now on wait until the function returned is called. */
  hold(): () => void;
};

export const createScriptedLedgerStore = (): ScriptedLedgerStore => {
  const written: LedgerRow[] = [];
  const batches: number[] = [];
  let failures = 0;
  let held: Promise<void> | undefined;
  return {
    written,
    batches,
    fail(times) {
      failures = times;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    async insertMany(rows) {
      batches.push(rows.length);
      await held;
      if (failures > 0) {
        failures -= 1;
        throw new Error('the store is away');
      }
      written.push(...rows);
    },
  };
};
