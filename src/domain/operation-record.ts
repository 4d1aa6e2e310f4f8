import type { CompletionRecord } from './completion-record.ts';
import type { OperationId } from './ids.ts';
import type { OperationKind } from './operation.ts';
import type { RecordFacts } from './record-facts.ts';

/** The ledger's row of one operation other than a completion: what was used and what it cost, never its content. */
export type OperationRecord = RecordFacts & {
  readonly id: OperationId;
  readonly operation: OperationKind;
};

/** One row of the ledger. */
export type LedgerRow = ({ readonly operation: 'COMPLETION' } & CompletionRecord) | OperationRecord;
