import { CRITERIA, type Criterion, type Weights } from './comparison-input.ts';

/** What is known of the rows, as numbers to rank by, each row at its own place; NaN: not known. */
export type Columns = { readonly [Name in Criterion]: Float64Array };

export const columnsOf = (rows: number): Columns => {
  const column = (): Float64Array => new Float64Array(rows).fill(Number.NaN);
  return { COST: column(), TTFT: column(), THROUGHPUT: column(), UPTIME: column(), QUALITY: column() };
};

export type ScorePart = {
  readonly criterion: Criterion;
  /** Cost in the currency of the comparison, milliseconds, tokens a second, share, or points. Absent: not known. */
  readonly value?: number;
  /** 0 (the worst of those that are ranked, or not known) to 1 (the best). */
  readonly normalised: number;
  /** Of all weights, 0 to 1. */
  readonly weight: number;
};

const LESS_IS_BETTER: ReadonlySet<Criterion> = new Set(['COST', 'TTFT']);
/** Those for which twice is twice, whatever the size: compared by ratio. The others are compared by difference. */
const BY_RATIO: ReadonlySet<Criterion> = new Set(['COST', 'TTFT', 'THROUGHPUT']);

/**
 * The weights that count: a criterion of which nothing is known for any row says nothing, and its weight goes to the others
 * in proportion. They add up to 1, or there are none.
 */
export const usedWeights = (weights: Partial<Weights>, columns: Columns): Partial<Weights> => {
  const known = CRITERIA.filter(
    (name) => (weights[name] ?? 0) > 0 && columns[name].some((value) => !Number.isNaN(value)),
  );
  const sum = known.reduce((total, name) => total + (weights[name] ?? 0), 0);
  return Object.fromEntries(known.map((name) => [name, (weights[name] ?? 0) / sum]));
};

/** How one criterion judges rows by their place. */
type Judge = {
  readonly criterion: Criterion;
  readonly weight: number;
  readonly values: Float64Array;
  readonly normalised: (value: number) => number;
};

/** From the worst to the best of the rows. What costs nothing is as good as the cheapest that costs something. */
const scaleOf = (criterion: Criterion, values: Float64Array): Judge['normalised'] => {
  const byRatio = BY_RATIO.has(criterion);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isNaN(value) || (byRatio && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const place = (value: number): number => (byRatio ? Math.log(value) : value);
  const [bottom, span] = [place(least), place(most) - place(least)];
  const less = LESS_IS_BETTER.has(criterion);
  return (value) => {
    if (Number.isNaN(value)) return 0;
    if (byRatio && value <= 0) return less ? 1 : 0;
    if (!(span > 0)) return 1;
    const share = (place(value) - bottom) / span;
    return less ? 1 - share : share;
  };
};

/** One for each criterion that counts. */
export const judgesOf = (columns: Columns, used: Partial<Weights>): readonly Judge[] =>
  CRITERIA.flatMap((criterion) => {
    const weight = used[criterion];
    const values = columns[criterion];
    return weight === undefined
      ? []
      : [{ criterion, weight, values, normalised: scaleOf(criterion, values) }];
  });

/** The parts of one row's score. What is not known of a row earns it nothing. */
export const scoreParts = (judges: readonly Judge[], row: number): readonly ScorePart[] =>
  judges.map(({ criterion, weight, values, normalised }) => {
    const value = values[row] ?? Number.NaN;
    return {
      criterion,
      weight,
      normalised: normalised(value),
      ...(!Number.isNaN(value) && { value }),
    };
  });

/** The sum of its parts, 0 to 1. */
export const scoreOf = (judges: readonly Judge[], row: number): number => {
  let score = 0;
  for (const { weight, values, normalised } of judges)
    score += weight * normalised(values[row] ?? Number.NaN);
  return score;
};

/** For each criterion that counts, the more the better; what is not known is worse than anything known. */
export const meritsOf = (judges: readonly Judge[]): readonly Float64Array[] =>
  judges.map(({ criterion, values }) => {
    const sign = LESS_IS_BETTER.has(criterion) ? -1 : 1;
    return values.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : sign * value));
  });
