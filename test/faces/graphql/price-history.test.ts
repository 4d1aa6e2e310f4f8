import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryState } from '../../../src/adapters/state/memory.ts';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { createCatalogueReader } from '../../../src/catalogue/catalogue-reader.ts';
import { createPriceHistory } from '../../../src/catalogue/history/create-price-history.ts';
import { createLiveCatalogue } from '../../../src/catalogue/live-catalogue.ts';
import { createAudit } from '../../../src/control/audit.ts';
import { createHistory } from '../../../src/control/history.ts';
import { createKeyService } from '../../../src/control/key-service.ts';
import { asModelSlug, asProviderId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
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
import { createFakeClock } from '../../support/fake-clock.ts';
import { TRANSPORTS } from '../../support/graph-clients.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { noReplay, noRoutes } from '../../support/no-routes.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { shippedSeed } from '../../support/shipped.ts';
import { smallSeed } from '../../support/small-seed.ts';

const KEY = 'mg_prices-as-they-were';
const DAY_MS = 86_400_000;

const seed = smallSeed(await shippedSeed(), ({ providerId }) => providerId === 'openai');

/** The seed with one more provider, whose model costs this much. */
const catalogueWith = (input: string | undefined): Catalogue =>
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
        declared: [
          {
            providerModelId: 'm',
            modelSlug: asModelSlug('openai/gpt-4o-mini'),
            ...(input !== undefined && {
              prices: { input: new Decimal(input), output: new Decimal(8), currency: 'USD' },
            }),
          },
        ],
      },
    ],
  });

const clock = createFakeClock();
const live = createLiveCatalogue(catalogueWith('2'));
/** The catalogue is replaced a day later. */
const replaceWith = (input: string | undefined): Date => {
  clock.advance(DAY_MS);
  live.replace(catalogueWith(input), clock.now());
  clock.advance(DAY_MS);
  return new Date(clock.now().getTime() - DAY_MS);
};

