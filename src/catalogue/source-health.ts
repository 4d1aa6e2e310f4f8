import type { QuarantinedPrice } from '../domain/price.ts';
import type { SourceProblemCode } from '../domain/source-problem.ts';

/**
 * OFF: not configured. WAITING: not read yet. FRESH: what it said last is what is used, read within the time that is set.
 * STALE: it has not been read for longer than that. FAILING: the latest reading failed; what it said before is used on.
 */
export const SOURCE_STATUSES = ['OFF', 'WAITING', 'FRESH', 'STALE', 'FAILING'] as const;
export type SourceStatus = (typeof SOURCE_STATUSES)[number];

/** How one source of the catalogue does. */
export type SourceHealth = {
  readonly id: string;
  readonly name: string;
  /** What a person would open to check it. */
  readonly pageUrl: string;
  /** Terms under which its data may be used. */
  readonly terms: string;
  readonly status: SourceStatus;
  /** For OFF: what to set to have it. */
  readonly offReason?: string;
  /** When it was last read or confirmed to be unchanged. */
  readonly checkedAt?: Date;
  /** When its payload last changed. */
  readonly changedAt?: Date;
  readonly nextCheckAt?: Date;
  /** Whether it is being read now, by this node or, as far as this one knows, by another. */
  readonly isBeingRead: boolean;
  /** Of the latest attempt to read it; absent where that went well in full. Quotes no secret. */
  readonly problem?: { readonly code: SourceProblemCode; readonly message: string; readonly at: Date };
  /** How often in a row reading it has failed. */
  readonly failures: number;
  /** What is used of it now. */
  readonly offerings: number;
  readonly prices: number;
  /** What it says and is not believed; at most 1,000 of them are kept. */
  readonly quarantined: readonly QuarantinedPrice[];
};

/** The sources of the catalogue, those that are shipped with it first, then in order of precedence. */
export type SourceBoard = {
  health(): readonly SourceHealth[];
};
