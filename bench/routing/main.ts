/**
 * Routing, simulated: every strategy of the gateway, by its own router, breakers and statistics, in virtual time over
 * providers with list prices, latencies, load, bursts of errors, outages and rate limits; against one fixed provider,
 * chance, and oracles that know every provider's true state. The same figures for the same seeds. Calls are made up: no
 * provider is asked. `--stress`: only hosts with too little room; `--sweep`: these with many
 * parameters, which takes some minutes. Prints a report in Markdown; `--json <file>` writes all figures, `--requests <n>` makes it shorter.
 * `npm run bench:routing`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { loadSeed } from '../../src/catalogue/seed.ts';
import { describeWorld } from './describe.ts';
import { type SeedFigures, seedFigures } from './figures.ts';
import { runStress, STRESS_WORLDS, type StressResult } from './stress.ts';
import { runSweep, SWEEP, sweepWorlds } from './sweep.ts';
import { stressTable, sweepTable, writeReport } from './write-report.ts';

const SEEDS = [1, 2, 3];

const figuresInWorker = (seed: number, count: number): Promise<SeedFigures> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { seed, count } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

/** The worlds under stress alone, which take half a minute. */
const stressAlone = async (): Promise<string> => {
  const prices = await loadSeed();
  const results: StressResult[][] = [];
  for (const seed of SEEDS) {
    const rows: StressResult[] = [];
    for (const world of STRESS_WORLDS) rows.push(await runStress(prices, world, { seed }));
    results.push(rows);
  }
  return stressTable(results);
};

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      stress: { type: 'boolean' },
      sweep: { type: 'boolean' },
      requests: { type: 'string', default: '100000' },
    },
  });
  if (values.stress) {
    process.stdout.write(`${await stressAlone()}\n`);
    process.exit();
  }
  if (values.sweep) {
    const [seed = 1] = SEEDS;
    process.stdout.write(`${sweepTable(await runSweep(await loadSeed(), sweepWorlds(SWEEP), seed))}\n`);
    process.exit();
  }
  const count = Number(values.requests);
  const began = performance.now();
  const figures = await Promise.all(SEEDS.map((seed) => figuresInWorker(seed, count)));
  const report = `${describeWorld({ seeds: SEEDS, count })}\n\n${writeReport(figures)}`;
  process.stdout.write(`${report}\n\n${((performance.now() - began) / 1_000).toFixed(0)} s of real time\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
} else {
  const { seed, count }: { readonly seed: number; readonly count: number } = workerData;
  parentPort?.postMessage(await seedFigures(await loadSeed(), { seed, count }));
}
