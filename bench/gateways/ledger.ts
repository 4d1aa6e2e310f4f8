import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startPostgres } from '../../test/support/postgres-server.ts';
import type { RunPart } from './section.ts';

const PROGRAM = new URL('../ledger-filters.ts', import.meta.url).pathname;
const ROWS = 1_000_000;
const ROWS_TO_TRY = 20_000;

const STORES = ['embedded', 'postgres'] as const;
type Timings = Readonly<Record<string, readonly [medianMs: number, quickestMs: number]>>;

/** How long each way to ask for a page of a large ledger takes, in the embedded database and in Postgres. */
export const run: RunPart = async ({ seconds, log }) => {
  const rows = seconds === undefined ? ROWS : ROWS_TO_TRY;
  const postgres = await startPostgres();
  try {
    const args = [PROGRAM, '--json', '--rows', String(rows), '--server', postgres.url];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const found: Readonly<Record<(typeof STORES)[number], Timings>> = JSON.parse(stdout);
    const filters = Object.keys(found.embedded);
    const slowest = (timings: Timings): number => Math.max(...Object.values(timings).map(([ms]) => ms));
    log(STORES.map((store) => `${store}: ${slowest(found[store]).toFixed(1)} ms at most`).join(', '));
    return {
      id: 'ledger',
      title: `A page of 100 of ${rows.toLocaleString('en-US')} rows by each filter, medians of 9`,
      columns: STORES.map((store) => ({
        title: `${store === 'postgres' ? 'Postgres' : store}, ms`,
        digits: 1,
      })),
      rows: filters.map((filter) => ({
        id: filter,
        name: filter,
        cells: STORES.map((store) => found[store][filter]?.[0]),
      })),
      figures: Object.fromEntries(STORES.map((store) => [`${store}.slowestMs`, slowest(found[store])])),
      rounds: filters.flatMap((filter) =>
        STORES.map((store) => {
          const [medianMs, quickestMs] = found[store][filter] ?? [];
          return { row: 'ledger', store, filter, medianMs, quickestMs };
        }),
      ),
    };
  } finally {
    await postgres.stop();
  }
};
