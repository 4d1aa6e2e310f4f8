import type { Model, Offering } from '../domain/model.ts';
import { type Currency, Decimal } from '../domain/money.ts';
import { scoreAt } from '../domain/quality.ts';
import { releasedSince } from '../domain/release.ts';
import { measuredOf } from './comparison/measured.ts';
import type { FilterContext } from './filter/filter-check.ts';
import { blendedPriceIn, textRatesIn } from './text-rates.ts';

export type SortDirection = 'ASC' | 'DESC';

/** What models and offerings alike are sorted by. */
const SHARED_COLUMNS = [
  'NAME',
  'LAB',
  'CONTEXT_WINDOW',
  'INPUT_PRICE',
  'OUTPUT_PRICE',
  'BLENDED_PRICE',
  'RELEASE_DATE',
  'TTFT',
  'OUTPUT_TPS',
  'UPTIME',
  'QUALITY',
] as const;
export type SharedColumn = (typeof SHARED_COLUMNS)[number];

export const OFFERING_COLUMNS = ['ID', 'PROVIDER', ...SHARED_COLUMNS] as const;
export type OfferingColumn = (typeof OFFERING_COLUMNS)[number];

export const MODEL_COLUMNS = ['SLUG', ...SHARED_COLUMNS] as const;
export type ModelColumn = (typeof MODEL_COLUMNS)[number];

/** Columns of which the greatest values are usually wanted first. */
export const GREATEST_FIRST: ReadonlySet<string> = new Set<SharedColumn>([
  'CONTEXT_WINDOW',
  'RELEASE_DATE',
  'OUTPUT_TPS',
  'UPTIME',
  'QUALITY',
]);

/** How rows are sorted; unknown values are a group of their own at the end in either direction. */
export type Sorting<Column> = {
  readonly field: Column;
  readonly direction: SortDirection;
  /** For prices: what they are converted to. Absent: USD. */
  readonly currency?: Currency;
  /** For QUALITY. Absent: `index`. */
  readonly benchmark?: string;
};

const DEFAULT_BENCHMARK = 'index';

export type SortValue = string | number | Decimal;

/** `unknownCount`: how many rows at the end have no known value for what is sorted by. */
export type Sorted<Row> = { readonly rows: readonly Row[]; readonly unknownCount: number };

const compareValues = (one: SortValue, other: SortValue): number => {
  if (one instanceof Decimal && other instanceof Decimal) return one.comparedTo(other);
  return one === other ? 0 : one < other ? -1 : 1;
};

/** Ties by id upwards. Ids are unique, so the order is total. */
export const sorted = <Row>(
  rows: readonly Row[],
  direction: SortDirection,
  keyOf: (row: Row) => SortValue | undefined,
  idOf: (row: Row) => string,
): Sorted<Row> => {
  const sign = direction === 'ASC' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, value: keyOf(row), id: idOf(row) }));
  keyed.sort((one, other) => {
    if (one.value === undefined || other.value === undefined) {
      if (one.value !== undefined) return -1;
      if (other.value !== undefined) return 1;
      return compareValues(one.id, other.id);
    }
    return sign * compareValues(one.value, other.value) || compareValues(one.id, other.id);
  });
  return {
    rows: keyed.map(({ row }) => row),
    unknownCount: keyed.filter(({ value }) => value === undefined).length,
  };
};

const knownPrice = (price: Decimal | 'NO_FX_RATE' | undefined): Decimal | undefined =>
  price === 'NO_FX_RATE' ? undefined : price;

/** An offering's value in a column. */
export const offeringValues = (
  { field, currency = 'USD', benchmark = DEFAULT_BENCHMARK }: Sorting<OfferingColumn>,
  context: FilterContext,
): ((offering: Offering) => SortValue | undefined) => {
  const { catalogue, at, measured } = context;
  const stats = ({ id }: Offering) => measuredOf(measured?.(id) ?? [], catalogue.performanceOf(id));
  switch (field) {
    case 'ID':
      return ({ id }) => id;
    case 'NAME':
      return ({ modelSlug }) => catalogue.model(modelSlug)?.name.toLowerCase();
    case 'LAB':
      return ({ modelSlug }) => catalogue.model(modelSlug)?.lab.toLowerCase();
    case 'PROVIDER':
      return ({ providerId }) => providerId;
    case 'CONTEXT_WINDOW':
      return ({ limits }) => limits.contextWindow;
    case 'INPUT_PRICE':
    case 'OUTPUT_PRICE': {
      const ratesOf = textRatesIn(catalogue, currency, at);
      const direction = field === 'INPUT_PRICE' ? 'INPUT' : 'OUTPUT';
      return (offering) => knownPrice(ratesOf(offering)[direction]);
    }
    case 'BLENDED_PRICE': {
      const blended = blendedPriceIn(catalogue, currency, at);
      return (offering) => (offering.billing === 'FREE' ? new Decimal(0) : blended(offering));
    }
    case 'RELEASE_DATE':
      return (offering) => releasedSince(offering)?.getTime();
    case 'TTFT':
      return (offering) => stats(offering).ttft?.p50;
    case 'OUTPUT_TPS':
      return (offering) => stats(offering).outputTps?.p50;
    case 'UPTIME':
      return (offering) => stats(offering).uptime?.p50;
    case 'QUALITY':
      return ({ modelSlug }) => scoreAt(catalogue.qualityOf(modelSlug), benchmark)?.score;
  }
};

/** A model's value in a column; prices and measurements are those of its best offering among `offerings`. */
export const modelValues = (
  sorting: Sorting<ModelColumn>,
  context: FilterContext,
  offeringsOf: (model: Model) => readonly Offering[],
): ((model: Model) => SortValue | undefined) => {
  const { field, benchmark = DEFAULT_BENCHMARK } = sorting;
  switch (field) {
    case 'SLUG':
      return ({ slug }) => slug;
    case 'NAME':
      return ({ name }) => name.toLowerCase();
    case 'LAB':
      return ({ lab }) => lab.toLowerCase();
    case 'CONTEXT_WINDOW':
      return ({ limits }) => limits.contextWindow;
    case 'RELEASE_DATE':
      return (model) => releasedSince(model)?.getTime();
    case 'QUALITY':
      return ({ slug }) => scoreAt(context.catalogue.qualityOf(slug), benchmark)?.score;
    case 'INPUT_PRICE':
    case 'OUTPUT_PRICE':
    case 'BLENDED_PRICE':
    case 'TTFT':
    case 'OUTPUT_TPS':
    case 'UPTIME': {
      const keyOf = offeringValues({ ...sorting, field }, context);
      const sign = GREATEST_FIRST.has(field) ? -1 : 1;
      return (model) => {
        let best: SortValue | undefined;
        for (const offering of offeringsOf(model)) {
          const value = keyOf(offering);
          if (value !== undefined && (best === undefined || sign * compareValues(value, best) < 0))
            best = value;
        }
        return best;
      };
    }
  }
};
