import type { Attempt, RouteDecision, Timings } from './attempt.ts';
import type { CompletionRecord } from './completion-record.ts';
import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { KeyId, OfferingId, OperationId } from './ids.ts';
import type { OperationKind } from './operation.ts';
import type { Usage } from './usage.ts';
import type { Warning } from './warning.ts';

/** The ledger's row of one operation other than a completion: what was used and what it cost, never its content. */
export type OperationRecord = {
  readonly id: OperationId;
  readonly operation: OperationKind;
  readonly keyId: KeyId;
  readonly createdAt: Date;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly route: RouteDecision;
  /** Of the last attempt; absent where none was made. */
  readonly offeringId?: OfferingId;
  readonly usage?: Usage;
  readonly cost: Cost;
  readonly attempts: readonly Attempt[];
  readonly timings: Timings;
  readonly warnings: readonly Warning[];
  readonly failure?: LocatedFailure;
  readonly metadata?: { readonly [key: string]: string };
  readonly user?: string;
};

/** One row of the ledger. */
export type LedgerRow = ({ readonly operation: 'COMPLETION' } & CompletionRecord) | OperationRecord;
