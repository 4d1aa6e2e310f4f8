import type { OperationRecord } from '../../src/domain/operation-record.ts';
import type { LedgerWriter } from '../../src/ports/store.ts';

/** Writes rows to a ledger in one batch. */
export const writeRows = (ledger: LedgerWriter, rows: readonly OperationRecord[]): Promise<void> => {
  const batch = ledger.begin();
  for (const row of rows) batch.add(row);
  return batch.write();
};
