import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startModelgraph } from '../support/modelgraph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const FREE = ['free-word', 'free-zeros', 'file-word', 'file-zeros'];

it('a model that its operator calls free, or writes zeros for, costs nothing and is the cheapest', async () => {
  writeFileSync(
    join(folder.path, 'modelgraph.yaml'),
    `
providers:
  - id: relay
    dialect: openai
    baseUrl: "http://127.0.0.1:1/v1"
    apiKey: sk-relay-0123456789
    models:
      - { id: paid, prices: { input: 1, output: 2 } }
      - { id: unstated }
      - { id: free-word, prices: FREE }
      - { id: free-zeros, prices: { input: 0, output: 0 } }
      - { id: free-cache, prices: { input: 2, output: 4, cacheRead: 0 } }
      - { id: cache-alone, prices: { cacheRead: 0 } }
catalogue: { overrides: prices.yaml }
`,
  );
  writeFileSync(
    join(folder.path, 'prices.yaml'),
    `
offerings:
  - { provider: relay, id: file-word, prices: FREE }
  - { provider: relay, id: file-zeros, prices: [{ meter: input, amount: 0 }, { meter: output, amount: 0 }] }
  - { provider: relay, id: file-batch, prices: [{ meter: input, amount: 0, serviceTier: BATCH }, { meter: output, amount: 0, serviceTier: BATCH }] }
  - { provider: relay, id: file-half, prices: [{ meter: input, amount: 0 }, { meter: output, amount: 3 }] }
`,
  );
  const server = await startModelgraph({ env: { MODELGRAPH_CONFIG: join(folder.path, 'modelgraph.yaml') } });
  try {
    const names = ['paid', 'unstated', 'file-half', 'free-cache', 'cache-alone', 'file-batch', ...FREE];
    const { body } = await server.post(
      /* GraphQL */ `
        query ($input: CompletionInput!) {
          planCompletion(input: $input) {
            ... on CompletionPlan { offerings { offering { providerModelId } estimatedCost { __typename } } }
          }
        }
      `,
      {
        input: {
          messages: [{ user: { text: 'Hello' } }],
          routing: { strategy: 'CHEAPEST', candidates: names.map((name) => ({ offering: `relay/${name}` })) },
        },
      },
    );
    expect(body.errors).toBeUndefined();
    type Planned = { offering: { providerModelId: string }; estimatedCost: { __typename: string } };
    const planned = body.data.planCompletion.offerings.map(({ offering, estimatedCost }: Planned) => [
      offering.providerModelId,
      estimatedCost.__typename,
    ]);
    expect(planned.slice(0, 4).toSorted()).toEqual(FREE.toSorted().map((name) => [name, 'FreeCost']));
    // What nobody states a price of is not free: it is no candidate.
    expect(planned.slice(4)).toEqual([
      ['paid', 'PricedCost'],
      ['file-half', 'PricedCost'],
      ['free-cache', 'PricedCost'],
    ]);
  } finally {
    await server.stop();
  }
});
