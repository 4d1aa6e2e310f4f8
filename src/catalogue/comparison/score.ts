import { CRITERIA, type Criterion, type Weights } from './comparison-input.ts';

/** What is known of a row, as numbers to rank by. */
export type Values = { readonly [Name in Criterion]: number | undefined };

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
export const usedWeights = (weights: Partial<Weights>, rows: readonly Values[]): Partial<Weights> => {
  const known = CRITERIA.filter(
    (name) => (weights[name] ?? 0) > 0 && rows.some((row) => row[name] !== undefined),
  );
  const sum = known.reduce((total, name) => total + (weights[name] ?? 0), 0);
  return Object.fromEntries(known.map((name) => [name, (weights[name] ?? 0) / sum]));
};

type Scale = (value: number | undefined) => number;

/** From the worst to the best of the rows. What costs nothing is as good as the cheapest that costs something. */
const scaleOf = (criterion: Criterion, rows: readonly Values[]): Scale => {
  const byRatio = BY_RATIO.has(criterion);
  const place = (value: number): number => (byRatio ? Math.log(value) : value);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = row[criterion];
    if (value === undefined || (byRatio && value <= 0)) continue;
    const at = place(value);
    if (at < least) least = at;
    if (at > most) most = at;
  }
  const less = LESS_IS_BETTER.has(criterion);
  return (value) => {
    if (value === undefined) return 0;
    if (byRatio && value <= 0) return less ? 1 : 0;
    if (!(most > least)) return 1;
    const share = (place(value) - least) / (most - least);
    return less ? 1 - share : share;
  };
};

/** The parts of each row's score, in the order of the rows. What is not known of a row earns it nothing. */
export const scoreParts = (
  rows: readonly Values[],
  used: Partial<Weights>,
): readonly (readonly ScorePart[])[] => {
  const scales = CRITERIA.flatMap((criterion) => {
    const weight = used[criterion];
    return weight === undefined ? [] : [{ criterion, weight, scale: scaleOf(criterion, rows) }];
  });
  return rows.map((row) =>
    scales.map(({ criterion, weight, scale }) => {
      const value = row[criterion];
      return { criterion, weight, normalised: scale(value), ...(value !== undefined && { value }) };
    }),
  );
};

/** 0 to 1. */
export const scoreOf = (parts: readonly ScorePart[]): number =>
  parts.reduce((sum, { weight, normalised }) => sum + weight * normalised, 0);

/** As more is better; what is not known is worse than anything known, and as good as what is not known elsewhere. */
const merit = (row: Values, criterion: Criterion): number => {
  const value = row[criterion];
  if (value === undefined) return Number.NEGATIVE_INFINITY;
  return LESS_IS_BETTER.has(criterion) ? -value : value;
};

/**
 * Which rows no other beats: none is at least as good at all of the criteria and better at one. Rows are taken best first, so
 * that each is compared with the front alone.
 */
export const paretoFront = (rows: readonly Values[], criteria: readonly Criterion[]): readonly boolean[] => {
  const merits = rows.map((row) => criteria.map((criterion) => merit(row, criterion)));
  const order = rows.map((_, index) => index);
  const at = (index: number, place: number): number => merits[index]?.[place] ?? Number.NEGATIVE_INFINITY;
  order.sort((one, other) => {
    for (let place = 0; place < criteria.length; place += 1) {
      const [mine, theirs] = [at(one, place), at(other, place)];
      if (mine !== theirs) return mine > theirs ? -1 : 1;
    }
    return 0;
  });
  const front: number[] = [];
  const optimal = rows.map(() => false);
  const beats = (one: number, other: number): boolean => {
    let better = false;
    for (let place = 0; place < criteria.length; place += 1) {
      const [mine, theirs] = [at(one, place), at(other, place)];
      if (mine < theirs) return false;
      if (mine > theirs) better = true;
    }
    return better;
  };
  for (const index of order) {
    if (front.some((member) => beats(member, index))) continue;
    front.push(index);
    optimal[index] = true;
  }
  return optimal;
};
