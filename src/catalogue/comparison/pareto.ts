/** Comparisons of rows between two pauses. */
const SLICE = 100_000;

const at = (column: Float64Array, row: number): number => column[row] ?? Number.NEGATIVE_INFINITY;

/** Whether one row is at least as good at everything as another, and better at something. */
const beats = (merits: readonly Float64Array[], one: number, other: number): boolean => {
  let better = false;
  for (const column of merits) {
    const difference = at(column, one) - at(column, other);
    if (difference < 0) return false;
    if (difference > 0) better = true;
  }
  return better;
};

/** By two criteria: going from the best at the first, each must be better at the second than all that came before. */
const frontOfTwo = (
  first: Float64Array,
  second: Float64Array,
  order: readonly number[],
  optimal: Uint8Array,
): void => {
  let firstOfBest = Number.NaN;
  let secondOfBest = Number.NaN;
  for (const row of order) {
    const [mine, other] = [at(first, row), at(second, row)];
    if (Number.isNaN(secondOfBest) || other > secondOfBest) {
      [firstOfBest, secondOfBest] = [mine, other];
      optimal[row] = 1;
    } else if (mine === firstOfBest && other === secondOfBest) optimal[row] = 1;
  }
};

/** Rows by the first criterion, best first; equal ones by the next, and so on. */
const bestFirst = (merits: readonly Float64Array[], rows: number): readonly number[] => {
  const [first, ...others] = merits;
  const order = Array.from({ length: rows }, (_, row) => row);
  if (first === undefined) return order;
  return order.sort((one, other) => {
    const difference = at(first, other) - at(first, one);
    if (difference !== 0) return difference;
    for (const column of others) {
      const next = at(column, other) - at(column, one);
      if (next !== 0) return next;
    }
    return 0;
  });
};

/**
 * Marks with 1 the rows that no other beats. `merits` has one column for each criterion, the more the better. Everything is
 * known of every row. Rows are taken best first, so that each is compared with the front alone. Yields now and then, so that whoever runs it can pause.
 */
export function* paretoFront(merits: readonly Float64Array[], rows: number): Generator<void, Uint8Array> {
  const optimal = new Uint8Array(rows);
  const order = bestFirst(merits, rows);
  const [first, second = first] = merits;
  if (first === undefined || second === undefined) return optimal.fill(1);
  if (merits.length <= 2) {
    frontOfTwo(first, second, order, optimal);
    return optimal;
  }
  const front: number[] = [];
  let compared = 0;
  for (const row of order) {
    let place = 0;
    while (place < front.length && !beats(merits, front[place] ?? row, row)) place += 1;
    compared += place + 1;
    if (place === front.length) {
      front.push(row);
      optimal[row] = 1;
    } else if (place > 0) {
      // What beats one row is likely to beat the next.
      const winner = front[place];
      front[place] = front[0] ?? row;
      front[0] = winner ?? row;
    }
    if (compared >= SLICE) {
      compared = 0;
      yield;
    }
  }
  return optimal;
}
