import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { freePort } from '../../support/running-server.ts';
import { until } from '../../support/until.ts';

let server: Modelgraph;
let address: string;
let member: string;
beforeAll(async () => {
  address = `127.0.0.1:${await freePort()}`;
  server = await startModelgraph({
    config: `
providers: [{ id: ollama, baseUrl: "http://${address}/v1" }]
catalogue:
  sources: { genai-prices: { enabled: true, baseUrl: "http://${address}" } }
`,
  });
  const { body } = await server.post(
    'mutation { createKey(input: { name: "member" }) { ... on CreatedKey { secret } } }',
  );
  member = body.data.createKey.secret;
});
afterAll(() => server?.stop());

const QUERIES = [
  '{ provider(id: "ollama") { offReason } }',
  '{ providers { nodes { id offReason } } }',
  'mutation { complete(input: { model: "ollama/llama3", messages: [{ user: { text: "Hi" } }] }) { __typename ... on Error { message } } }',
  '{ planCompletion(input: { model: "ollama/llama3", messages: [{ user: { text: "Hi" } }] }) { __typename ... on Error { message } } }',
  '{ compareOfferings(input: { filter: { providers: ["ollama"] } }) { __typename } }',
];

it('the admin key is told where a local server was looked for', async () => {
  const { body } = await server.post('{ provider(id: "ollama") { offReason } }');
  expect(body.data.provider.offReason).toBe(`no Ollama answers at ${address}: start it, then this server`);
});

it('why a source of one cannot be read is told to the admin key alone', async () => {
  const query = '{ catalogueSources { id lastProblem { message } } }';
  const told = async (key?: string): Promise<string> => {
    const { body } = await server.post(query, {}, key);
    const found = body.data.catalogueSources.find(({ id }: { id: string }) => id === 'genai-prices');
    return found.lastProblem?.message ?? '';
  };
  expect(await until(told, (message) => message !== '')).toContain(address.slice(0, 9));
  expect(await told(member)).toBe('Only the admin key is told what happened.');
});

it.each(QUERIES)('a member is not, by %s', async (query) => {
  const { body } = await server.post(query, {}, member);
  expect(body.errors).toBeUndefined();
  expect(JSON.stringify(body)).not.toContain(address);
});
