import { CRITERIA, type Criterion, type SparseMeasurements, type Weights } from './criteria.ts';

/** What is known of the rows, as numbers to rank by, each row at its own place; NaN: unknown. */
export type Columns = { readonly [Name in Criterion]: Float64Array };

export const columnsOf = (rows: number): Columns => {
  const column = (): Float64Array => new Float64Array(rows).fill(Number.NaN);
  return { COST: column(), TTFT: column(), THROUGHPUT: column(), UPTIME: column(), QUALITY: column() };
};

export type ScorePart = {
  readonly criterion: Criterion;
  /** Cost in the currency of the comparison, milliseconds, tokens a second, share, or points. Absent: unknown. */
  readonly value?: number;
  /** 0 (the worst of its group) to 1 (the best). Absent: unknown. */
  readonly normalised?: number;
  /** Share of the weights of the criteria that are known of its group, 0 to 1; 0 for one that is unknown. */
  readonly weight: number;
};

const LESS_IS_BETTER: ReadonlySet<Criterion> = new Set(['COST', 'TTFT']);
/** Those for which twice is twice, whatever the size: compared by ratio. The others are compared by difference. */
const BY_RATIO: ReadonlySet<Criterion> = new Set(['COST', 'TTFT', 'THROUGHPUT']);

/** Criteria whose values are measurements: known only of offerings that somebody called. */
const MEASURED: ReadonlySet<Criterion> = new Set(['TTFT', 'THROUGHPUT', 'UPTIME']);
/** With sparse measurements ignored, they count from this share of the rows on. */
const MIN_MEASURED_SHARE = 0.5;

/**
 * The weights that count: a criterion of which nothing is known for any row says nothing, and its weight goes to the others
 * in proportion. They add up to 1, or there are none.
 */
export const usedWeights = (
  weights: Partial<Weights>,
  columns: Columns,
  sparse: SparseMeasurements,
): Partial<Weights> => {
  const counts = (name: Criterion): boolean => {
    if (!((weights[name] ?? 0) > 0)) return false;
    const column = columns[name];
    if (sparse === 'GROUP' || !MEASURED.has(name)) return column.some((value) => !Number.isNaN(value));
    let known = 0;
    for (const value of column) if (!Number.isNaN(value)) known += 1;
    return known > 0 && known >= MIN_MEASURED_SHARE * column.length;
  };
  const known = CRITERIA.filter(counts);
  const sum = known.reduce((total, name) => total + (weights[name] ?? 0), 0);
  return Object.fromEntries(known.map((name) => [name, (weights[name] ?? 0) / sum]));
};

/** How one criterion judges the rows of a group. */
export type Judge = {
  readonly criterion: Criterion;
  /** Of the criteria that are known of the group. */
  readonly weight: number;
  readonly lessIsBetter: boolean;
  readonly values: Float64Array;
  readonly normalised: (value: number) => number;
};

/** From the worst to the best of the rows. What costs nothing is as good as the cheapest that costs something. */
const scaleOf = (
  byRatio: boolean,
  lessIsBetter: boolean,
  values: Float64Array,
  rows: readonly number[],
): Judge['normalised'] => {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value) || (byRatio && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const place = (value: number): number => (byRatio ? Math.log(value) : value);
  const [bottom, span] = [place(least), place(most) - place(least)];
  return (value) => {
    if (byRatio && value <= 0) return lessIsBetter ? 1 : 0;
    if (!(span > 0)) return 1;
    const share = (place(value) - bottom) / span;
    return lessIsBetter ? 1 - share : share;
  };
};

/** Some rows, and one judge for each criterion that counts and is known of all of them. */
export const judgesOf = (
  columns: Columns,
  used: Partial<Weights>,
  rows: readonly number[],
  quality: { readonly lessIsBetter: boolean },
): readonly Judge[] => {
  const known = CRITERIA.filter(
    (name) => used[name] !== undefined && rows.every((row) => !Number.isNaN(columns[name][row])),
  );
  const sum = known.reduce((total, name) => total + (used[name] ?? 0), 0);
  return known.map((criterion) => {
    const lessIsBetter = LESS_IS_BETTER.has(criterion) || (criterion === 'QUALITY' && quality.lessIsBetter);
    const values = columns[criterion];
    return {
      criterion,
      weight: (used[criterion] ?? 0) / sum,
      lessIsBetter,
      values,
      normalised: scaleOf(BY_RATIO.has(criterion), lessIsBetter, values, rows),
    };
  });
};

/** The parts of one row's score, then the criteria that are unknown of it. */
export const scoreParts = (
  judges: readonly Judge[],
  unknown: readonly Criterion[],
  row: number,
): readonly ScorePart[] => [
  ...judges.map(({ criterion, weight, values, normalised }) => {
    const value = values[row] ?? Number.NaN;
    return { criterion, weight, value, normalised: normalised(value) };
  }),
  ...unknown.map((criterion) => ({ criterion, weight: 0 })),
];

/** The sum of its parts, 0 to 1. */
export const scoreOf = (judges: readonly Judge[], row: number): number => {
  let score = 0;
  for (const { weight, values, normalised } of judges)
    score += weight * normalised(values[row] ?? Number.NaN);
  return score;
};
