import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../shared/catalogue-samples/genai-prices-0.1.8.json');
const hasSample = existsSync(SAMPLE);

const SOURCES = `{ catalogueSources { id status offReason checkedAt offerings prices failures lastProblem { code message }
  quarantinedCount quarantined(first: 1) { subject reason detail } } }`;
const REFRESH = `mutation ($id: ID!) { refreshCatalogueSource(id: $id) {
  ... on CatalogueSource { id status failures lastProblem { code } } ... on Error { message } } }`;

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond(() => ({ status: 503 }));
  server = await startModelgraph({
    config: `
catalogue:
  sources: { genai-prices: { enabled: true, baseUrl: "${upstream.url}" } }
`,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.close();
});

const source = async (id: string) => {
  const { body } = await server.post(SOURCES);
  return body.data.catalogueSources.find((each: { readonly id: string }) => each.id === id);
};
const refresh = async (id: string, key?: string) =>
  (await server.post(REFRESH, { id }, key ?? server.adminKey)).body.data.refreshCatalogueSource;

describe('catalogueSources', () => {
  it('lists what is shipped, what is read and what is off, with what to set', async () => {
    expect(await source('seed')).toMatchObject({ prices: expect.any(Number), failures: 0 });
    expect((await source('seed')).prices).toBeGreaterThan(1_000);
    expect(await source('openrouter')).toMatchObject({
      status: 'OFF',
      offReason: expect.stringContaining('OPENROUTER_API_KEY'),
    });
    expect(server.output()).toMatch(/Prices +seed of \d{4}-\d\d-\d\d; read live: genai-prices/);
  });

  it('shows that a source fails; the prices stay', async () => {
    expect(await refresh('genai-prices')).toMatchObject({
      status: 'FAILING',
      lastProblem: { code: 'HTTP_STATUS' },
    });
    expect((await source('seed')).prices).toBeGreaterThan(1_000);
  });

  it('reads sources at the admin key’s command alone, those there are and that are on', async () => {
    const made = await server.post(
      'mutation { createKey(input: { name: "member" }) { ... on CreatedKey { secret } } }',
    );
    const member: string = made.body.data.createKey.secret;
    expect(await refresh('genai-prices', member)).toEqual({
      message: 'Only the admin key has sources read.',
    });
    expect(await refresh('nowhere')).toMatchObject({ message: expect.stringContaining('is no source') });
    expect(await refresh('openrouter')).toMatchObject({ message: expect.stringContaining('is off') });
  });

  it.skipIf(!hasSample)(
    hasSample
      ? 'reads a real payload'
      : 'reads a real payload (skipped: ../shared/catalogue-samples is not here)',
    async () => {
      const body = JSON.stringify(JSON.parse(readFileSync(SAMPLE, 'utf8')).providers);
      upstream.respond(() => ({ headers: { etag: '"real"' }, body }));
      expect(await refresh('genai-prices')).toMatchObject({
        status: 'FRESH',
        failures: 0,
        lastProblem: null,
      });
      await server.printed(/A live source has new data/);
      upstream.respond(({ headers }) => ({ status: headers['if-none-match'] === '"real"' ? 304 : 500 }));
      expect(await refresh('genai-prices')).toMatchObject({ status: 'FRESH', failures: 0 });
      upstream.respond(() => ({ headers: { 'content-type': 'text/html' }, body: '<html>Login' }));
      expect(await refresh('genai-prices')).toMatchObject({
        status: 'FAILING',
        lastProblem: { code: 'UNREADABLE' },
      });
    },
  );
});
