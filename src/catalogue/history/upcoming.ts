import type { Offering } from '../../domain/model.ts';
import type { Price, PriceChange } from '../../domain/price.ts';
import { datedDifferences } from './price-differences.ts';

/** Rows that begin after a moment, the next first. */
export const upcomingPrices = (rows: readonly Price[], now: Date): Price[] =>
  rows
    .flatMap((row) =>
      row.effectiveFrom !== undefined && row.effectiveFrom > now ? [{ row, from: row.effectiveFrom }] : [],
    )
    .toSorted((one, other) => one.from.getTime() - other.from.getTime())
    .map(({ row }) => row);

/** The last moment that a date can be. */
const END_OF_TIME = new Date(8.64e15);

/** What becomes of an offering's rates by their own dates after a moment, the next first. */
export const upcomingChanges = (
  { id, modelSlug }: Pick<Offering, 'id' | 'modelSlug'>,
  rows: readonly Price[],
  now: Date,
): PriceChange[] =>
  datedDifferences(id, modelSlug, rows, now, END_OF_TIME).flatMap(({ changes }) =>
    changes.map(({ change }) => change),
  );
