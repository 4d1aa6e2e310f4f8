import { CRITERIA, type Criterion, type Weights } from './criteria.ts';
import { paretoFront } from './pareto.ts';
import { type Columns, type Judge, judgesOf, scoreOf } from './score.ts';

/** Rows of which the same criteria are known. They are ranked among each other, never against those of another group. */
export type RankedGroup = {
  /** Criteria that count and are unknown of its rows; none: they are comparable. */
  readonly unknown: readonly Criterion[];
  readonly judges: readonly Judge[];
  readonly rows: readonly number[];
  /** By place in `rows`. */
  readonly scores: Float64Array;
  /** By place in `rows`: 1 where no other row of the group beats it. */
  readonly optimal: Uint8Array;
};

/** One number a row. `Float64Array.from` would take several times as long. */
const numbersOf = (rows: readonly number[], numberOf: (row: number) => number): Float64Array => {
  const numbers = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place += 1) numbers[place] = numberOf(rows[place] ?? -1);
  return numbers;
};

/** For each judge, by place in `rows`: the more the better. */
const meritsOf = (judges: readonly Judge[], rows: readonly number[]): readonly Float64Array[] =>
  judges.map(({ lessIsBetter, values }) => {
    const sign = lessIsBetter ? -1 : 1;
    return numbersOf(rows, (row) => sign * (values[row] ?? Number.NaN));
  });

/**
 * Splits rows by what is unknown of them and scores each group by what is known. The comparable ones come first, then the
 * groups of which criteria of more weight are known. Yields where it may be interrupted.
 */
export function* rankGroups(
  columns: Columns,
  used: Partial<Weights>,
  count: number,
  quality: { readonly lessIsBetter: boolean },
): Generator<void, readonly RankedGroup[]> {
  const counting = CRITERIA.filter((name) => used[name] !== undefined);
  const counted = counting.map((name) => columns[name]);
  /** By the criteria that are unknown, one bit each. */
  const rowsBy = new Map<number, number[]>();
  for (let row = 0; row < count; row += 1) {
    let unknown = 0;
    for (let bit = 0; bit < counted.length; bit += 1)
      if (Number.isNaN(counted[bit]?.[row])) unknown |= 1 << bit;
    const rows = rowsBy.get(unknown);
    if (rows === undefined) rowsBy.set(unknown, [row]);
    else rows.push(row);
  }
  yield;
  const groups: RankedGroup[] = [];
  for (const [bits, rows] of rowsBy) {
    const judges = judgesOf(columns, used, rows, quality);
    groups.push({
      unknown: counting.filter((_, bit) => (bits & (1 << bit)) !== 0),
      judges,
      rows,
      scores: numbersOf(rows, (row) => scoreOf(judges, row)),
      optimal: yield* paretoFront(meritsOf(judges, rows), rows.length),
    });
    yield;
  }
  const missing = ({ unknown }: RankedGroup): number =>
    unknown.reduce((sum, name) => sum + (used[name] ?? 0), 0);
  return groups.sort(
    (one, other) => missing(one) - missing(other) || (one.unknown.join() < other.unknown.join() ? -1 : 1),
  );
}
