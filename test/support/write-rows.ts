import type { LedgerRow } from '../../src/domain/operation-record.ts';
import type { LedgerStore } from '../../src/ports/store.ts';

/** Writes rows to a ledger in one batch. */
export const writeRows = (ledger: LedgerStore, rows: readonly LedgerRow[]): Promise<void> => {
  const batch = ledger.begin();
  for (const row of rows) batch.add(row);
  return batch.write();
};
