import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { createPriceHistory } from '../../src/catalogue/history/create-price-history.ts';
import { createLiveCatalogue } from '../../src/catalogue/live-catalogue.ts';
import { asOfferingId, asProviderId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createDatabase } from '../support/postgres-database.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { postgresService, titleOf } from '../support/services.ts';
import { shippedSeed } from '../support/shipped.ts';
import { partOfSeed } from './part-of-seed.ts';

const postgres = postgresService();
const seed = partOfSeed(await shippedSeed(), /gpt-4o-mini/i);
const relay = asOfferingId('relay/m');

const catalogueWith = (input: number): Catalogue =>
  buildCatalogue({
    seed,
    readings: [],
    readAt: new Date(Date.UTC(2025, 0, 1)),
    providers: [
      {
        info: {
          id: asProviderId('relay'),
          name: 'Relay',
          kind: 'RELAY',
          completes: true,
          operations: [],
          status: { kind: 'ON' },
        },
        declared: [{ providerModelId: 'm', prices: { input: new Decimal(input), currency: 'USD' } }],
      },
    ],
  });

describe.skipIf(postgres.kind === 'missing')(titleOf('two nodes on one Postgres', postgres), () => {
  it('record each rate and each change once, though each has a clock of its own', async () => {
    const database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
    const log = recordedLog();
    const nodes = await Promise.all(
      [0, 7].map(async (aheadMs) => {
        const store = await openStore({ kind: 'postgres', url: database.url }, log);
        const clock = createFakeClock();
        clock.advance(aheadMs);
        const live = createLiveCatalogue(catalogueWith(1));
        const history = createPriceHistory({ live, store: store.priceHistory, clock, log });
        return { store, clock, live, history };
      }),
    );
    const allDo = <Result>(work: (node: (typeof nodes)[number]) => Promise<Result>) =>
      Promise.all(nodes.map(work));

    await allDo(async ({ history }) => {
      history.start();
      await history.flush();
    });
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    const { store, live } = node;
    const rows = live.current().offerings.flatMap(({ id }) => live.current().pricesOf(id));
    const served = await store.priceHistory.served();
    expect(served).toHaveLength(new Set(rows.map(({ id }) => id)).size);

    await allDo(async ({ history, live, clock }) => {
      clock.advance(60_000);
      live.replace(catalogueWith(2), clock.now());
      await history.flush();
    });
    const changes = (await store.priceHistory.changes({ offeringIds: [relay] }, { limit: 10 })).rows;
    expect(changes.map(({ kind }) => kind)).toEqual(['CHANGED']);
    const spans = (await store.priceHistory.list(relay, { limit: 10 })).rows;
    expect(spans.map(({ price, servedTo }) => [price.amount.toNumber(), servedTo !== undefined])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);

    await allDo(async ({ history, store }) => {
      await history.close();
      await store.close();
    });
    await database.drop();
  });
});
