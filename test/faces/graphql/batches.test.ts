import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSystemClock } from '../../../src/adapters/clock.ts';
import { createMemoryState } from '../../../src/adapters/state/memory.ts';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { type CatalogueReader, createCatalogueReader } from '../../../src/catalogue/catalogue-reader.ts';
import { createAudit } from '../../../src/control/audit.ts';
import { createHistory } from '../../../src/control/history.ts';
import { createKeyService } from '../../../src/control/key-service.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { createGraphFace } from '../../../src/faces/graphql/graph-face.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/gateway/completion-command.ts';
import { createCalibration } from '../../../src/gateway/estimate/calibration.ts';
import { createCompletionEstimator } from '../../../src/gateway/estimate/estimate-completion.ts';
import { createGateway } from '../../../src/gateway/gateway.ts';
import { createLedger } from '../../../src/gateway/ledger.ts';
import { createMediaShelf } from '../../../src/gateway/media-shelf.ts';
import { NO_ROUTES } from '../../../src/gateway/routing/policy/route-book.ts';
import { newDataFolder } from '../../support/data-folder.ts';
import { noReplay, noRoutes } from '../../support/no-routes.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { shippedCatalogue } from '../../support/shipped.ts';

const KEY = 'mg_batches-of-related-reads';
const batches: { name: string; size: number }[] = [];

/** Counts what the graph asks the catalogue for. */
const counted = (reader: CatalogueReader): CatalogueReader => {
  const count =
    <Id, Row>(name: string, read: (ids: readonly Id[]) => Promise<readonly Row[]>) =>
    (ids: readonly Id[]) => {
      batches.push({ name, size: ids.length });
      return read(ids);
    };
  return {
    current: reader.current,
    models: count('models', reader.models),
    providers: count('providers', reader.providers),
    offerings: count('offerings', reader.offerings),
    offeringsOfModels: count('offeringsOfModels', reader.offeringsOfModels),
    offeringsOfProviders: count('offeringsOfProviders', reader.offeringsOfProviders),
    pricesOf: count('pricesOf', reader.pricesOf),
  };
};

let url: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  const folder = await newDataFolder();
  const { log } = { log: recordedLog() };
  const clock = createSystemClock();
  const store = await openStore({ kind: 'embedded', dataDir: folder.path }, log);
  const state = createMemoryState();
  const keys = await createKeyService(store.keys, state, clock, log);
  await keys.ensureAdminKey(new Secret(KEY));
  const catalogue = await shippedCatalogue();
  const ledger = createLedger(store.ledger, clock, log);
  const gateway = createGateway({
    catalogue: () => catalogue,
    providers: () => new Map(),
    media: { fetch: async () => ({ kind: 'REFUSED', problem: 'nothing is fetched here' }) },
    clock,
    ledger,
    book: NO_ROUTES,
    state,
    log,
    onDefect() {},
  });
  const face = createGraphFace(
    {
      catalogue: counted(createCatalogueReader(() => catalogue)),
      sources: { health: () => [], refresh: async () => undefined },
      priceHistory: {
        pricesAt: async (ids) => ids.map(() => []),
        historyOf: async () => ({ rows: [], hasMore: false }),
        changes: async () => ({ rows: [], hasMore: false }),
        watch: () => {
          throw new Error('nothing is watched here');
        },
      },
      gateway,
      estimator: createCompletionEstimator({
        catalogue: () => catalogue,
        router: gateway.router,
        calibration: createCalibration(clock),
        clock,
        onDefect() {},
        outputTokens: store.ledger.outputTokens,
      }),
      keys,
      routes: noRoutes(),
      replay: noReplay,
      compareMirrors: async () => ({ pairs: 0, isCut: false, offerings: [] }),
      history: createHistory(store.ledger, ledger.flush),
      audit: createAudit(log),
      shelf: createMediaShelf(state, clock, () => url),
      now: clock.now,
      timeouts: DEFAULT_TIMEOUTS,
    },
    { introspection: true, maxRequestBytes: 100_000, onFailure: log.error },
  );
  const server = createServer((request, response) => void face.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  stop = async () => {
    await face.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await keys.close();
    await store.close();
    folder.remove();
  };
});
afterAll(() => stop?.());

// Heavy operations are worked on in pieces, each with batches of its own.
it('related reads of a page are one batch each', async () => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({
      query: `{ models(first: 8) { edges { node {
        offerings(first: 2) { edges { node { id provider { name } prices { amount { amount } } } } }
      } } } }`,
    }),
  });
  const { data, errors } = await response.json();
  expect(errors).toBeUndefined();
  const offerings = data.models.edges.flatMap(
    (edge: { node: { offerings: { edges: object[] } } }) => edge.node.offerings.edges,
  );
  expect(offerings.length).toBeGreaterThan(8);
  expect(batches.map(({ name }) => name).sort()).toEqual(['offeringsOfModels', 'pricesOf', 'providers']);
  const sizes = Object.fromEntries(batches.map(({ name, size }) => [name, size]));
  expect(sizes.offeringsOfModels).toBe(data.models.edges.length);
  expect(sizes.pricesOf).toBe(offerings.length);
});
