import { createSchema, createYoga } from 'graphql-yoga';
import { listen } from './listen.ts';

/** A subgraph that a router asks. */
export type Subgraph = {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  stop(): Promise<void>;
};

type Representation = { readonly __typename: string; readonly slug?: string; readonly id?: string };

const DIRECTIVES = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
`;

const TYPES = /* GraphQL */ `
  type Query {
    topReview: Review!
  }
  type Review {
    stars: Int!
    model: Model
    writtenBy: Completion
    paidBy: Key
  }
  type Model @key(fields: "slug") {
    slug: String!
    reviews: [Review!]!
  }
  type Completion @key(fields: "id") {
    id: ID!
    feedback: String!
  }
  type Key @key(fields: "id") {
    id: ID!
    costCentre: String!
  }
`;

const SERVED = /* GraphQL */ `
  directive @key(fields: String!) repeatable on OBJECT
  scalar _Any
  union _Entity = Model | Completion | Key
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
  }
`;

/** Someone else's subgraph: its reviews point at our entities, and it adds to them. */
export const startReviewsSubgraph = async (
  review: () => { readonly completion?: string; readonly key?: string },
): Promise<Subgraph> => {
  const topReview = () => {
    const { completion, key } = review();
    return {
      stars: 5,
      model: { slug: 'openai/gpt-4o-mini' },
      writtenBy: completion === undefined ? null : { id: completion },
      paidBy: key === undefined ? null : { id: key },
    };
  };
  const yoga = createYoga({
    schema: createSchema({
      typeDefs: `${TYPES}${SERVED}`,
      resolvers: {
        Query: {
          topReview,
          _entities: (_root: unknown, { representations }: { representations: readonly Representation[] }) =>
            representations,
        },
        _Entity: { __resolveType: ({ __typename }: Representation) => __typename },
        Model: { reviews: () => [topReview()] },
        Completion: { feedback: ({ id }: Representation) => `thumbs up for ${id}` },
        Key: { costCentre: ({ id }: Representation) => `centre of ${id}` },
      },
    }),
    logging: false,
  });
  const { url, close } = await listen((request, response) => void yoga(request, response));
  return { name: 'reviews', url, sdl: `${DIRECTIVES}${TYPES}`, stop: close };
};
