import { readFileSync } from 'node:fs';
import { buildSchema, isNonNullType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

describe('fields of Query and Mutation', () => {
  it('keeps the answers beside a field that fails', async () => {
    const { body } = await server.post(`{
      failing: offerings(first: 1, order: { field: INPUT_PRICE, currency: "dollars" }) { nodes { id } }
      providers(first: 1, filter: { kind: SANDBOX }) { nodes { id } }
      taskPresets { explanation }
    }`);
    expect(body.errors).toMatchObject([{ path: ['failing'], extensions: { code: 'INVALID_INPUT' } }]);
    expect(body.data.failing).toBeNull();
    expect(body.data.providers.nodes).toEqual([{ id: 'sandbox' }]);
    expect(body.data.taskPresets).not.toEqual([]);
  });

  // By the federation specification a router may rely on these two, and no client sees them.
  const OF_FEDERATION = new Set(['_entities', '_service']);

  it.each(['schema', 'subgraph'])('may all be null in %s.graphql, and say when they are', (name) => {
    const text = readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8');
    const schema = buildSchema(text, { assumeValidSDL: true });
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}).filter((field) => !OF_FEDERATION.has(field.name)),
    );
    expect(roots.length).toBeGreaterThan(30);
    expect(roots.filter(({ type }) => isNonNullType(type)).map((field) => field.name)).toEqual([]);
    expect(
      roots
        .filter(({ description }) => !/Null .*`errors`/.test(description ?? ''))
        .map((field) => field.name),
    ).toEqual([]);
  });
});
