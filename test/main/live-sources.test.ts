import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CATALOGUE_SOURCES } from '../../src/adapters/sources/registry.ts';
import type { CatalogueSource } from '../../src/ports/catalogue-source.ts';
import { LIVE_PAYLOADS, type LivePayload, wholePayloads } from '../support/live-payloads.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import type { Lists } from '../support/small-seed.ts';
import { type Script, startUpstream, type Upstream, type UpstreamRequest } from '../support/upstream.ts';

const KEY = 'key-of-the-operator-0123456789';
const SOURCE = `id status checkedAt changedAt offerings prices failures lastProblem { code message }
  quarantined(first: 1000) { subject reason detail }`;
const REFRESH = `mutation ($id: ID!) { refreshCatalogueSource(id: $id) { ... on CatalogueSource { ${SOURCE} } ... on Error { message } } }`;
const PRICE = 'query ($id: ID!) { offering(id: $id) { prices { amount { amount } per } } }';
/** Waits until the record has everything. */
const HISTORY = 'query ($id: ID!) { offering(id: $id) { priceHistory { edges { node { servedTo } } } } }';
const CHANGES = `query ($id: ID!) { priceChanges(first: 100, filter: { offering: { offerings: [$id] } }) { edges { node { kind before { amount { amount } } after { amount { amount } } } } } }`;
const FX =
  'query ($base: String!, $quote: String!) { fxRates(base: $base, quote: $quote) { rate provenance { source } } }';
const QUALITY =
  'query ($slug: String!) { model(slug: $slug) { quality { benchmark score setting provenance { source } } } }';

const PATIENCE = { timeout: 90_000, interval: 500 };

type Health = {
  readonly status: string;
  readonly checkedAt: string;
  readonly failures: number;
  readonly lastProblem: { readonly code: string; readonly message: string } | null;
  readonly id: string;
  readonly quarantined: readonly {
    readonly subject: string;
    readonly reason: string;
    readonly detail: string;
  }[];
};

let upstream: Upstream;
let server: Modelgraph;
/** What each source answers; by its id, which is how its base URL ends. */
const scripts = new Map<string, (request: UpstreamRequest) => Script>();

const start = (lists: Lists): Promise<Modelgraph> => {
  const entries = CATALOGUE_SOURCES.map(
    ({ id, key }) =>
      `    ${id}: { baseUrl: "${upstream.url}/${id}", everyMinutes: 600${key === undefined ? '' : `, apiKey: "${KEY}"`} }`,
  );
  return startModelgraph({ config: `catalogue:\n  sources:\n${entries.join('\n')}\n`, lists });
};

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond((request) => {
    const id = request.path.split('/')[1] ?? '';
    return scripts.get(id)?.(request) ?? { status: 503 };
  });
});
afterAll(() => upstream?.close());

const payloadOf = (id: string): LivePayload => {
  const payload = LIVE_PAYLOADS[id];
  if (payload === undefined) throw new Error(`there is no payload of ${id}`);
  return payload;
};
const refresh = async (id: string): Promise<Health> =>
  (await server.post(REFRESH, { id })).body.data.refreshCatalogueSource;

let asking: Promise<readonly Health[]> | undefined;
/** As it is reported; many who ask at once are told the same. */
const healthOf = async (id: string): Promise<Health | undefined> => {
  asking ??= server
    .post(`{ catalogueSources { ${SOURCE} } }`)
    .then(({ body }) => body.data.catalogueSources)
    .finally(() => {
      asking = undefined;
    });
  return (await asking).find((each) => each.id === id);
};

/** Serves the list with this figure, with a tag: a request that has it already is told so. */
const serve = (id: string, figure: number, payload = payloadOf(id)): void => {
  const source = CATALOGUE_SOURCES.find((each) => each.id === id);
  const bodies = payload.bodies(figure);
  const etag = `"${id} ${figure}"`;
  scripts.set(id, ({ path, headers }) => {
    const name = source?.requests.find((each) => path === `/${id}${each.path}`)?.name ?? '';
    if (headers['if-none-match'] === etag) return { status: 304 };
    const body = bodies[name];
    return body === undefined ? { status: 404 } : { headers: { etag }, body };
  });
};

