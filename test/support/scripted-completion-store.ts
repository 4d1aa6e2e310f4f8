import type { CompletionRecord } from '../../src/domain/completion-record.ts';
import type { CompletionStore } from '../../src/ports/store.ts';

/** Keeps rows in memory; the test says when it fails and when it is slow. */
export type ScriptedCompletionStore = CompletionStore & {
  /** Rows in the order in which they were written; a row written twice is in here twice. */
  readonly written: readonly CompletionRecord[];
  /** Sizes of all inserts that were tried, failed ones too. */
  readonly batches: readonly number[];
  /** The next `times` inserts fail. */
  fail(times: number): void;
  /** Inserts from now on wait until the function returned is called. */
  hold(): () => void;
};

export const createScriptedCompletionStore = (): ScriptedCompletionStore => {
  const written: CompletionRecord[] = [];
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
    async insertMany(records) {
      batches.push(records.length);
      await held;
      if (failures > 0) {
        failures -= 1;
        throw new Error('the store is away');
      }
      written.push(...records);
    },
    findMany: async (ids) => ids.map((id) => written.find((record) => record.id === id)),
    list: async () => ({ rows: written.toReversed(), hasMore: false }),
  };
};
