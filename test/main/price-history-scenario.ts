import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ModelgraphOptions, runCommand, startModelgraph } from '../support/modelgraph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const CONFIG = `
providers:
  - { id: relay, dialect: openai, baseUrl: "http://127.0.0.1:1/v1", apiKey: sk-relay-0123456789 }
catalogue:
  overrides: prices.yaml
`;
/** From a day on that is yet to come, the rate doubles. */
const overridesWith = (input: string): string => `
offerings:
  - provider: relay
    id: m
    model: lab/m
    prices:
      - { meter: input, amount: ${input}, effectiveTo: 2999-01-01 }
      - { meter: input, amount: 200, effectiveFrom: 2999-01-01 }
`;

const HISTORY = /* GraphQL */ `
  query ($at: DateTime) {
    offering(id: "relay/m") {
      now: price(kind: INPUT) { ... on Price { amount { amount } } }
      before: price(at: $at, kind: INPUT) { ... on Price { amount { amount } } ... on PriceUnknown { code } }
      far: price(at: "2999-01-02T00:00:00Z", kind: INPUT) { ... on Price { amount { amount } } }
      priceHistory(first: 10) { edges { node { servedTo price { amount { amount } } } } }
    }
    priceChanges(filter: { offering: { providers: ["relay"] } }) {
      edges { node { kind before { amount { amount } } after { amount { amount } } } }
    }
  }
`;

/**
 * A price is changed while the server is stopped; the next start knows it, and so does the terminal once that server is
 * stopped as well. `where`: the store that both starts have.
 */
export const tellsAPriceThatChangedBetweenTwoStarts = async (where: ModelgraphOptions): Promise<void> => {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'modelgraph.yaml'), CONFIG);
  const options: ModelgraphOptions = {
    ...where,
    env: { ...where.env, MODELGRAPH_CONFIG: join(folder.path, 'modelgraph.yaml') },
  };
  const readWith = async (input: string, changes: number, at?: Date) => {
    writeFileSync(join(folder.path, 'prices.yaml'), overridesWith(input));
    const server = await startModelgraph(options);
    try {
      // The record begins once what was kept of sources is served again: rates first, then what changed.
      const { body } = await until(
        () => server.post(HISTORY, { at: at ?? new Date() }),
        ({ body }) =>
          body.errors !== undefined ||
          (body.data.priceChanges.edges.length >= changes &&
            body.data.offering.priceHistory.edges.some(
              ({ node }: { node: { servedTo: string | null; price: { amount: { amount: string } } } }) =>
                node.servedTo === null && node.price.amount.amount === input,
            )),
      );
      expect(body.errors).toBeUndefined();
      return body.data;
    } finally {
      await server.stop();
    }
  };

  const first = await readWith('2', 0);
  expect(first.offering).toMatchObject({
    now: { amount: { amount: '2' } },
    far: { amount: { amount: '200' } },
  });
  expect(first.priceChanges.edges).toEqual([]);
  const between = new Date();

  const second = await readWith('3', 1, between);
  expect(second.offering).toMatchObject({
    now: { amount: { amount: '3' } },
    before: { amount: { amount: '2' } },
    far: { amount: { amount: '200' } },
  });
  const rows = second.offering.priceHistory.edges.map(
    ({ node }: { node: { servedTo: string | null; price: { amount: { amount: string } } } }) => [
      node.price.amount.amount,
      node.servedTo !== null,
    ],
  );
  expect(rows.toSorted()).toEqual([
    ['2', true],
    ['200', false],
    ['3', false],
  ]);
  expect(second.priceChanges.edges).toEqual([
    { node: { kind: 'CHANGED', before: { amount: { amount: '2' } }, after: { amount: { amount: '3' } } } },
  ]);

  const { code, stdout, stderr } = await runCommand(['prices', 'relay/m', '--history', '--json'], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const printed = JSON.parse(stdout);
  expect(printed.prices.map(({ amount }: { amount: string }) => amount)).toEqual(['3']);
  expect(
    printed.history
      .map(({ amount, servedTo }: { amount: string; servedTo?: string }) => [amount, servedTo !== undefined])
      .toSorted(),
  ).toEqual(rows.toSorted());
  folder.remove();
};
