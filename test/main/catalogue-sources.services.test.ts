import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LIVE_PAYLOADS } from '../support/live-payloads.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { createDatabase } from '../support/postgres-database.ts';
import { postgresService, titleOf } from '../support/services.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const postgres = postgresService();
const ID = 'vercel-gateway';
const PRICE = '{ offering(id: "vercel/acme/live") { prices { amount { amount } } } }';
const SOURCES = '{ catalogueSources { id status checkedAt beingRead } }';
const REFRESH = `mutation { refreshCatalogueSource(id: "${ID}") { ... on CatalogueSource { status beingRead } ... on Error { message } } }`;

const amount = async (node: Modelgraph): Promise<string | undefined> =>
  (await node.post(PRICE)).body.data.offering?.prices[0]?.amount.amount;
const health = async (node: Modelgraph) =>
  (await node.post(SOURCES)).body.data.catalogueSources.find((each: { id: string }) => each.id === ID);

describe.skipIf(postgres.kind === 'missing')(titleOf('nodes on one database', postgres), () => {
  let database: Awaited<ReturnType<typeof createDatabase>> | undefined;
  let upstream: Upstream;
  const nodes: Modelgraph[] = [];
  const start = async (baseUrl: string): Promise<Modelgraph> => {
    const node = await startModelgraph({
      config: `catalogue: { sources: { ${ID}: { baseUrl: "${baseUrl}", everyMinutes: 600 } } }`,
      // The same for all: each start with another one would end that of the node before.
      env: { DATABASE_URL: database?.url ?? '', MODELGRAPH_ADMIN_KEY: 'mg_of-all-nodes-0123456789' },
    });
    nodes.push(node);
    return node;
  };
  beforeAll(async () => {
    database = await createDatabase(postgres.kind === 'running' ? postgres.url : '');
    upstream = await startUpstream();
    upstream.respond(() => ({ body: LIVE_PAYLOADS[ID]?.bodies(5).models ?? '' }));
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await upstream?.close();
    await database?.drop();
  });

  it('ask a source once, serve what it said, and serve it after a restart without it', async () => {
    const one = await start(upstream.url);
    await one.printed(/A live source has new data/);
    await vi.waitFor(async () => expect(await amount(one)).toBe('5'), { timeout: 20_000, interval: 100 });
    const two = await start(upstream.url);
    await vi.waitFor(async () => expect(await amount(two)).toBe('5'), { timeout: 20_000, interval: 100 });
    expect(upstream.requests).toHaveLength(1);
    expect(await health(two)).toMatchObject({ status: 'FRESH', checkedAt: (await health(one)).checkedAt });

    // While one reads it by command, the other does not ask too.
    const { promise, resolve } = Promise.withResolvers<void>();
    upstream.enqueue({ before: promise, body: LIVE_PAYLOADS[ID]?.bodies(6).models ?? '' });
    const reading = one.post(REFRESH);
    await upstream.received(1);
    const refused = (await two.post(REFRESH)).body.data.refreshCatalogueSource;
    expect(refused).toEqual({ status: 'FRESH', beingRead: true });
    resolve();
    expect((await reading).body.data.refreshCatalogueSource).toEqual({ status: 'FRESH', beingRead: false });
    expect(upstream.requests).toHaveLength(2);
    await vi.waitFor(async () => expect(await amount(one)).toBe('6'), { timeout: 20_000, interval: 100 });
    const { checkedAt } = await health(one);

    await Promise.all(nodes.splice(0).map((node) => node.stop()));
    await upstream.close();
    const again = await start(upstream.url);
    await vi.waitFor(async () => expect(await amount(again)).toBe('6'), { timeout: 20_000, interval: 100 });
    expect(await health(again)).toMatchObject({ checkedAt });
    upstream = await startUpstream();
  }, 120_000);
});
