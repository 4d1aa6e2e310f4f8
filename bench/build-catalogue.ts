/**
 * How long the catalogue takes to be built anew, and for how long others wait meanwhile: 5,000 offerings with 20,000 rows of
 * two sources each, on top of the seed. Run: node bench/build-catalogue.ts
 */
import { setImmediate as turn } from 'node:timers/promises';
import { buildCatalogueInSlices } from '../src/catalogue/build-catalogue.ts';
import { METER_OF_USAGE } from '../src/catalogue/meter.ts';
import { loadSeed } from '../src/catalogue/seed.ts';
import { type DatedReading, EMPTY_READING, type SourceOffering } from '../src/ports/catalogue-source.ts';

const KINDS = ['input', 'output', 'cacheRead', 'cacheWrite5m'] as const;
const RUNS = 10;

const offering = (number: number): SourceOffering => ({
  providerId: `host-${number % 100}`,
  providerModelId: `model-${Math.floor(number / 100)}`,
  identity: number % 2 === 0 ? { slug: `lab/model-${Math.floor(number / 100)}` } : {},
  facts: { limits: { contextWindow: 128_000 }, capabilities: ['COMPLETION', 'TOOLS'] },
  prices: KINDS.map((kind, index) => ({
    meter: METER_OF_USAGE[kind],
    amount: `${index + 1}.${number % 97}`,
    per: 1_000_000,
    currency: 'USD',
    serviceTier: 'STANDARD',
    conditions: {},
    tierMode: 'CLIFF',
    billing: 'METERED',
  })),
  performance: [],
});

const at = new Date('2026-11-20T00:00:00Z');
const readings: readonly DatedReading[] = ['models-dev', 'litellm'].map((sourceId) => ({
  sourceId,
  observedAt: at,
  checkedAt: at,
  reading: { ...EMPTY_READING, offerings: Array.from({ length: 5000 }, (_, number) => offering(number)) },
}));

const began = performance.now();
const seed = await loadSeed();
process.stdout.write(`seed loaded in ${(performance.now() - began).toFixed(0)} ms\n`);
let previous: Awaited<ReturnType<typeof buildCatalogueInSlices>> | undefined;
for (let run = 1; run <= RUNS; run += 1) {
  let longest = 0;
  let since = process.threadCpuUsage();
  const endSlice = (): void => {
    const { user, system } = process.threadCpuUsage(since);
    longest = Math.max(longest, (user + system) / 1000);
  };
  const cpu = process.cpuUsage();
  previous = await buildCatalogueInSlices(
    { seed, providers: [], readings, readAt: at, ...(previous === undefined ? {} : { previous }) },
    async () => {
      endSlice();
      await turn();
      since = process.threadCpuUsage();
    },
  );
  endSlice();
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(
    `run ${run}: ${previous.offerings.length} offerings, CPU ${((user + system) / 1000).toFixed(0)} ms, longest slice ${longest.toFixed(1)} ms of CPU\n`,
  );
}
