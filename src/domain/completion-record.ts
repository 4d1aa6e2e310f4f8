import type { Attempt, RouteDecision, Timings } from './attempt.ts';
import type { FinishReason } from './content-event.ts';
import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { CompletionId, KeyId, OfferingId } from './ids.ts';
import type { Usage } from './usage.ts';
import type { Warning } from './warning.ts';

/** The ledger's row of one completion: what was used and what it cost, never what was said. */
export type CompletionRecord = {
  readonly id: CompletionId;
  readonly keyId: KeyId;
  readonly createdAt: Date;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly route: RouteDecision;
  /** Of the last attempt; absent where none was made. */
  readonly offeringId?: OfferingId;
  readonly finishReason?: FinishReason;
  readonly rawFinishReason?: string;
  readonly usage?: Usage;
  readonly cost: Cost;
  readonly attempts: readonly Attempt[];
  readonly timings: Timings;
  readonly warnings: readonly Warning[];
  readonly failure?: LocatedFailure;
  readonly metadata?: { readonly [key: string]: string };
  readonly user?: string;
};
