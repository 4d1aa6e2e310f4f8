import type { SeedFigures } from './figures.ts';
import type { Measured } from './measurement.ts';

const share = (value: number, digits: number): string => `${(value * 100).toFixed(digits)} %`;
export const percent = (value: number): string => share(value, 1);
export const finePercent = (value: number): string => share(value, 3);
export const ms = (value: number): string => (Number.isNaN(value) ? '–' : `${Math.round(value)}`);

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
};

/** The mean of the seeds' runs, figure by figure. */
export const meanOf = (runs: readonly Measured[]): Measured => {
  const mean = (read: (run: Measured) => number): number =>
    runs.reduce((sum, run) => sum + read(run), 0) / runs.length;
  const ids = new Set(runs.flatMap(({ answers }) => Object.keys(answers)));
  return {
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    costPerThousand: mean((run) => run.costPerThousand),
    ttft: {
      p50: mean((run) => run.ttft.p50),
      p95: mean((run) => run.ttft.p95),
      p99: mean((run) => run.ttft.p99),
    },
    successRate: mean((run) => run.successRate),
    brokenStreams: mean((run) => run.brokenStreams),
    attemptsPerRequest: mean((run) => run.attemptsPerRequest),
    goodEnough: mean((run) => run.goodEnough),
    answers: Object.fromEntries(
      [...ids].map((id) => [
        id,
        mean(({ answers }) => Object.entries(answers).find(([key]) => key === id)?.[1] ?? 0),
      ]),
    ),
  };
};

/** One row for each way to choose. */
export const strategyTable = (rows: Iterable<readonly [string, Measured]>): string =>
  table(
    ['', 'USD / 1,000', 'TTFT p50', 'p95', 'p99 ms', 'succeeded', 'attempts', 'good enough'],
    [...rows].map(([name, { costPerThousand, ttft, successRate, attemptsPerRequest, goodEnough }]) => [
      name,
      costPerThousand.toFixed(2),
      ms(ttft.p50),
      ms(ttft.p95),
      ms(ttft.p99),
      finePercent(successRate),
      attemptsPerRequest.toFixed(3),
      percent(goodEnough),
    ]),
  );

/** The figures of all seeds side by side, in the order of the first. */
export const bySeed = <Row>(
  figures: readonly SeedFigures[],
  rowsOf: (of: SeedFigures) => readonly Row[],
): readonly (readonly [Row, readonly Row[]])[] => {
  const [first] = figures;
  if (first === undefined) return [];
  return rowsOf(first).map((row, index) => [
    row,
    figures.flatMap((each) => {
      const same = rowsOf(each)[index];
      return same === undefined ? [] : [same];
    }),
  ]);
};

export const range = (values: readonly number[], written: (value: number) => string): string => {
  const [least, most] = [written(Math.min(...values)), written(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
};