/** From the graph's score to the figure of the payload. */
const FACTORS: { readonly [id: string]: number } = { 'artificial-analysis': 10, epoch: 0.1 };

/** The figure as the graph shows it. */
const shown = async (id: string): Promise<number | undefined> => {
  const { shows } = payloadOf(id);
  switch (shows.kind) {
    case 'PRICE': {
      const { offering } = (await server.post(PRICE, { id: shows.offering })).body.data;
      const row = offering?.prices[0];
      return row === undefined ? undefined : (Number(row.amount.amount) / row.per) * 1_000_000;
    }
    case 'RATE': {
      const { fxRates } = (await server.post(FX, shows)).body.data;
      const found = fxRates.find((each: { provenance: { source: string } }) => each.provenance.source === id);
      return found === undefined ? undefined : Number(found.rate);
    }
    case 'SCORE': {
      const { model } = (await server.post(QUALITY, { slug: shows.model })).body.data;
      const scores = model.quality.filter(
        (each: { benchmark: string; setting: string | null; provenance: { source: string } }) =>
          each.benchmark === shows.benchmark &&
          each.provenance.source === id &&
          (id !== 'aider' || each.setting === 'live'),
      );
      return scores[0] === undefined ? undefined : Number(scores[0].score) * (FACTORS[id] ?? 1);
    }
  }
};
/** Prices follow a moment after a source is read. */
const eventually = (id: string, figure: number): Promise<void> =>
  vi.waitFor(async () => expect(await shown(id)).toBeCloseTo(figure, 9), PATIENCE);

const HTML = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Down</title>' };
const FAILURES: readonly (readonly [string, Script, string])[] = [
  ['status 500', { status: 500 }, 'HTTP_STATUS'],
  ['a web page', HTML, 'UNREADABLE'],
  ['truncated', { body: '{"data": [{"id": "acme/li' }, 'UNREADABLE'],
  ['a broken connection', { body: ['{"data"'], ending: 'reset' }, 'UNREACHABLE'],
];

it('has a payload for every source there is', () => {
  expect(Object.keys(LIVE_PAYLOADS).sort()).toEqual(CATALOGUE_SOURCES.map(({ id }) => id).sort());
});

/** What each source goes through, in order. */
const STEPS: { readonly [step: string]: (source: CatalogueSource) => Promise<void> } = {
  'is read, and asked only for what is new': async ({ id, requests, following, key }) => {
    serve(id, 5);
    const first = await refresh(id);
    expect(first).toMatchObject({ status: 'FRESH', failures: 0 });
    expect(first.lastProblem?.code).toBe(id === 'portkey' ? 'INCOMPLETE' : undefined);
    await eventually(id, 5);
    const second = await refresh(id);
    expect(second).toMatchObject({ status: 'FRESH', failures: 0 });
    expect(Date.parse(second.checkedAt)).toBeGreaterThan(Date.parse(first.checkedAt));
    const asked = upstream.requests.filter(({ path }) => path.startsWith(`/${id}/`));
    const isOne = requests.length === 1 && following === undefined;
    expect(asked.at(-1)?.headers['if-none-match']).toBe(isOne ? `"${id} 5"` : undefined);
    const header = key?.header ?? 'authorization';
    const sent = key === undefined ? undefined : key.header === undefined ? `Bearer ${KEY}` : KEY;
    expect(asked.at(-1)?.headers[header]).toBe(sent);
    expect(JSON.stringify(asked.map(({ path }) => path))).not.toContain(KEY);
  },

  'serves what changes, and remembers what was': async ({ id }) => {
    serve(id, 6);
    expect(await refresh(id)).toMatchObject({ status: 'FRESH' });
    await eventually(id, 6);
    const { shows } = payloadOf(id);
    if (shows.kind !== 'PRICE') return;
    const { edges } = (await server.post(CHANGES, { id: shows.offering })).body.data.priceChanges;
    const amounts = edges.map(({ node }: { node: { kind: string } }) => node);
    expect(amounts).toContainEqual({
      kind: 'CHANGED',
      before: { amount: { amount: expect.any(String) } },
      after: { amount: { amount: expect.any(String) } },
    });
    const history = (await server.post(HISTORY, { id: shows.offering })).body.data.offering.priceHistory
      .edges;
    expect(history.map(({ node }: { node: { servedTo: string | null } }) => node.servedTo === null)).toEqual([
      true,
      false,
    ]);
  },

  'keeps what it said while it fails, and is fresh again after': async ({ id }) => {
    for (const [what, script, code] of FAILURES) {
      scripts.set(id, () => script);
      const health = await refresh(id);
      expect([what, health.status, health.lastProblem?.code]).toEqual([what, 'FAILING', code]);
      expect(health.lastProblem?.message).not.toContain(KEY);
    }
    expect(await shown(id)).toBeCloseTo(6, 9);
    serve(id, 6.5);
    expect(await refresh(id)).toMatchObject({ status: 'FRESH', failures: 0 });
    await eventually(id, 6.5);
  },

  'is not believed where it says what cannot be': async ({ id }) => {
    serve(id, -1);
    await refresh(id);
    const reason = ['aider', 'epoch', 'arena'].includes(id) ? 'MALFORMED' : 'NEGATIVE';
    await vi.waitFor(
      async () =>
        expect((await healthOf(id))?.quarantined).toContainEqual(expect.objectContaining({ reason })),
      PATIENCE,
    );
  },
};

