import type { Currency } from '../../domain/money.ts';
import { releasedSince } from '../../domain/release.ts';
import type { FilterContext } from '../filter/filter-check.ts';
import { offeringValues, type SortValue, sorted } from '../sort-values.ts';
import type { ComparedOffering } from './compared-offering.ts';
import type { ComparisonSorting } from './comparison-input.ts';

/** A row's value in a column; what the comparison has worked out itself is taken from the row. */
const rowValues = (
  { field, direction }: ComparisonSorting,
  currency: Currency,
  context: FilterContext,
): ((row: ComparedOffering) => SortValue | undefined) => {
  switch (field) {
    case 'COST':
      return ({ perRequest }) => perRequest;
    case 'BLENDED_PRICE':
      return ({ blendedPrice }) => blendedPrice;
    case 'QUALITY':
      return ({ quality }) => quality?.score;
    case 'RELEASE_DATE':
      return ({ release }) => releasedSince(release)?.getTime();
    case 'TTFT':
      return ({ measured }) => measured.ttft?.p50;
    case 'OUTPUT_TPS':
      return ({ measured }) => measured.outputTps?.p50;
    case 'UPTIME':
      return ({ measured }) => measured.uptime?.p50;
    case 'ID':
    case 'NAME':
    case 'LAB':
    case 'PROVIDER':
    case 'CONTEXT_WINDOW':
    case 'INPUT_PRICE':
    case 'OUTPUT_PRICE': {
      const valueIn = offeringValues({ field, direction, currency }, context);
      return ({ offering }) => valueIn(offering);
    }
  }
};

/** By one column; rows of which it is unknown come last in either direction. Ranks stay as they are. */
export const sortRows = (
  rows: readonly ComparedOffering[],
  sorting: ComparisonSorting,
  currency: Currency,
  context: FilterContext,
): readonly ComparedOffering[] =>
  sorted(rows, sorting.direction, rowValues(sorting, currency, context), ({ offering }) => offering.id).rows;
