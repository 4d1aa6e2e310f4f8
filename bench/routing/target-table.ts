import type { BrokenFigures, OutageFigures, SeedFigures } from './figures.ts';
import { finePercent, percent, range, table } from './report.ts';

type Target = { readonly name: string; readonly measured: string; readonly isReached: boolean };

const SAVING = { least: 0.4, most: 0.6 } as const;
const SUCCESS = 0.9999;
const P99_RATIO = 1.3;
const SECONDS = 1;

const saving = (figures: readonly SeedFigures[]): Target => {
  const values = figures.flatMap(({ savings }) => savings.slice(0, 1).map((row) => row.saving));
  return {
    name: 'QUALITY_FLOOR saves 40 to 60 % against the flagship, mixed work',
    measured: range(values, percent),
    isReached: values.every((value) => SAVING.least <= value && value <= SAVING.most),
  };
};

/** Of all requests together: single seeds make too few to tell one failure in 10,000. */
const success = (
  name: string,
  figures: readonly SeedFigures[],
  isMeant: (row: BrokenFigures) => boolean,
): Target => {
  let [requests, failed] = [0, 0];
  for (const { measured } of figures.flatMap(({ broken }) => broken.filter(isMeant))) {
    requests += measured.requests;
    failed += Math.round((1 - measured.successRate) * measured.requests);
  }
  return {
    name: `four hosts, one down, one errs on 20 %: 99.99 % succeed, ${name}`,
    measured: `${finePercent(1 - failed / requests)} (${failed} of ${requests} failed)`,
    isReached: 1 - failed / requests >= SUCCESS,
  };
};

const nearOracle = (figures: readonly SeedFigures[]): Target => {
  const ratios = figures.map(({ fastest }) => fastest.fastest.ttft.p99 / fastest.oracleByTotal.ttft.p99);
  return {
    name: "p99 TTFT of FASTEST within 1.3 times the oracle's",
    measured: range(ratios, (ratio) => ratio.toFixed(2)),
    isReached: ratios.every((ratio) => ratio <= P99_RATIO),
  };
};

const leftAlone = (
  name: string,
  figures: readonly SeedFigures[],
  isMeant: (row: OutageFigures) => boolean,
): Target => {
  const rows = figures.flatMap(({ outages }) =>
    outages.filter((row) => row.strictness === 'defaults' && isMeant(row)),
  );
  const calls = range(
    rows.map((row) => row.calls),
    String,
  );
  const seconds = rows.map(({ secondsOfTraffic }) => secondsOfTraffic);
  return {
    name: `less than 1 s of its traffic still goes to one that ${name}`,
    measured: `${range(seconds, (value) => value.toFixed(2))} s (${calls} calls)`,
    isReached: seconds.every((value) => value < SECONDS),
  };
};

/** What is to be reached, and whether it is, in every run. */
export const targetsTable = (figures: readonly SeedFigures[]): string => {
  const targets = [
    saving(figures),
    success('WHOLE answers', figures, ({ delivery }) => delivery === 'WHOLE'),
    success(
      'STREAM (0.02 % of streams break off after their client saw them)',
      figures,
      ({ delivery, holdBackTokens }) => delivery === 'STREAM' && holdBackTokens === 0,
    ),
    success('STREAM, 100 tokens held back', figures, ({ holdBackTokens }) => holdBackTokens > 0),
    nearOracle(figures),
    leftAlone('refuses, over 5 calls/s to it', figures, (row) => row.down === 'REFUSES' && isBusy(row)),
    leftAlone('refuses, fewer calls/s to it', figures, (row) => row.down === 'REFUSES' && !isBusy(row)),
    leftAlone('hangs, over 5 calls/s to it', figures, (row) => row.down === 'HANGS' && isBusy(row)),
    leftAlone('hangs, fewer calls/s to it', figures, (row) => row.down === 'HANGS' && !isBusy(row)),
  ];
  return table(
    ['target', 'measured', ''],
    targets.map(({ name, measured, isReached }) => [name, measured, isReached ? 'reached' : 'missed']),
  );
};

/** Where it had fewer calls, three calls, of which one can tell, are more than half a second of its traffic. */
const isBusy = ({ callsPerSecond }: OutageFigures): boolean => callsPerSecond > 5;
