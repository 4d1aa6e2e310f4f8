import type { Attempt } from './attempt.ts';
import type { ServiceTier } from './completion-request.ts';
import type { OperationRecord } from './operation-record.ts';
import type { Usage } from './usage.ts';

/** What a price depends on besides usage and time, as an attempt was asked. */
export type BegunTerms = {
  readonly serviceTier?: ServiceTier | undefined;
  readonly thinking?: boolean | undefined;
  readonly region?: string | undefined;
  readonly attributes?: { readonly [name: string]: string } | undefined;
};

/** An attempt that is about to be sent: what its row is made of where the process ends before it does. Nothing of what is said. */
export type BegunAttempt = Pick<OperationRecord, 'id' | 'operation' | 'keyId' | 'createdAt' | 'route'> & {
  readonly metadata?: OperationRecord['metadata'] | undefined;
  readonly user?: string | undefined;
  readonly attempt: Pick<Attempt, 'index' | 'offeringId' | 'providerId' | 'startedAt' | 'cause'>;
  /** Attempts of the same operation that were over by then. */
  readonly over: readonly Attempt[];
  /** What it is likely to use, roughly; absent where nobody knows. */
  readonly usage?: Usage | undefined;
  readonly terms?: BegunTerms | undefined;
};

/** Attempts of one operation that no row was kept of, and when its process was last known to live. */
export type InterruptedOperation = {
  readonly begun: readonly [BegunAttempt, ...BegunAttempt[]];
  readonly until: Date;
};
