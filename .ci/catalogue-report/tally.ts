import { OUTCOMES, type Outcome, type Verdict } from './compare-statements.ts';

export type Counts = { readonly [Name in Outcome]: number };
/** Counts by a word, e.g. the source, the provider or the kind. */
export type Tally = { readonly [word: string]: Counts };

/** Counts verdicts by what `wordOf` says of each, most first. */
export const tallyBy = (verdicts: readonly Verdict[], wordOf: (verdict: Verdict) => string): Tally => {
  const groups = [...Map.groupBy(verdicts, wordOf)].toSorted(
    ([one, few], [other, many]) => many.length - few.length || (one < other ? -1 : 1),
  );
  const countIn = (group: readonly Verdict[], outcome: Outcome): number =>
    group.filter((verdict) => verdict.outcome === outcome).length;
  return Object.fromEntries(
    groups.map(([word, group]) => [
      word,
      {
        AGREE: countIn(group, 'AGREE'),
        DISPUTED: countIn(group, 'DISPUTED'),
        DIFFERS: countIn(group, 'DIFFERS'),
        UNPRICED: countIn(group, 'UNPRICED'),
        OTHER_CURRENCY: countIn(group, 'OTHER_CURRENCY'),
        NO_OFFERING: countIn(group, 'NO_OFFERING'),
      },
    ]),
  );
};

export const totalOf = (counts: Counts): number =>
  OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** What may change by chance of a newer list without being worse: a fifth of a percent of what the source states. */
const SLACK = 0.002;

/**
 * What is worse than before, in words; empty where nothing is. Worse is a smaller share of agreement with a source, or
 * more rates that differ without being shown. A source that is new, or not at hand now, is not judged.
 */
export const findRegressions = (before: Tally, now: Tally): readonly string[] =>
  Object.entries(now).flatMap(([source, counts]) => {
    const earlier = before[source];
    if (earlier === undefined) return [];
    const shareOf = (part: Counts, outcome: Outcome): number => part[outcome] / Math.max(1, totalOf(part));
    const problems: string[] = [];
    if (shareOf(counts, 'AGREE') < shareOf(earlier, 'AGREE') - SLACK)
      problems.push(
        `${source}: agrees with ${(100 * shareOf(counts, 'AGREE')).toFixed(1)} % of what it states, ${(100 * shareOf(earlier, 'AGREE')).toFixed(1)} % before`,
      );
    if (shareOf(counts, 'DIFFERS') > shareOf(earlier, 'DIFFERS') + SLACK)
      problems.push(
        `${source}: ${counts.DIFFERS} of its rates differ from what is served and are not shown, ${earlier.DIFFERS} before`,
      );
    return problems;
  });

/** The tally as a table of plain text. */
export const formatTally = (title: string, tally: Tally): string => {
  const header = [title, 'rates', ...OUTCOMES.map((outcome) => outcome.toLowerCase().replace('_', ' '))];
  const rows = Object.entries(tally).map(([word, counts]) => [
    word,
    String(totalOf(counts)),
    ...OUTCOMES.map((outcome) =>
      counts[outcome] === 0
        ? '–'
        : outcome === 'AGREE'
          ? `${counts[outcome]} (${((100 * counts[outcome]) / totalOf(counts)).toFixed(1)} %)`
          : String(counts[outcome]),
    ),
  ]);
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(header), ...rows.map(line)].join('\n');
};
