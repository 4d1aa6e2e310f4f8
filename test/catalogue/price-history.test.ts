import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import { createPriceHistory } from '../../src/catalogue/history/create-price-history.ts';
import { createLiveCatalogue } from '../../src/catalogue/live-catalogue.ts';
import { currentPrices } from '../../src/catalogue/price-engine.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import type { Store } from '../../src/ports/store.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { shippedSeed } from '../support/shipped.ts';
import { partOfSeed } from './part-of-seed.ts';

const seed = partOfSeed(await shippedSeed(), /gpt-4o-mini|deepseek-(?:chat|v3|v4)/i);
const catalogue = buildCatalogue({ seed, providers: [], readings: [] });

const folder = await newDataFolder();
let store: Store;
beforeAll(async () => {
  store = await openStore({ kind: 'embedded', dataDir: folder.path }, recordedLog());
});
afterAll(async () => {
  await store?.close();
  folder.remove();
});

it('what could not be written while the store was away is written once it is back', async () => {
  const clock = createFakeClock();
  const live = createLiveCatalogue(catalogue);
  let away = true;
  const log = recordedLog();
  const history = createPriceHistory({
    live,
    store: {
      ...store.priceHistory,
      served: async () => {
        if (away) throw new Error('the store is away');
        return store.priceHistory.served();
      },
    },
    clock,
    log,
  });
  history.start();
  await history.flush();
  expect(await store.priceHistory.served()).toEqual([]);
  // The retry, and the next date at which a rate changes.
  expect(clock.pending()).toBe(2);
  away = false;
  clock.advance(5_000);
  await history.flush();
  const rows = live.current().offerings.flatMap(({ id }) => live.current().pricesOf(id));
  expect(await store.priceHistory.served()).toHaveLength(new Set(rows.map(({ id }) => id)).size);
  expect((await history.changes({}, { limit: 1 })).rows).toEqual([]);
  await history.close();
});

it('the past is told while the first record is still being made, and the present once it is', async () => {
  const clock = createFakeClock();
  const live = createLiveCatalogue(catalogue);
  const written = Promise.withResolvers<void>();
  const history = createPriceHistory({
    live,
    store: {
      ...store.priceHistory,
      served: async () => {
        await written.promise;
        return store.priceHistory.served();
      },
    },
    clock,
    log: recordedLog(),
  });
  clock.advance(60_000);
  history.start();
  const id = asOfferingId('openai/gpt-4o-mini');
  const [before] = await history.pricesAt([id], new Date(clock.now().getTime() - 1));
  expect(before?.length).toBeGreaterThan(0);
  let answered = false;
  const now = history.pricesAt([id], clock.now()).then((found) => {
    answered = true;
    return found;
  });
  await store.ping();
  expect(answered).toBe(false);
  written.resolve();
  expect((await now)[0]?.length).toBe(before?.length);
  await history.close();
});

it('prices of the past stand in the order of those of today, whatever order they were written in', async () => {
  const live = createLiveCatalogue(catalogue);
  const id = catalogue.offerings.find(
    (each) => new Set(catalogue.pricesOf(each.id).map(({ currency }) => currency)).size > 1,
  )?.id;
  if (id === undefined) throw new Error('no offering has prices in two currencies');
  const clock = createFakeClock();
  const at = clock.now();
  const history = createPriceHistory({
    live,
    store: {
      ...store.priceHistory,
      servedAt: async (ids, moment) => (await store.priceHistory.servedAt(ids, moment)).toReversed(),
    },
    clock,
    log: recordedLog(),
  });
  history.start();
  await history.flush();
  const [past] = await history.pricesAt([id], at);
  const today = currentPrices(catalogue.pricesOf(id), at);
  expect(past?.map(({ currency }) => currency)).toEqual(today.map(({ currency }) => currency));
  expect(past?.[0]?.currency).toBe(catalogue.pricesOf(id)[0]?.currency);
  await history.close();
});
