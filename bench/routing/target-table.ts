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

/** `secondsOf`: how much traffic its calls are. */
const leftAlone = (
  name: string,
  figures: readonly SeedFigures[],
  isMeant: (row: OutageFigures) => boolean,
  secondsOf: (row: OutageFigures) => number,
): Target => {
  const rows = figures.flatMap(({ outages }) =>
    outages.filter((row) => row.strictness === 'defaults' && isMeant(row)),
  );
  const calls = range(
    rows.map((row) => row.calls),
    String,
  );
  const seconds = rows.map(secondsOf);
  return {
    name: `less than 1 s of ${name}`,
    measured: `${range(seconds, (value) => value.toFixed(2))} s (${calls} calls)`,
    isReached: seconds.every((value) => value < SECONDS),
  };
};

const ofAll = ({ calls, perSecond }: OutageFigures): number => calls / perSecond;
const ofItsOwn = ({ secondsOfTraffic }: OutageFigures): number => secondsOfTraffic;

const outageTargets = (figures: readonly SeedFigures[]): readonly Target[] =>
  (['REFUSES', 'HANGS'] as const).flatMap((down) => {
    const does = down === 'HANGS' ? 'hangs' : 'refuses';
    const meant = (isMeant: (row: OutageFigures) => boolean) => (row: OutageFigures) =>
      row.down === down && isMeant(row);
    return [
      leftAlone(
        `all traffic still goes to one that ${does}`,
        figures,
        meant(() => true),
        ofAll,
      ),
      leftAlone(
        `its own traffic, over 5 calls/s, still goes to one that ${does}`,
        figures,
        meant(isBusy),
        ofItsOwn,
      ),
      leftAlone(
        `its own traffic, fewer calls/s, still goes to one that ${does}`,
        figures,
        meant((row) => !isBusy(row)),
        ofItsOwn,
      ),
    ];
  });

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
    ...outageTargets(figures),
  ];
  return table(
    ['target', 'measured', ''],
    targets.map(({ name, measured, isReached }) => [name, measured, isReached ? 'reached' : 'missed']),
  );
};

/** Three calls that fail are the least that tell: where it has fewer than these a second, that is most of a second. */
const isBusy = ({ callsPerSecond }: OutageFigures): boolean => callsPerSecond > 5;
