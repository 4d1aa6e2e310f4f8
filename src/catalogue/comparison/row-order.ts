import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { PriceClass } from '../price-class.ts';
import type { RowGroup } from './compared-offering.ts';
import type { RankedGroup } from './rank-groups.ts';

/** The better class first; a model without a price class last. */
const CLASS_RANK: { readonly [Class in PriceClass]: number } = { FLAGSHIP: 0, MID: 1, SMALL: 2 };

const HALF_YEAR_MS = (365.25 / 2) * 86_400_000;

/** Full half-years since the release; models without a date count as old. */
const halfYearsOld = (released: Date | undefined, at: Date): number =>
  released === undefined
    ? Number.MAX_SAFE_INTEGER
    : Math.max(0, Math.floor((at.getTime() - released.getTime()) / HALF_YEAR_MS));

/** What orders models of which no quality is known. */
export type Standing = {
  /** Age in full half-years. */
  readonly halfYears: number;
  readonly class: number;
  readonly released: number;
  /** How many serve it. */
  readonly offerings: number;
};

export const standingOf = (
  slug: ModelSlug,
  released: Date | undefined,
  offerings: number,
  classes: ReadonlyMap<ModelSlug, PriceClass>,
  at: Date,
): Standing => {
  const priceClass = classes.get(slug);
  return {
    halfYears: halfYearsOld(released, at),
    class: priceClass === undefined ? 3 : CLASS_RANK[priceClass],
    released: released?.getTime() ?? 0,
    offerings,
  };
};

/**
 * The age in half-years, then flagships before others, then the newer one, then the one that more serve: a low price says nothing
 * of how good a model is.
 */
const compareStandings = (one: Standing, other: Standing): number =>
  one.halfYears - other.halfYears ||
  one.class - other.class ||
  other.released - one.released ||
  other.offerings - one.offerings;

/** A row at its place in the order of its group. */
export type OrderedRow = {
  readonly entry: RowGroup;
  /** Its place in the columns. */
  readonly row: number;
  readonly score: number;
  readonly isOptimal: boolean;
};

/** By what `standing` says if it says something, else by score; then the cheaper, then by id. */
export const orderRows = (
  rows: readonly RowGroup[],
  group: RankedGroup,
  standing: (offering: Offering) => Standing | undefined,
): readonly OrderedRow[] =>
  group.rows
    .flatMap((row, place) => {
      const entry = rows[row];
      if (entry === undefined) return [];
      const score = group.scores[place] ?? 0;
      return [
        { entry, row, score, isOptimal: group.optimal[place] === 1, stands: standing(entry.best.offering) },
      ];
    })
    .sort(
      (one, other) =>
        (one.stands === undefined || other.stands === undefined
          ? 0
          : compareStandings(one.stands, other.stands)) ||
        other.score - one.score ||
        one.entry.best.nearly - other.entry.best.nearly ||
        (one.entry.best.offering.id < other.entry.best.offering.id ? -1 : 1),
    );