describe('beside all that is shipped', () => {
  beforeAll(async () => {
    for (const [id, payload] of Object.entries(wholePayloads())) serve(id, 5, payload);
    server = await start('SHIPPED');
  });
  afterAll(async () => {
    await server?.stop();
    scripts.clear();
  });

  it('every list is taken in as it was collected', { timeout: 300_000 }, async () => {
    const read = await Promise.all(CATALOGUE_SOURCES.map(({ id }) => refresh(id)));
    expect(read.map(({ id, status, failures }) => [id, status, failures])).toEqual(
      CATALOGUE_SOURCES.map(({ id }) => [id, 'FRESH', 0]),
    );
    for (const { id } of CATALOGUE_SOURCES) await eventually(id, 5);
  });
});

describe('beside few others', () => {
  beforeAll(async () => {
    server = await start('SMALL');
  });
  afterAll(() => server?.stop());

  // Together: what several sources say is taken in at once.
  it.concurrent.each(CATALOGUE_SOURCES.map((source) => [source.id, source] as const))(
    '%s is read, changes, fails, comes back, and is not believed where it says what cannot be',
    async (_id, source) => {
      for (const step of Object.values(STEPS)) await step(source);
    },
    300_000,
  );

  describe('a rate that jumps', () => {
    const jumps = async (): Promise<Health['quarantined']> =>
      (await healthOf('litellm'))?.quarantined.filter(({ subject }) => subject.includes('live-litellm')) ??
      [];

    it.each([
      ['five times', 25, 'JUMP'],
      ['a hundred times', 500, 'UNIT'],
      ['beyond any price', 50_000_000, 'ABSURD'],
    ])('%s is kept out, with the reason', async (_name, rate, reason) => {
      serve('litellm', 5);
      await refresh('litellm');
      await eventually('litellm', 5);
      serve('litellm', rate);
      await refresh('litellm');
      await vi.waitFor(async () => expect(await jumps()).toMatchObject([{ reason }]), PATIENCE);
      if (reason !== 'ABSURD') expect(await shown('litellm')).toBeCloseTo(5, 9);
    });

    it('is served once a second source says the same', async () => {
      serve('litellm', 5);
      await refresh('litellm');
      await eventually('litellm', 5);
      serve('litellm', 25);
      await refresh('litellm');
      await vi.waitFor(async () => expect(await jumps()).toHaveLength(1), PATIENCE);
      const { api = '', catalog = '' } = payloadOf('models-dev').bodies(25);
      const agreeing = api.replaceAll('live-models-dev', 'live-litellm');
      scripts.set('models-dev', ({ path }) => ({ body: path.endsWith('/api.json') ? agreeing : catalog }));
      expect(await refresh('models-dev')).toMatchObject({ status: 'FRESH' });
      await eventually('litellm', 25);
      expect(await jumps()).toEqual([]);
    });
  });
});
