import { listProviders } from './adapters/providers/configure-providers.ts';
import { unpackReading } from './adapters/sources/packed-reading.ts';
import { CATALOGUE_SOURCES } from './adapters/sources/registry.ts';
import { overridesReading, ratesReading } from './catalogue/sources/operator-readings.ts';
import { planSource } from './catalogue/sources/source-plan.ts';
import { dataDayIn } from './catalogue/sources/source-poller.ts';
import { type Config, configWith } from './config.ts';
import type { CatalogueSettings } from './domain/catalogue-settings.ts';
import {
  compareCommand,
  modelsCommand,
  type OfflineCatalogue,
  type Printout,
  pricesCommand,
} from './faces/cli/catalogue-commands.ts';
import type { Command } from './faces/cli/command-line.ts';
import { type OutputStream, type Terminal, terminalFor } from './faces/cli/terminal.ts';
import { type OpenedCatalogue, openCatalogue } from './open-catalogue.ts';
import { overridesFile } from './overrides-file.ts';
import type { DatedReading } from './ports/catalogue-source.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';

type CatalogueCommand = Extract<Command, { kind: 'COMPARE' | 'MODELS' | 'PRICES' }>;

/** Most rows of history that are printed of one offering. */
const MOST_HISTORY = 1_000;

/** What goes wrong is in the command's own words. */
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The store that a server left, opened when it is first asked for: that takes longer than all else. */
const storeOf = ({ databaseUrl, dataDir }: Config) => {
  let opening: Promise<Store | string> | undefined;
  return {
    async open(): Promise<Store | string> {
      const { openExisting } = await import('./adapters/store/read-existing.ts');
      opening ??= openExisting(
        databaseUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url: databaseUrl },
        SILENT,
      );
      return opening;
    },
    async close(): Promise<void> {
      const store = await opening;
      if (typeof store === 'object') await store.close();
    },
  };
};

type Kept = { readonly readings: readonly DatedReading[]; readonly problem?: string };

/** What the store keeps of the sources that are on. */
const keptReadings = async (
  { catalogue, secret }: Config,
  open: () => Promise<Store | string>,
): Promise<Kept> => {
  const on = CATALOGUE_SOURCES.filter(
    (source) => source.storable && planSource(source, catalogue, secret).kind === 'ON',
  );
  if (on.length === 0) return { readings: [] };
  const store = await open();
  if (typeof store === 'string') return { readings: [], problem: store };
  const readings: DatedReading[] = [];
  for (const stored of await store.sources.list()) {
    const { id, observedAt, checkedAt } = stored;
    if (observedAt === undefined || on.every((source) => source.id !== id)) continue;
    const bytes = await store.sources.reading(id);
    if (bytes === undefined) continue;
    try {
      const reading = unpackReading(bytes);
      readings.push({
        sourceId: id,
        observedAt,
        checkedAt: checkedAt ?? observedAt,
        ...dataDayIn(stored),
        reading,
      });
    } catch {
      // Another version kept it: as a server does, it is passed over.
    }
  }
  return { readings };
};

/** Rates of this run win over those of the configuration. */
const ratesOf = (
  stated: CatalogueSettings['rates'],
  given: CatalogueSettings['rates'],
): CatalogueSettings['rates'] => [
  ...given,
  ...stated.filter(({ currency }) => given.every((rate) => rate.currency !== currency)),
];

/** The shipped prices, the operator's own, and what a server left in the store; without the network. */
const offlineCatalogue = async (
  config: Config,
  rates: CatalogueSettings['rates'],
  open: () => Promise<Store | string>,
  terminal: Terminal,
): Promise<{ readonly offline: OfflineCatalogue; readonly keep: OpenedCatalogue['keep'] }> => {
  const now = new Date();
  const [providers, overrides, kept] = await Promise.all([
    listProviders(config.providers, config),
    overridesFile(config.catalogue.overrides)?.read(),
    keptReadings(config, open),
  ]);
  const readings = [
    ...(overrides === undefined ? [] : [overridesReading(overrides, now)]),
    ...kept.readings,
    ...ratesReading({ rates: ratesOf(config.catalogue.rates, rates) }, now),
  ];
  const { catalogue, keep } = await openCatalogue({ providers, readings, readAt: now });
  const offline: OfflineCatalogue = {
    catalogue,
    now,
    terminal,
    notes:
      kept.problem === undefined
        ? []
        : [
            `Without what was read live: ${kept.problem} While a server runs, ask its graph for newer prices.`,
          ],
    async history(ids) {
      const store = await open();
      if (typeof store === 'string') return store;
      const pages = ids.map((id) => store.priceHistory.list(id, { limit: MOST_HISTORY }));
      return (await Promise.all(pages)).flatMap(({ rows }) => rows);
    },
  };
  return { offline, keep };
};

const printoutOf = (command: CatalogueCommand, offline: OfflineCatalogue): Promise<Printout> | Printout => {
  switch (command.kind) {
    case 'COMPARE':
      return compareCommand(command, offline);
    case 'MODELS':
      return modelsCommand(command, offline);
    case 'PRICES':
      return pricesCommand(command, offline);
  }
};

/** What a command that reads the catalogue prints, laid out for `output`; `keep` is for when it is printed. */
export const catalogueCommand = async (
  command: CatalogueCommand,
  output: OutputStream,
): Promise<{ readonly printout: Printout; readonly keep: OpenedCatalogue['keep'] }> => {
  const config = configWith(command.settings);
  const terminal = terminalFor(output);
  const store = storeOf(config);
  try {
    const rates = command.kind === 'PRICES' ? [] : command.rates;
    const { offline, keep } = await offlineCatalogue(config, rates, store.open, terminal);
    return { printout: await printoutOf(command, offline), keep };
  } finally {
    await store.close();
  }
};
