import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { graphql, parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSubgraphSchema } from '../../../src/faces/graphql/schema.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

/** Another team's subgraph, which adds to our entities. */
const REVIEWS = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external"])

  type Query {
    topReview: Review
  }
  type Review {
    model: Model!
    stars: Int!
  }
  type Model @key(fields: "slug") {
    slug: String!
    reviews: [Review!]!
  }
  type Offering @key(fields: "id") {
    id: ID!
    incidents: Int!
  }
  type Provider @key(fields: "id") {
    id: ID!
    contract: String
  }
  type Completion @key(fields: "id") {
    id: ID!
    feedback: String
  }
  type Operation @key(fields: "id") {
    id: ID!
    invoice: String
  }
  type Key @key(fields: "id") {
    id: ID!
    costCentre: String
  }
  type Route @key(fields: "name") {
    name: String!
    owner: String
  }
`;

/** A subgraph in Relay's style: it has pages of its own, and things with global ids that it alone answers for. */
const ORDERS = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

  type Query {
    orders(first: Int, after: String): OrderConnection!
  }
  interface Node {
    id: ID!
  }
  type Order implements Node @key(fields: "id") {
    id: ID!
    completion: Completion
    placedBy: Key
  }
  type Completion @key(fields: "id", resolvable: false) {
    id: ID!
  }
  type Key @key(fields: "id", resolvable: false) {
    id: ID!
  }
  type OrderConnection {
    edges: [OrderEdge!]!
    pageInfo: PageInfo!
  }
  type OrderEdge {
    cursor: String!
    node: Order!
  }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`;

const ENTITIES = /* GraphQL */ `
  query ($all: [_Any!]!) {
    _entities(representations: $all) {
      __typename
      ... on Model { slug name }
      ... on Provider { id kind }
      ... on Offering { id on }
      ... on Completion { id status }
      ... on Operation { id status operationKind: kind }
      ... on Key { id role }
      ... on Route { id name }
    }
  }
`;

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

