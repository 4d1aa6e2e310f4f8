import type { Attempt, RouteDecision, Timings } from './attempt.ts';
import type { Cost } from './cost.ts';
import type { LocatedFailure } from './failure.ts';
import type { KeyId, OfferingId } from './ids.ts';
import type { Usage } from './usage.ts';
import type { Warning } from './warning.ts';

/** What the ledger's rows say of completions and of other operations alike. */
export type RecordFacts = {
  readonly keyId: KeyId;
  readonly createdAt: Date;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly route: RouteDecision;
  /** Of the last attempt; absent where none was made. */
  readonly offeringId?: OfferingId;
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
