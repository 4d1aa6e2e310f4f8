import type { Attempt, RouteDecision, Timings } from './attempt.ts';
import type { FinishReason } from './content-event.ts';
import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { KeyId, OfferingId, OperationId } from './ids.ts';
import type { Operation } from './operation.ts';
import type { Usage } from './usage.ts';
import type { Warning } from './warning.ts';

/** The ledger's row of one operation: what was used and what it cost, never what was said. */
export type OperationRecord = {
  readonly id: OperationId;
  readonly operation: Operation;
  readonly keyId: KeyId;
  readonly createdAt: Date;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly route: RouteDecision;
  /** Of the last attempt; absent where none was made. */
  readonly offeringId?: OfferingId;
  /** Why a completion ended; absent where it failed, and for other operations. */
  readonly finishReason?: FinishReason;
  /** The provider's own word for it. */
  readonly rawFinishReason?: string;
  /** Of the attempt that answered, else of the last that failed; what the others used is theirs. */
  readonly usage?: Usage;
  /** Of all attempts together. */
  readonly cost: Cost;
  readonly attempts: readonly Attempt[];
  readonly timings: Timings;
  readonly warnings: readonly Warning[];
  readonly failure?: LocatedFailure;
  readonly metadata?: { readonly [key: string]: string };
  readonly user?: string;
};
