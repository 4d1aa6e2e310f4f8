export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
};

/**
 * All subjects in turns, so that what else the machine does meets each of them; each round begins with another one, so
 * that none always follows the same.
 */
export const inTurns = async <Subject extends { readonly id: string }, Result>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject, round: number) => Promise<Result>,
): Promise<ReadonlyMap<string, readonly Result[]>> => {
  const results = new Map<string, Result[]>(subjects.map(({ id }) => [id, []]));
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(turn + round) % subjects.length];
      if (subject !== undefined) results.get(subject.id)?.push(await measure(subject, round));
    }
  return results;
};

/** The median of one figure over the rounds. */
export const medianOf = <Result>(
  results: ReadonlyMap<string, readonly Result[]>,
  id: string,
  figure: (result: Result) => number,
): number => median((results.get(id) ?? []).map(figure));

/** The median over the rounds of what one subject has against another in the same round. */
export const medianRatio = <Result>(
  results: ReadonlyMap<string, readonly Result[]>,
  [id, other]: readonly [string, string],
  figure: (result: Result) => number,
): number => {
  const others = results.get(other) ?? [];
  return median(
    (results.get(id) ?? []).flatMap((result, round) => {
      const against = others[round];
      return against === undefined ? [] : [figure(result) / figure(against)];
    }),
  );
};
