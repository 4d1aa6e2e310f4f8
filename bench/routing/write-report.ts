import type { BrokenFigures, OutageFigures, SeedFigures } from './figures.ts';
import { bySeed, finePercent, meanOf, ms, percent, range, strategyTable, table } from './report.ts';
import type { StressResult } from './stress.ts';
import type { SweepCell } from './sweep.ts';
import { targetsTable } from './target-table.ts';
import type { Breakage } from './targets.ts';

const down = (row: { readonly down: Breakage }): string => (row.down === 'HANGS' ? 'hangs' : 'refuses');

const savingsTable = (figures: readonly SeedFigures[]): string =>
  table(
    ['QUALITY_FLOOR', 'saves against the flagship', 'good enough'],
    bySeed(figures, ({ savings }) => savings).map(([{ name }, rows]) => [
      name,
      range(
        rows.map(({ saving }) => saving),
        percent,
      ),
      range(
        rows.map(({ goodEnough }) => goodEnough),
        percent,
      ),
    ]),
  );

const brokenTable = (figures: readonly SeedFigures[]): string =>
  table(
    ['four hosts: one down, one errs on 20 %', 'succeeded', 'broke off', 'attempts', 'TTFT p99 ms'],
    bySeed<BrokenFigures>(figures, ({ broken }) => broken).map(([row, rows]) => [
      `${row.strategy}, ${down(row)}, ${row.delivery}${row.holdBackTokens > 0 ? `, ${row.holdBackTokens} tokens held back` : ''}`,
      range(
        rows.map(({ measured }) => measured.successRate),
        finePercent,
      ),
      range(
        rows.map(({ measured }) => measured.brokenStreams),
        finePercent,
      ),
      meanOf(rows.map(({ measured }) => measured)).attemptsPerRequest.toFixed(3),
      range(
        rows.map(({ measured }) => measured.ttft.p99),
        ms,
      ),
    ]),
  );

const fastestTable = (figures: readonly SeedFigures[]): string =>
  table(
    [
      'FASTEST, six hosts',
      'p50',
      'p99 ms',
      'oracle p50',
      'p99 ms',
      'p99 ratio',
      'to the oracle by TTFT alone',
    ],
    figures.map(({ seed, fastest: { fastest, oracleByTotal, oracleByTtft } }) => [
      `seed ${seed}`,
      ms(fastest.ttft.p50),
      ms(fastest.ttft.p99),
      ms(oracleByTotal.ttft.p50),
      ms(oracleByTotal.ttft.p99),
      (fastest.ttft.p99 / oracleByTotal.ttft.p99).toFixed(2),
      (fastest.ttft.p99 / oracleByTtft.ttft.p99).toFixed(2),
    ]),
  );

const outageTable = (figures: readonly SeedFigures[]): string =>
  table(
    [
      'one of four goes down',
      'calls/s to it before',
      'calls to it yet',
      'seconds of its traffic',
      'left alone after ms',
      'trials in 150 s',
      'succeeded',
    ],
    bySeed<OutageFigures>(figures, ({ outages }) => outages).map(([row, rows]) => [
      `${down(row)}, ${row.strategy}, ${row.perSecond}/s, ${row.strictness}`,
      range(
        rows.map(({ callsPerSecond }) => callsPerSecond),
        (value) => value.toFixed(1),
      ),
      range(
        rows.map(({ calls }) => calls),
        String,
      ),
      range(
        rows.map(({ secondsOfTraffic }) => secondsOfTraffic),
        (value) => value.toFixed(2),
      ),
      range(
        rows.map(({ lastCallMs }) => lastCallMs),
        ms,
      ),
      range(
        rows.map(({ trials }) => trials),
        String,
      ),
      range(
        rows.map(({ successRate }) => successRate),
        finePercent,
      ),
    ]),
  );

/** What each achieved in each world: succeeded, and the p95 of its first tokens in ms. */
export const stressTable = (results: readonly (readonly StressResult[])[]): string => {
  const [first = []] = results;
  const names = first[0]?.rows.map(([name]) => name) ?? [];
  return table(
    ['four hosts of ten slots', ...names],
    first.map(({ world }, place) => [
      world,
      ...names.map((_, column) => {
        const measured = meanOf(
          results.flatMap((each) => {
            const row = each[place]?.rows[column];
            return row === undefined ? [] : [row[1]];
          }),
        );
        return `${percent(measured.successRate)}, ${ms(measured.ttft.p95)}`;
      }),
    ]),
  );
};

/** How many cells are worse than without breakers by more than a point, by what full hosts say, and the worst of them. */
export const sweepTable = (cells: readonly SweepCell[]): string => {
  const gap = ({ succeeded, noBreakers }: SweepCell): number => succeeded - noBreakers;
  const groups = [...Map.groupBy(cells, ({ says }) => says)];
  return table(
    ['full hosts say', 'cells', 'worse by over a point', 'the worst', 'succeeded', 'no breakers', 'oracle'],
    groups.map(([says, all]) => {
      const worst = all.reduce((one, other) => (gap(other) < gap(one) ? other : one));
      return [
        says,
        String(all.length),
        String(all.filter((cell) => gap(cell) < -0.01).length),
        `${worst.strategy}: ${worst.world}`,
        percent(worst.succeeded),
        percent(worst.noBreakers),
        percent(worst.oracle),
      ];
    }),
  );
};

/** All tables; the first two are those that are shown elsewhere. */
export const writeReport = (figures: readonly SeedFigures[]): string => {
  const rows = bySeed(figures, ({ mixed }) => mixed).map(
    ([[name], same]) => [name, meanOf(same.map(([, measured]) => measured))] as const,
  );
  return [
    strategyTable(rows),
    targetsTable(figures),
    savingsTable(figures),
    brokenTable(figures),
    fastestTable(figures),
    outageTable(figures),
    stressTable(figures.map(({ stress }) => stress)),
  ].join('\n\n');
};
