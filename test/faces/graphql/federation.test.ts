import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

/** Somebody else's subgraph, which adds to our entities. */
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
`;

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

describe('the subgraph', () => {
  it('composes with another one that extends Model, Offering, Provider, Completion and Operation', async () => {
    const { body } = await server.post('{ _service { sdl } }');
    const composed = composeServices([
      { name: 'modelgraph', typeDefs: parse(body.data._service.sdl), url: `${server.url}/graphql` },
      { name: 'reviews', typeDefs: parse(REVIEWS), url: 'http://reviews/graphql' },
    ]);
    expect(compositionHasErrors(composed) ? composed.errors.map((error) => error.message) : []).toEqual([]);
    const supergraph = composed.supergraphSdl ?? '';
    for (const field of [
      'reviews: [Review!]!',
      'incidents: Int!',
      'contract: String',
      'feedback: String',
      'invoice: String',
    ]) {
      expect(supergraph).toContain(field);
    }
  });

  it('resolves references to its entities by every key', async () => {
    const made = await server.post(
      'mutation { complete(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { ... on Completion { id } } }',
    );
    const { id } = made.body.data.complete;
    const performed = await server.post(
      'mutation { embed(input: { model: "sandbox/echo", inputs: ["Hi"] }) { ... on Embedding { operation { id } } } }',
    );
    const operation = performed.body.data.embed.operation.id;
    const { body } = await server.post(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) {
          __typename
          ... on Model { slug name }
          ... on Provider { id kind }
          ... on Offering { id on }
          ... on Completion { id status }
          ... on Operation { id status operationKind: kind }
        }
      }`,
      {
        representations: [
          { __typename: 'Model', slug: 'openai/gpt-4o-mini' },
          { __typename: 'Model', id: 'model:openai/gpt-4o-mini' },
          { __typename: 'Provider', id: 'sandbox' },
          { __typename: 'Offering', id: 'sandbox/echo' },
          { __typename: 'Completion', id },
          { __typename: 'Operation', id: operation },
          { __typename: 'Provider', id: 'nobody' },
        ],
      },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data._entities).toMatchObject([
      { __typename: 'Model', slug: 'openai/gpt-4o-mini' },
      { __typename: 'Model', slug: 'openai/gpt-4o-mini' },
      { __typename: 'Provider', id: 'sandbox', kind: 'SANDBOX' },
      { __typename: 'Offering', id: 'sandbox/echo', on: true },
      { __typename: 'Completion', id, status: 'SUCCEEDED' },
      { __typename: 'Operation', id: operation, status: 'SUCCEEDED', operationKind: 'EMBEDDING' },
      null,
    ]);
  });
});