describe('the subgraph', () => {
  it('composes with one that extends all its entities and one that pages like it', async () => {
    const { body } = await server.post('{ _service { sdl } }');
    const composed = composeServices([
      { name: 'modelgraph', typeDefs: parse(body.data._service.sdl), url: `${server.url}/graphql` },
      { name: 'reviews', typeDefs: parse(REVIEWS), url: 'http://reviews/graphql' },
      { name: 'orders', typeDefs: parse(ORDERS), url: 'http://orders/graphql' },
    ]);
    expect(compositionHasErrors(composed) ? composed.errors.map((error) => error.message) : []).toEqual([]);
    const supergraph = composed.supergraphSdl ?? '';
    for (const field of [
      'reviews: [Review!]!',
      'incidents: Int!',
      'contract: String',
      'feedback: String',
      'invoice: String',
      'costCentre: String',
      'owner: String',
      'placedBy: Key',
    ]) {
      expect(supergraph).toContain(field);
    }
    expect(supergraph).toMatch(/input MessageInput .*@oneOf/);
    expect(supergraph).toMatch(/scalar JSONObject .*@specifiedBy/);
  });

  it('resolves references to its entities by every key', async () => {
    const made = await server.post(
      'mutation { complete(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { ... on Completion { id keyId } } }',
    );
    const { id, keyId } = made.body.data.complete;
    const performed = await server.post(
      'mutation { embed(input: { model: "sandbox/echo", inputs: ["Hi"] }) { ... on Embedding { operation { id } } } }',
    );
    const operation = performed.body.data.embed.operation.id;
    const saved = await server.post(
      'mutation { saveRoute(name: "by-key", policy: { candidates: [{ offering: "sandbox/echo" }] }) { ... on Route { id } ... on Error { message } } }',
    );
    expect(saved.body.data.saveRoute).toEqual({ id: 'route:by-key' });
    const { body } = await server.post(ENTITIES, {
      all: [
        { __typename: 'Model', slug: 'openai/gpt-4o-mini' },
        { __typename: 'Model', id: 'model:openai/gpt-4o-mini' },
        { __typename: 'Provider', id: 'sandbox' },
        { __typename: 'Offering', id: 'sandbox/echo' },
        { __typename: 'Completion', id },
        { __typename: 'Operation', id: operation },
        { __typename: 'Key', id: keyId },
        { __typename: 'Route', id: 'route:by-key' },
        { __typename: 'Route', name: 'by-key' },
      ],
    });
    expect(body.errors).toBeUndefined();
    expect(body.data._entities).toMatchObject([
      { __typename: 'Model', slug: 'openai/gpt-4o-mini' },
      { __typename: 'Model', slug: 'openai/gpt-4o-mini' },
      { __typename: 'Provider', id: 'sandbox', kind: 'SANDBOX' },
      { __typename: 'Offering', id: 'sandbox/echo', on: true },
      { __typename: 'Completion', id, status: 'SUCCEEDED' },
      { __typename: 'Operation', id: operation, status: 'SUCCEEDED', operationKind: 'EMBEDDING' },
      { __typename: 'Key', id: keyId, role: 'ADMIN' },
      { __typename: 'Route', id: 'route:by-key', name: 'by-key' },
      { __typename: 'Route', id: 'route:by-key', name: 'by-key' },
    ]);
  });

  it('answers null for what is not there and for ids of something else, without an error', async () => {
    const { body } = await server.post(ENTITIES, {
      all: [
        { __typename: 'Provider', id: 'nobody' },
        { __typename: 'Model', id: 'sandbox/echo' },
        { __typename: 'Model', slug: 'no/such' },
        { __typename: 'Route', id: 'sandbox' },
        { __typename: 'Route', name: 'no-such' },
        { __typename: 'Key', id: 'key_none' },
        { __typename: 'Completion', id: 'key_none' },
      ],
    });
    expect(body).toEqual({ data: { _entities: Array.from({ length: 7 }, () => null) } });
  });

  it("shows a member key no other's keys and completions", async () => {
    const made = await server.post(
      'mutation { createKey(input: { name: "shop" }) { ... on CreatedKey { secret key { id } } } }',
    );
    const { secret, key } = made.body.data.createKey;
    const completed = await server.post(
      'mutation { complete(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { ... on Completion { id keyId } } }',
    );
    const { id, keyId } = completed.body.data.complete;
    const { body } = await server.post(
      ENTITIES,
      {
        all: [
          { __typename: 'Key', id: key.id },
          { __typename: 'Key', id: keyId },
          { __typename: 'Completion', id },
        ],
      },
      secret,
    );
    expect(body.errors).toBeUndefined();
    expect(body.data._entities).toEqual([{ __typename: 'Key', id: key.id, role: 'MEMBER' }, null, null]);
  });

  it('answers null with its own error for each reference that is wrong, and the others all the same', async () => {
    const { body } = await server.post(ENTITIES, {
      all: [
        { __typename: 'Nope', id: 'x' },
        { id: 'sandbox' },
        { __typename: 7, id: 'sandbox' },
        { __typename: 'PageInfo' },
        { __typename: '__proto__', id: 'x' },
        { __typename: 'Model' },
        { __typename: 'Model', id: null },
        { __typename: 'Provider', id: { name: 'sandbox' } },
        { __typename: 'Model', slug: ['openai/gpt-4o-mini'] },
        { __typename: 'Route', name: 5 },
        'sandbox',
        7,
        ['Provider', 'sandbox'],
        { __typename: 'Provider', id: 'sandbox' },
        { __typename: 'Model', id: {}, slug: 'openai/gpt-4o-mini' },
      ],
    });
    const wrong = body.data._entities.length - 2;
    expect(body.data._entities).toMatchObject([
      ...Array.from({ length: wrong }, () => null),
      { id: 'sandbox' },
      { slug: 'openai/gpt-4o-mini' },
    ]);
    expect(body.errors.map(({ path }: { readonly path: unknown }) => path)).toEqual(
      Array.from({ length: wrong }, (_, index) => ['_entities', index]),
    );
    for (const { message, extensions } of body.errors) {
      expect(extensions.code).toBe('INVALID_INPUT');
      expect(message).toMatch(/^representations\[\d+\]/);
    }
  });

  it('answers the others where a reference is nested more deeply than a stack goes', async () => {
    const deep = `${'['.repeat(6_500)}${']'.repeat(6_500)}`;
    const wrong = [deep, `{ "__typename": ${deep} }`, `{ "__typename": "Provider", "id": ${deep} }`];
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: `{ "query": ${JSON.stringify(ENTITIES)}, "variables": { "all": [${wrong.join()}, { "__typename": "Provider", "id": "sandbox" }] } }`,
    });
    expect(await response.json()).toMatchObject({
      data: { _entities: [null, null, null, { id: 'sandbox' }] },
      errors: [0, 1, 2].map((index) => ({
        path: ['_entities', index],
        extensions: { code: 'INVALID_INPUT' },
      })),
    });
    expect(server.output()).not.toContain('RangeError');
  });

  it('looks up all references to a type at once', async () => {
    const lookUps: string[] = [];
    const counting = (name: string) => ({
      findMany: async (_caller: unknown, ids: readonly string[]) => {
        lookUps.push(`${ids.length} ${name}`);
        return ids.map(() => undefined);
      },
    });
    const references = ['Key', 'Completion', 'Operation'].flatMap((__typename) =>
      Array.from({ length: 50 }, (_, n) => ({ __typename, id: `id_${n}` })),
    );
    const answer = await graphql({
      schema: buildSubgraphSchema(),
      source: ENTITIES,
      variableValues: { all: references },
      contextValue: {
        keys: counting('keys'),
        history: counting('records'),
      },
    });
    expect(answer).toEqual({ data: { _entities: references.map(() => null) } });
    expect(lookUps.sort()).toEqual(['50 keys', '50 records', '50 records']);
  });
});
