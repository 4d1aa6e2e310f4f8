import type { CatalogueSettings } from '../../domain/catalogue-settings.ts';
import { originOf } from '../../domain/error-origin.ts';
import type { Secret } from '../../domain/secret.ts';
import type { CatalogueSource, DatedReading } from '../../ports/catalogue-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SourceReader } from '../../ports/source-reader.ts';
import type { SourceStore } from '../../ports/store.ts';
import type { Catalogue } from '../catalogue.ts';
import type { SourceBoard, SourceHealth } from '../source-health.ts';
import { createMemorySourceStore } from './memory-source-store.ts';
import { ratesReading } from './operator-readings.ts';
import { type OverridesFile, watchOverrides } from './overrides-watch.ts';
import { createRebuilder } from './rebuilder.ts';
import { healthOf, overridesHealth, shippedHealth } from './report-health.ts';
import { type PlannedSource, planSource } from './source-plan.ts';
import { createSourcePoller, type SourcePoller } from './source-poller.ts';
import { countUse, type ShippedSource } from './source-use.ts';

/** How often what other nodes have read is looked for. */
const LOOK_EVERY_MS = 60_000;
/** Sources are first asked one after the other, this far apart. */
const SPREAD_MS = 2_000;

export type BoardInput = {
  /** All there are, in order of precedence. */
  readonly sources: readonly CatalogueSource[];
  readonly shipped: readonly ShippedSource[];
  readonly settings: CatalogueSettings;
  /** A credential from the environment. */
  readonly secretOf: (variable: string) => Secret | undefined;
  readonly overrides?: OverridesFile;
  readonly reader: SourceReader;
  readonly store: SourceStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly catalogue: () => Catalogue;
  /** Builds and serves the next catalogue. Never called while an earlier call is under way. */
  readonly onReadings: (readings: readonly DatedReading[]) => Promise<void>;
  /** From 0 to 1; by default Math.random. */
  readonly random?: () => number;
};

/** What is used of no source. */
const NO_USES: ReturnType<typeof countUse> = new Map();

export type RunningSourceBoard = SourceBoard & {
  /** Without looking through the catalogue for what is used of each. */
  states(): readonly Pick<SourceHealth, 'id' | 'status'>[];
  /** Takes over what is kept, then reads by schedule. Resolves when what is kept has been taken over. */
  start(): Promise<void>;
  /** Reads a source now. Its health then; undefined where there is none of that id. One that is off is not read. */
  refresh(id: string): Promise<SourceHealth | undefined>;
  /** Resolves when the catalogue has everything that was read so far. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** Reads the sources that are on, keeps what they said last, and says how each does. */
export const createSourceBoard = (input: BoardInput): RunningSourceBoard => {
  const { settings, secretOf, reader, clock, log, onReadings, shipped, random = Math.random } = input;
  const startedAt = clock.now();
  const rebuilder = createRebuilder(() => onReadings(readings()), clock, log);
  const memory = createMemorySourceStore();
  const rows: readonly { readonly planned: PlannedSource; readonly poller: SourcePoller | undefined }[] =
    input.sources.map((source) => {
      const planned = planSource(source, settings, secretOf);
      if (planned.kind === 'OFF') return { planned, poller: undefined };
      const store = source.storable ? input.store : memory;
      const onChange = rebuilder.changed;
      return {
        planned,
        poller: createSourcePoller({ planned, reader, store, clock, log, random, onChange }),
      };
    });
  const pollers = rows.flatMap(({ planned: { source }, poller }) =>
    poller === undefined ? [] : [{ source, poller }],
  );
  const overrides =
    input.overrides === undefined
      ? undefined
      : watchOverrides(input.overrides, clock, log, rebuilder.changed);

  const readings = (): readonly DatedReading[] => [
    ...[overrides?.state().reading, ...pollers.map(({ poller }) => poller.reading())].filter(
      (reading) => reading !== undefined,
    ),
    ...ratesReading(settings, startedAt),
  ];

  let stopped = false;
  let cancel: (() => void) | undefined;
  const adoptAll = async (): Promise<void> => {
    try {
      const kept = new Map((await input.store.list()).map((stored) => [stored.id, stored]));
      for (const { source, poller } of pollers) {
        const stored = kept.get(source.id);
        if (source.storable && stored !== undefined && !stopped) await poller.adopt(stored);
      }
    } catch (error) {
      if (!stopped) log.warn('What is kept of sources could not be read', { error: originOf(error) });
    }
  };
  const lookAgain = (): void => {
    if (!stopped && pollers.length > 0)
      cancel = clock.after(LOOK_EVERY_MS, () => void adoptAll().then(lookAgain));
  };

  let counted: { readonly catalogue: Catalogue; readonly uses: ReturnType<typeof countUse> } | undefined;
  const usesNow = (): ReturnType<typeof countUse> => {
    const catalogue = input.catalogue();
    if (counted?.catalogue !== catalogue) counted = { catalogue, uses: countUse(catalogue, shipped) };
    return counted.uses;
  };

  const report = (uses: ReturnType<typeof countUse>): readonly SourceHealth[] => {
    const facts = { uses, quarantine: input.catalogue().quarantine, now: clock.now() };
    return [
      ...shipped.map((each) => shippedHealth(each, facts)),
      ...(input.overrides === undefined || overrides === undefined
        ? []
        : [overridesHealth(input.overrides.name, overrides.state(), facts)]),
      ...rows.map(({ planned, poller }) => healthOf(planned, poller?.state(), facts)),
    ];
  };
  const health = (): readonly SourceHealth[] => report(usesNow());

  return {
    health,
    states: () => report(NO_USES),
    async start() {
      await overrides?.look();
      // Only now: what is built without the operator's file would take back what the server began with.
      if (settings.rates.length > 0) rebuilder.changed();
      overrides?.start();
      if (pollers.some(({ source }) => source.storable)) await adoptAll();
      if (stopped) return;
      for (const [index, { poller }] of pollers.entries()) poller.start(index * SPREAD_MS);
      lookAgain();
    },
    async refresh(id) {
      await pollers.find(({ source }) => source.id === id)?.poller.refresh();
      return health().find((each) => each.id === id);
    },
    settled: rebuilder.settled,
    async stop() {
      stopped = true;
      cancel?.();
      overrides?.stop();
      rebuilder.stop();
      await Promise.all(pollers.map(({ poller }) => poller.stop()));
      await reader.close();
    },
  };
};
