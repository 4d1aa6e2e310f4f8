import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({
    config: `
providers:
  - id: my-relay
    dialect: openai
    baseUrl: http://127.0.0.1:9/v1
    apiKey: relay-key
    region: CN
    models:
      - id: gpt-4o-mini
        model: openai/gpt-4o-mini
        prices: { input: 0.15, output: 0.60, cacheRead: 0.075, currency: USD }
      - id: house-blend
`,
  });
});
afterAll(() => server?.stop());

const query = async (text: string, variables: object = {}) => {
  const { body } = await server.post(text, variables);
  expect(body.errors).toBeUndefined();
  return body.data;
};

describe('models', () => {
  it('are found by part of their name, and counted', async () => {
    const { models } = await query(
      '{ models(first: 3, filter: { search: "gpt-4O-mini" }) { totalCount edges { node { slug lab } } } }',
    );
    expect(models.totalCount).toBeGreaterThan(1);
    expect(models.edges[0].node).toEqual({ slug: 'openai/gpt-4o-mini', lab: 'openai' });
  });

  it('have their rows as nodes and as edges', async () => {
    const { models, compareOfferings } = await query(
      `{ models(first: 2, filter: { labs: ["openai"] }) { nodes { slug } edges { node { slug } } }
         compareOfferings(input: { availability: ANY }) { ... on Comparison {
           offerings(first: 2) { totalCount nodes { rank others(first: 1) { totalCount nodes { offering { id } } } } }
           excluded(first: 1) { totalCount nodes { offering { id } } }
         } } }`,
    );
    expect(models.nodes).toHaveLength(2);
    expect(models.edges.map(({ node }: { node: object }) => node)).toEqual(models.nodes);
    const { offerings, excluded } = compareOfferings;
    expect(offerings.nodes.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2]);
    expect(offerings.totalCount).toBeGreaterThan(2);
    expect(excluded.totalCount).toBeGreaterThan(excluded.nodes.length);
  });

  it.each([
    [
      'filter.maxInputPrice.currency',
      '{ models(filter: { maxInputPrice: { amount: "2", currency: "EUR" } }) { totalCount } }',
    ],
    ['order.currency', '{ offerings(order: { field: BLENDED_PRICE, currency: "EUR" }) { totalCount } }'],
  ])('are not empty for want of an exchange rate without a word: %s', async (path, text) => {
    const { body } = await server.post(text);
    expect(body.errors[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT', path } });
    expect(body.errors[0].message).toMatch(/no exchange rate leads to EUR/);
  });

  it('are paged through without gap or repeat, forwards and backwards', async () => {
    const text = `query ($first: Int, $after: String, $last: Int, $before: String) {
      models(first: $first, after: $after, last: $last, before: $before, filter: { labs: ["anthropic"] }) {
        totalCount
        edges { cursor node { slug } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`;
    const slugs: string[] = [];
    let after: string | null = null;
    let pages = 0;
    for (;;) {
      const { models } = await query(text, { first: 5, after });
      slugs.push(...models.edges.map((edge: { node: { slug: string } }) => edge.node.slug));
      pages += 1;
      if (!models.pageInfo.hasNextPage) {
        expect(slugs).toHaveLength(models.totalCount);
        break;
      }
      after = models.pageInfo.endCursor;
    }
    expect(pages).toBeGreaterThan(2);
    expect(new Set(slugs).size).toBe(slugs.length);
    const { models } = await query(text, { last: 2 });
    expect(models.edges.map((edge: { node: { slug: string } }) => edge.node.slug)).toEqual(slugs.slice(-2));
    expect(models.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('are sorted, unknown values last either way', async () => {
    for (const direction of ['ASC', 'DESC']) {
      const { models } = await query(
        `{ models(first: 100, filter: { labs: ["anthropic"] }, order: { field: CONTEXT_WINDOW, direction: ${direction} }) { edges { node { contextWindow } } } }`,
      );
      const windows = models.edges.map(
        (edge: { node: { contextWindow: number | null } }) => edge.node.contextWindow,
      );
      const known = windows.filter((window: number | null) => window !== null);
      expect(windows.slice(0, known.length)).toEqual(known);
      expect(known).toEqual([...known].sort((a, b) => (direction === 'ASC' ? a - b : b - a)));
    }
  });

  it('an unknown cursor, a negative size and an unknown slug are told apart', async () => {
    const cursor = await server.post('{ models(after: "nonsense") { totalCount } }');
    expect(cursor.body.errors[0].extensions.code).toBe('INVALID_INPUT');
    const size = await server.post('{ models(first: -1) { totalCount } }');
    expect(size.body.errors[0].extensions.code).toBe('INVALID_INPUT');
    expect(await query('{ model(slug: "no/such") { slug } }')).toEqual({ model: null });
  });
});

describe('offerings', () => {
  it('that are configured have the prices, the region and the join that were declared', async () => {
    const { offering } = await query(`{ offering(id: "my-relay/gpt-4o-mini") {
      id on region join billing
      provider { id name kind on region }
      model { slug }
      prices { amount { amount currency } per meter { direction tokenType } provenance { source } }
    } }`);
    expect(offering).toMatchObject({
      id: 'my-relay/gpt-4o-mini',
      on: true,
      region: 'CN',
      join: 'EXPLICIT',
      billing: 'METERED',
      provider: { id: 'my-relay', kind: 'RELAY', on: true, region: 'CN' },
      model: { slug: 'openai/gpt-4o-mini' },
    });
    const amounts = offering.prices.map(
      (price: { amount: { amount: string }; meter: { direction: string; tokenType: string } }) =>
        [price.meter.direction, price.meter.tokenType, price.amount.amount].join(' '),
    );
    expect(amounts.sort()).toEqual(['INPUT CACHE_READ 0.075', 'INPUT PLAIN 0.15', 'OUTPUT PLAIN 0.6']);
    expect(offering.prices[0]).toMatchObject({
      per: 1_000_000,
      amount: { currency: 'USD' },
      provenance: { source: 'config' },
    });
  });

  it('without a price have none: unknown is not zero', async () => {
    expect(
      await query(
        '{ offering(id: "my-relay/house-blend") { billing prices { amount { amount } } model { slug } } }',
      ),
    ).toEqual({
      offering: { billing: 'UNKNOWN', prices: [], model: { slug: 'my-relay/house-blend' } },
    });
  });

  it('are filtered by ceiling and sorted by price', async () => {
    const { offerings } = await query(`{ offerings(
      first: 20
      filter: { maxInputPrice: { amount: "0.2" }, billing: [METERED], providers: ["openai"] }
      order: { field: INPUT_PRICE, direction: DESC }
    ) { edges { node { id prices { amount { amount } meter { direction modality tokenType } conditions { promptTokens { from } } } } } } }`);
    const rates = offerings.edges.map(
      (edge: {
        node: {
          prices: {
            amount: { amount: string };
            meter: object;
            conditions: { promptTokens: { from: number } | null };
          }[];
        };
      }) =>
        Number(
          edge.node.prices.find(
            ({ meter, conditions }) =>
              JSON.stringify(meter) === '{"direction":"INPUT","modality":"TEXT","tokenType":"PLAIN"}' &&
              (conditions.promptTokens?.from ?? 0) === 0,
          )?.amount.amount,
        ),
    );
    expect(rates.length).toBeGreaterThan(3);
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.2);
  });

  it('of a model come with those first that can be called', async () => {
    const { model } = await query(
      '{ model(slug: "openai/gpt-4o-mini") { all: offerings { edges { node { id } } } on: offerings(filter: { availability: CALLABLE }) { edges { node { id } } } } }',
    );
    expect(model.all.edges[0].node.id).toBe('my-relay/gpt-4o-mini');
    expect(model.on.edges).toEqual([{ node: { id: 'my-relay/gpt-4o-mini' } }]);
  });

  it.each([
    ['openai/gpt-4o-mini', ['my-relay/gpt-4o-mini', 'openai/gpt-4o-mini']],
    ['gpt-4o-mini', ['my-relay/gpt-4o-mini', 'openai/gpt-4o-mini']],
    ['my-relay/gpt-4o-mini', ['my-relay/gpt-4o-mini']],
  ])('are found by whatever name %s is', async (model, expected) => {
    const { offerings } = await query(
      'query ($model: String!) { offerings(first: 100, filter: { models: [$model] }) { edges { node { id } } } }',
      { model },
    );
    const ids = offerings.edges.map((edge: { node: { id: string } }) => edge.node.id);
    expect(ids.filter((id: string) => /^(my-relay|openai)\//.test(id))).toEqual(expected);
  });

  it('of a name that means nothing are an error that says what was meant', async () => {
    const { body } = await server.post('{ offerings(filter: { models: ["gpt-4o-minii"] }) { totalCount } }');
    expect(body.errors[0].message).toContain('openai/gpt-4o-mini');
  });

  it('show the prices of another day', async () => {
    const at = async (day: string) => {
      const { offering } = await query(
        `{ offering(id: "deepseek/deepseek-v4-pro") { prices(at: "${day}T12:00:00Z") { amount { amount } effectiveFrom } all: prices(all: true) { amount { amount } } } }`,
      );
      return offering;
    };
    const now = await at('2026-11-01');
    expect(now.all.length).toBeGreaterThanOrEqual(now.prices.length);
    expect(now.prices.length).toBeGreaterThan(0);
  });
});

describe('providers', () => {
  it('that are on come first; the others say what they need', async () => {
    const { providers } = await query('{ providers(first: 4) { edges { node { id on offReason } } } }');
    expect(providers.edges.map((edge: { node: object }) => edge.node)).toMatchObject([
      { id: 'my-relay', on: true, offReason: null },
      { id: 'sandbox', on: true },
      { id: 'openai', on: false, offReason: 'set OPENAI_API_KEY' },
      { id: 'anthropic', on: false, offReason: 'set ANTHROPIC_API_KEY' },
    ]);
    expect(
      await query('{ provider(id: "sandbox") { kind offerings { edges { node { id billing } } } } }'),
    ).toEqual({
      provider: {
        kind: 'SANDBOX',
        offerings: {
          edges: [
            { node: { id: 'sandbox/echo', billing: 'FREE' } },
            { node: { id: 'sandbox/lorem', billing: 'FREE' } },
          ],
        },
      },
    });
  });
});

describe('node and nodes', () => {
  it('find everything by the id that it gives itself', async () => {
    const { models, providers, offerings, keys } = await query(`{
      models(first: 1) { edges { node { id } } }
      providers(first: 1) { edges { node { id } } }
      offerings(first: 1) { edges { node { id } } }
      keys(first: 1) { edges { node { id } } }
    }`);
    const ids = [models, providers, offerings, keys].map((connection) => connection.edges[0].node.id);
    const { nodes } = await query('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids: [...ids, 'no-such-provider', 'cmp_none'],
    });
    expect(nodes).toEqual([
      { __typename: 'Model', id: ids[0] },
      { __typename: 'Provider', id: ids[1] },
      { __typename: 'Offering', id: ids[2] },
      { __typename: 'Key', id: ids[3] },
      null,
      null,
    ]);
    expect(await query('{ node(id: "model:openai/gpt-4o-mini") { ... on Model { name } } }')).toMatchObject({
      node: { name: expect.any(String) },
    });
  });
});

describe('a relay', () => {
  it('is reached by its own id and, being the only one on, by the slug and the bare name', async () => {
    for (const model of ['my-relay/gpt-4o-mini', 'openai/gpt-4o-mini', 'gpt-4o-mini']) {
      const { complete } = await query(
        `mutation ($model: String!) { complete(input: { model: $model, messages: [{ user: { text: "Hi" } }], timeouts: { totalMs: 2000 } }) {
          __typename ... on UpstreamError { offeringId code message }
        } }`,
        { model },
      );
      expect(complete).toMatchObject({
        __typename: 'UpstreamError',
        offeringId: 'my-relay/gpt-4o-mini',
        code: 'SERVER_ERROR',
      });
      expect(complete.message).toContain('127.0.0.1:9');
    }
  });
});
