import type { Offering } from '../../domain/model.ts';
import type { FilterMiss, FilterReason, Inclusion } from '../../domain/offering-filter.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { Catalogue } from '../catalogue.ts';

/** Undefined: the offering passes. */
export type FilterCheck = (offering: Offering) => FilterMiss | undefined;

/** What a filter is applied to. */
export type FilterContext = {
  readonly catalogue: Catalogue;
  /** The moment whose prices and retirements count. */
  readonly at: Date;
  /** What this server measured itself; nothing if absent. */
  readonly measured?: (id: Offering['id']) => readonly PerfStat[];
};

export const miss = (reason: FilterReason, detail: string): FilterMiss => ({ reason, detail });

/** The first thing that does not hold. */
export const firstMiss =
  (checks: readonly FilterCheck[]): FilterCheck =>
  (offering) => {
    for (const check of checks) {
      const found = check(offering);
      if (found !== undefined) return found;
    }
    return undefined;
  };

/** By whether an offering is of a sort: `not` if only that sort passes, `is` if it does not pass. */
export const included = (
  asked: Inclusion,
  isSuch: (offering: Offering) => boolean,
  is: (offering: Offering) => FilterMiss,
  not: (offering: Offering) => FilterMiss,
): FilterCheck => {
  switch (asked) {
    case 'INCLUDE':
      return () => undefined;
    case 'EXCLUDE':
      return (offering) => (isSuch(offering) ? is(offering) : undefined);
    case 'ONLY':
      return (offering) => (isSuch(offering) ? undefined : not(offering));
  }
};

/** Names in a message: the whole of a long list would stand with each offering. */
const MAX_LISTED = 10;

export const listed = (names: readonly string[]): string =>
  names.length <= MAX_LISTED
    ? names.join(', ')
    : `${names.slice(0, MAX_LISTED).join(', ')} and ${names.length - MAX_LISTED} more`;

export const lowerCase = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.map((name) => name.toLowerCase()));

export const day = (at: Date): string => at.toISOString().slice(0, 10);
