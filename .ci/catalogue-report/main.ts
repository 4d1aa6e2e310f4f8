/**
 * Holds the shipped catalogue against what every shipped list states, and against collected lists of other sources where they
 * are at hand (MODELGRAPH_CATALOGUE_SAMPLES): which rates agree, which are disputed, which are missing, by source, by provider
 * and by kind. Exits with 1 where something is worse than in baseline.json.
 *
 *   npm run catalogue:report                      the report and the check
 *   npm run catalogue:report -- --details=DIFFERS every rate with that outcome , `--only=openai/` of those that contain a text
 *   npm run catalogue:report -- --write           makes what is found the new baseline
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { listProviders } from '../../src/adapters/providers/configure-providers.ts';
import { CATALOGUE_SOURCES } from '../../src/adapters/sources/registry.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import { createIdFolding } from '../../src/catalogue/merge/fold-ids.ts';
import { loadSeed } from '../../src/catalogue/seed.ts';
import type { DatedReading } from '../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, liveBodies } from '../../test/support/catalogue-samples.ts';
import { compareStatements } from './compare-statements.ts';
import { findRegressions, formatTally, type Tally, tallyBy } from './tally.ts';

const { values } = parseArgs({
  options: { details: { type: 'string' }, only: { type: 'string' }, write: { type: 'boolean' } },
});
const baselineFile = resolve(import.meta.dirname, 'baseline.json');

/** Collected lists by source, with the day of what they say. */
const SAMPLES: readonly {
  readonly id: string;
  readonly day: string;
  readonly bodies: () => { readonly [name: string]: string };
}[] = [
  { id: 'genai-prices', day: '2026-09-23', bodies: liveBodies.genaiPrices },
  { id: 'litellm', day: '2026-08-01', bodies: liveBodies.litellm },
  { id: 'models-dev', day: '2026-07-02', bodies: liveBodies.modelsDev },
  { id: 'portkey', day: '2026-08-21', bodies: liveBodies.portkey },
];

const readSamples = (): readonly DatedReading[] =>
  SAMPLES.flatMap(({ id, day, bodies }) => {
    const source = CATALOGUE_SOURCES.find((each) => each.id === id);
    if (source === undefined) throw new Error(`No source is called ${id}.`);
    const date = new Date(`${day}T00:00:00Z`);
    return {
      sourceId: `${id} (collected)`,
      observedAt: date,
      checkedAt: date,
      reading: source.parse(bodies()),
    };
  });

const seed = await loadSeed();
const providers = await listProviders([], { secret: () => undefined, variable: () => undefined });
const samples = hasCatalogueSamples ? readSamples() : [];
// The same on every day: what is held against each other is what the lists say, not what the clock does.
const at = new Date(Math.max(...seed.readings.map(({ observedAt }) => observedAt.getTime())));
const catalogue = buildCatalogue({ seed, providers, readings: [], readAt: at });
const fold = createIdFolding(seed.readings.map((dated) => ({ dated, shipped: true })));
const verdicts = [...seed.readings, ...samples].flatMap((dated) =>
  compareStatements(catalogue, dated, at, fold),
);

const { details, only = '' } = values;
if (details === undefined) {
  const bySource = tallyBy(verdicts, ({ source }) => source);
  const known = new Set<string>(providers.map(({ info }) => info.id));
  const ours = verdicts.filter(({ provider }) => known.has(provider));
  process.stdout.write(
    `${[
      formatTally('source', bySource),
      formatTally(
        'kind, at known providers',
        tallyBy(ours, ({ kind }) => kind),
      ),
      formatTally(
        'known provider',
        tallyBy(ours, ({ provider }) => provider),
      ),
    ].join('\n\n')}\n`,
  );
  if (!hasCatalogueSamples)
    process.stdout.write(
      '\nCollected lists of other sources are not at hand: set MODELGRAPH_CATALOGUE_SAMPLES to their folder.\n',
    );
  if (values.write === true)
    writeFileSync(
      baselineFile,
      `${JSON.stringify(Object.fromEntries(Object.entries(bySource).toSorted()), undefined, 2)}\n`,
    );
  else if (!existsSync(baselineFile)) {
    process.stderr.write('baseline.json is missing: write it with --write.\n');
    process.exitCode = 1;
  } else {
    const before: Tally = JSON.parse(readFileSync(baselineFile, 'utf8'));
    const problems = findRegressions(before, bySource);
    for (const problem of problems) process.stderr.write(`worse: ${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
  }
} else
  for (const { source, outcome, kind, detail } of verdicts)
    if (outcome === details && `${source} ${detail}`.includes(only))
      process.stdout.write(`${source}  ${kind}  ${detail}\n`);