let server: Modelgraph;
beforeAll(async () => {
  const folder = await newDataFolder();
  const log = recordedLog();
  const store = await openStore({ kind: 'embedded', dataDir: folder.path }, log);
  const state = createMemoryState();
  const keys = await createKeyService(store.keys, state, clock, log);
  await keys.ensureAdminKey(new Secret(KEY));
  const ledger = createLedger(store.ledger, clock, log);
  const priceHistory = createPriceHistory({ live, store: store.priceHistory, clock, log });
  priceHistory.start();
  await priceHistory.flush();
  const gateway = createGateway({
    catalogue: live.current,
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
      catalogue: createCatalogueReader(live.current),
      sources: { health: () => [], refresh: async () => undefined },
      priceHistory,
      gateway,
      estimator: createCompletionEstimator({
        catalogue: live.current,
        router: gateway.router,
        clock,
        onDefect() {},
        calibration: createCalibration(clock),
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
  const http = createServer((request, response) => void face.handle(request, response));
  http.on('upgrade', face.upgrade);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  server = {
    url,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    adminKey: KEY,
    output: () => '',
    printed: async () => {},
    async post(query, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    async stop() {
      await face.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await priceHistory.close();
      await keys.close();
      await store.close();
      folder.remove();
    },
  };
});
afterAll(() => server?.stop());

const ask = async (query: string, variables: object = {}) => {
  const { body } = await server.post(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const inputAt = async (at: Date): Promise<string | undefined> => {
  const { offering } = await ask(
    'query ($at: DateTime) { offering(id: "relay/m") { price(at: $at, kind: INPUT) { ... on Price { amount { amount } } ... on PriceUnknown { code } } } }',
    { at },
  );
  return offering.price.amount?.amount;
};

describe('prices that change', () => {
  it('are answered as they were, listed with when they were served, and told as changes', async () => {
    const start = clock.now();
    const dearer = replaceWith('3');
    const gone = replaceWith(undefined);
    expect(await inputAt(new Date(start.getTime() - DAY_MS))).toBe('2');
    expect(await inputAt(new Date(dearer.getTime() - 1))).toBe('2');
    expect(await inputAt(dearer)).toBe('3');
    expect(await inputAt(new Date(gone.getTime() + 1))).toBeUndefined();
    const back = replaceWith('2');
    expect(await inputAt(clock.now())).toBe('2');

    const { offering } = await ask(`{ offering(id: "relay/m") {
      prices(at: "${dearer.toISOString()}") { amount { amount } }
      priceHistory(first: 20) { edges { node { servedFrom servedTo price { amount { amount } offering { id } meter { direction } } } } }
    } }`);
    expect(offering.prices.map(({ amount }: { amount: { amount: string } }) => amount.amount).sort()).toEqual(
      ['3', '8'],
    );
    const inputs = offering.priceHistory.edges
      .map(({ node }: { node: { price: { meter: { direction: string } } } }) => node)
      .filter(({ price }: { price: { meter: { direction: string } } }) => price.meter.direction === 'INPUT');
    expect(inputs).toMatchObject([
      {
        servedFrom: back.toISOString(),
        servedTo: null,
        price: { amount: { amount: '2' }, offering: { id: 'relay/m' } },
      },
      { servedFrom: dearer.toISOString(), servedTo: gone.toISOString(), price: { amount: { amount: '3' } } },
      { servedFrom: start.toISOString(), servedTo: dearer.toISOString(), price: { amount: { amount: '2' } } },
    ]);

    const changes = `query ($since: DateTime, $filter: PriceChangeFilter, $first: Int, $after: String) {
      priceChanges(since: $since, filter: $filter, first: $first, after: $after) {
        edges { cursor node { kind at offeringId before { amount { amount } } after { amount { amount } } } } pageInfo { hasNextPage } } }`;
    const { priceChanges: all } = await ask(changes, {});
    // Nothing of the first fill; then the input dearer, both gone, both back.
    expect(all.edges.map(({ node }: { node: { kind: string } }) => node.kind)).toEqual([
      'ADDED',
      'ADDED',
      'REMOVED',
      'REMOVED',
      'CHANGED',
    ]);
    expect(all.edges[4].node).toEqual({
      kind: 'CHANGED',
      at: dearer.toISOString(),
      offeringId: 'relay/m',
      before: { amount: { amount: '2' } },
      after: { amount: { amount: '3' } },
    });
    const { priceChanges: since } = await ask(changes, { since: back, first: 1 });
    expect(since.edges).toHaveLength(1);
    expect(since.pageInfo.hasNextPage).toBe(true);
    const { priceChanges: large } = await ask(changes, { filter: { minRatio: 1.6, kinds: ['CHANGED'] } });
    expect(large.edges).toEqual([]);
    const { body } = await server.post(changes, { filter: { minRatio: 0.5 } });
    expect(body.errors[0].extensions.code).toBe('INVALID_INPUT');
  });

  it.each(TRANSPORTS)('are told as they happen, over $name', async ({ connect }) => {
    const client = connect(server);
    onTestFinished(() => void client.dispose());
    const events = client.iterate(
      `subscription { priceChanges(filter: { offering: { providers: ["relay"] }, kinds: [CHANGED], minRatio: 1.5 }) {
        kind before { amount { amount } } after { amount { amount } } offering { id } } }`,
      {},
    );
    const first = events.next();
    // Whether the subscription is there yet cannot be seen: the price moves until the first change comes.
    let told = false;
    void first.then(() => {
      told = true;
    });
    for (let amount = 10; !told; amount *= 2) {
      replaceWith(String(amount));
      await ask('{ priceChanges(first: 1) { edges { cursor } } }');
    }
    const { value } = await first;
    expect(value.errors).toBeUndefined();
    const { before, after, ...rest } = value.data.priceChanges;
    expect(rest).toEqual({ kind: 'CHANGED', offering: { id: 'relay/m' } });
    expect(new Decimal(after.amount.amount).dividedBy(before.amount.amount).gte(1.5)).toBe(true);
    await events.return?.();
  });
});

describe('what is known besides', () => {
  it('says who states a price, how old it is, and what the model can do', async () => {
    const { offering } = await ask(`{ offering(id: "relay/m") {
      limits { contextWindow maxOutputTokens } inputModalities capabilities lacks openWeights performance { metric p50 }
      model { quality(benchmark: "aider-polyglot") { score } huggingFaceId limits { contextWindow } }
      prices { observations { amount { amount currency } provenance { source } } disagreement { ratio } staleness { ageSeconds isStale } } } }`);
    expect(offering.model.limits.contextWindow).toBe(128_000);
    expect(offering.prices[0].observations[0].provenance.source).toBe('config');
    expect(offering.prices[0].staleness.isStale).toBe(false);
    expect(offering.prices[0].staleness.ageSeconds).toBeGreaterThan(365 * 86_400);
    expect((await ask('{ fxRates(base: "USD") { rate } }')).fxRates).toEqual([]);
  });
});
