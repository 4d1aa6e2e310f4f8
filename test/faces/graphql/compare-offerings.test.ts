import { beforeAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../../support/graph-clients.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const QUERY = `query ($input: CompareOfferingsInput!) {
  compareOfferings(input: $input) {
    __typename
    ... on InvalidInputError { path problem }
    ... on Comparison {
      totalCount excludedCount exclusions { reason count } criteriaUsed { criterion weight } currency
      offerings(first: 5) { edges { node {
        rank score paretoOptimal perRequest { amount currency } perMonth { amount currency } offering { id } priceAgeSeconds
        costPerMonth { ... on PricedCost { total { amount currency } } }
      } } }
    }
  }
}`;
const compare = async (input: object) => {
  const { body } = await server.post(QUERY, { input });
  expect(body.errors).toBeUndefined();
  return body.data.compareOfferings;
};

describe('compareOfferings', () => {
  it('decides with the shipped prices alone', async () => {
    const workload = { inputTokens: 3_000, outputTokens: 500, requestsPerMonth: 200_000 };
    const answer = await compare({ workload, filter: { models: ['openai/gpt-4o-mini'] } });
    expect(answer.totalCount).toBeGreaterThan(0);
    const rows = answer.offerings.edges.map((edge: { node: object }) => edge.node);
    expect(rows[0]).toMatchObject({ rank: 1, paretoOptimal: true });
    expect(rows[0].costPerMonth).toMatchObject({ total: rows[0].perMonth });
    // 3,000 at 0.15 and 500 at 0.60 dollars a million, 200,000 times.
    expect(rows.map((row: { perMonth: { amount: string } }) => row.perMonth.amount)).toContain('150');
  });

  it.each([
    ['input.workload.inputTokens', { workload: { inputTokens: -1, outputTokens: 1 } }],
    ['input.workload.batchShare', { workload: { inputTokens: 1, outputTokens: 1, batchShare: 2 } }],
    ['input.currency', { workload: { inputTokens: 1, outputTokens: 1 }, currency: 'x' }],
    ['input.currency', { currency: 'EUR' }],
    [
      'input.filter.maxBlendedPrice.currency',
      { filter: { maxBlendedPrice: { amount: '2', currency: 'EUR' } } },
    ],
    [
      'input.filter.maxCostPerRequest.currency',
      { filter: { maxCostPerRequest: { amount: '2', currency: 'EUR' } } },
    ],
  ])('names what makes no sense: %s', async (path, input) => {
    expect(await compare(input)).toMatchObject({ __typename: 'InvalidInputError', path });
  });
});

describe.each(TRANSPORTS)('offeringStats over $name', ({ connect }) => {
  it('begins with the prices of what was named, and ends when the client leaves', async () => {
    const client = connect(server);
    const events = client.iterate(
      'subscription ($ids: [ID!]) { offeringStats(filter: { offerings: $ids }) { offering { id } inputPrice { amount currency } } }',
      { ids: ['openai/gpt-4o-mini'] },
    );
    const first = await events.next();
    expect(first.value.data.offeringStats).toEqual({
      offering: { id: expect.any(String) },
      inputPrice: { amount: '0.15', currency: 'USD' },
    });
    await events.return?.();
    await client.dispose();
  });
});
