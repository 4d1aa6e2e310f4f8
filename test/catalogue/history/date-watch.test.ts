import { expect, it } from 'vitest';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { createPriceHistory } from '../../../src/catalogue/history/create-price-history.ts';
import { upcomingChanges, upcomingPrices } from '../../../src/catalogue/history/upcoming.ts';
import { createLiveCatalogue } from '../../../src/catalogue/live-catalogue.ts';
import { asModelSlug, asOfferingId } from '../../../src/domain/ids.ts';
import type { Price, PriceChange } from '../../../src/domain/price.ts';
import type { PriceHistoryStore, RecordedPriceChange } from '../../../src/ports/store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { shippedCatalogue } from '../../support/shipped.ts';
import { row } from '../price-rows.ts';

const OFFERING = asOfferingId('lab/model');
const HOUR_MS = 3_600_000;
// The fake clock starts at midnight of 2026-01-01.
const at = (hours: number): Date => new Date(Date.UTC(2026, 0, 1, hours));

const base = await shippedCatalogue();
const [sample] = base.offerings;
if (sample === undefined) throw new Error('the seed is empty');
const catalogueOf = (prices: readonly Price[]): Catalogue => ({
  ...base,
  offerings: [{ ...sample, id: OFFERING, modelSlug: asModelSlug('lab/model') }],
  offering: (id) => (id === OFFERING ? sample : undefined),
  pricesOf: (id) => (id === OFFERING ? prices : []),
});

/** Keeps changes by id, as the store does; several nodes may write to it. */
const changesStore = () => {
  const kept = new Map<string, RecordedPriceChange>();
  const store: PriceHistoryStore = {
    served: async () => [],
    servedOf: async () => [],
    begin: async () => undefined,
    end: async () => undefined,
    servedAt: async () => [],
    list: async () => ({ rows: [], hasMore: false }),
    insertChanges: async (changes) => {
      for (const change of changes) if (!kept.has(change.change.id)) kept.set(change.change.id, change);
    },
    changes: async () => ({ rows: [], hasMore: false }),
  };
  return { store, kept };
};

const flat = row('2', {}, { effectiveTo: at(5) });
const dearer = row('3', {}, { effectiveFrom: at(5), effectiveTo: at(30 * 24) });
const output = row('8', { direction: 'OUTPUT' }, { effectiveTo: at(7) });

const startNode = (live: ReturnType<typeof createLiveCatalogue>, store: PriceHistoryStore) => {
  const clock = createFakeClock();
  const history = createPriceHistory({ live, store, clock, log: recordedLog() });
  const seen: PriceChange[] = [];
  const stop = new AbortController();
  const watched = (async () => {
    for await (const change of history.watch({}, stop.signal)) seen.push(change);
  })();
  history.start();
  return {
    clock,
    history,
    seen,
    stop: async () => {
      await history.flush();
      stop.abort();
      await watched;
      await history.close();
    },
  };
};

it('a rate that starts or ends by its own date is told when that comes, once, and alike on every node', async () => {
  const { store, kept } = changesStore();
  const live = createLiveCatalogue(catalogueOf([flat, dearer, output]));
  const nodes = [startNode(live, store), startNode(live, store)];
  for (const { clock, history } of nodes) {
    clock.advance(5 * HOUR_MS - 1);
    await history.flush();
  }
  expect(kept.size).toBe(0);
  for (const { clock, history } of nodes) {
    clock.advance(1);
    await history.flush();
  }
  expect([...kept.values()].map(({ change }) => change)).toMatchObject([
    { kind: 'CHANGED', at: at(5), before: { id: flat.id }, after: { id: dearer.id } },
  ]);
  // One node is late: it tells what it missed, at the moments at which it happened.
  for (const { clock, history } of nodes) {
    clock.advance(60 * 24 * HOUR_MS);
    await history.flush();
  }
  expect([...kept.values()].map(({ change: { kind, at: when } }) => [kind, when])).toEqual([
    ['CHANGED', at(5)],
    ['REMOVED', at(7)],
    ['REMOVED', at(30 * 24)],
  ]);
  await Promise.all(nodes.map(({ stop }) => stop()));
  const [one, other] = nodes.map(({ seen }) => seen.map(({ id }) => id));
  expect(one).toHaveLength(3);
  expect(other).toEqual(one);
});

it('a date that passes just before another catalogue is served is not lost', async () => {
  const { store, kept } = changesStore();
  const live = createLiveCatalogue(catalogueOf([flat, dearer]));
  const node = startNode(live, store);
  live.replace(catalogueOf([dearer]), at(6));
  node.clock.advance(6 * HOUR_MS);
  await node.stop();
  expect([...kept.values()].map(({ change: { kind, at: when } }) => [kind, when])).toEqual([
    ['CHANGED', at(5)],
  ]);
});

it('what is announced is listed, the next first', () => {
  const rows = [dearer, output, flat];
  expect(upcomingPrices(rows, at(0))).toEqual([dearer]);
  const changes = upcomingChanges({ id: OFFERING, modelSlug: asModelSlug('lab/model') }, rows, at(0));
  expect(changes.map(({ kind, at: when }) => [kind, when])).toEqual([
    ['CHANGED', at(5)],
    ['REMOVED', at(7)],
    ['REMOVED', at(30 * 24)],
  ]);
  expect(upcomingChanges({ id: OFFERING, modelSlug: asModelSlug('lab/model') }, rows, at(6))).toHaveLength(2);
});
