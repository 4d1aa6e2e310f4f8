import { Agent } from 'undici';
import { createSourceReader } from '../../../src/adapters/sources/source-reader.ts';
import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import { createLiveCatalogue, type LiveCatalogue } from '../../../src/catalogue/live-catalogue.ts';
import type { Seed } from '../../../src/catalogue/seed.ts';
import type { SourceHealth } from '../../../src/catalogue/source-health.ts';
import {
  type BoardInput,
  createSourceBoard,
  type RunningSourceBoard,
} from '../../../src/catalogue/sources/board.ts';
import { createMemorySourceStore } from '../../../src/catalogue/sources/memory-source-store.ts';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { type RecordedLog, recordedLog } from '../../support/recorded-log.ts';
import { CATALOGUE_SOURCES, TEST_REGISTRY } from '../../support/test-sources.ts';

const EMPTY_SEED: Seed = { version: '0', readings: [] };

export type TestBoard = {
  readonly board: RunningSourceBoard;
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly live: LiveCatalogue;
  /** How often a catalogue was built. */
  builds(): number;
  health(id?: string): SourceHealth;
  /** Dollars for a million input tokens of `acme/model-0`, as served. */
  rate(): string | undefined;
  /** Reads the source and waits until the catalogue has it. */
  refresh(id?: string): Promise<SourceHealth>;
  stop(): Promise<void>;
};

/** A board over real requests, with a clock that a test moves. */
export const startBoard = async (
  baseUrl: string,
  given: Partial<BoardInput> & { readonly clock?: FakeClock } = {},
): Promise<TestBoard> => {
  const clock = given.clock ?? createFakeClock();
  const log = recordedLog();
  const dispatcher = new Agent();
  const base = { seed: EMPTY_SEED, providers: [] };
  const live = createLiveCatalogue(buildCatalogue({ ...base, readings: [], readAt: clock.now() }));
  let builds = 0;
  const board = createSourceBoard({
    sources: CATALOGUE_SOURCES.filter(({ id }) => id === 'test-list' || id === 'test-keyed'),
    shipped: [],
    settings: { live: false, sources: [{ id: 'test-list', enabled: true, baseUrl }], rates: [] },
    secretOf: () => undefined,
    reader: createSourceReader({ dispatcher, parsing: { registry: TEST_REGISTRY } }),
    store: createMemorySourceStore(),
    log,
    catalogue: live.current,
    async onReadings(readings) {
      builds += 1;
      const previous = live.current();
      live.replace(buildCatalogue({ ...base, readings, previous, readAt: clock.now() }), clock.now());
    },
    random: () => 0.5,
    ...given,
    clock,
  });
  await board.start();
  const health = (id = 'test-list'): SourceHealth => {
    const found = board.health().find((each) => each.id === id);
    if (found === undefined) throw new Error(`no health of ${id}`);
    return found;
  };
  return {
    board,
    clock,
    log,
    live,
    builds: () => builds,
    health,
    rate: () => live.current().pricesOf(asOfferingId('acme/model-0'))[0]?.amount.toFixed(),
    async refresh(id = 'test-list') {
      await board.refresh(id);
      const settled = board.settled();
      clock.advance(250);
      await settled;
      return health(id);
    },
    async stop() {
      await board.stop();
      await dispatcher.destroy();
    },
  };
};
