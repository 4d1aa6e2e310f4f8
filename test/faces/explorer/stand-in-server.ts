import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { createExplorer } from '../../../src/faces/explorer/explorer.ts';

/** A server with the explorer on it, and a key that it takes. */
export type ExplorableServer = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
  close(): Promise<void>;
};

const typeDefs = /* GraphQL */ `
  scalar JSONObject
  type Query {
    models(first: Int, filter: ModelFilter): ModelConnection!
    model(slug: String!): Model
  }
  input ModelFilter { search: String }
  type ModelConnection { totalCount: Int! edges: [ModelEdge!]! }
  type ModelEdge { node: Model! }
  type Model {
    slug: String!
    name: String!
    contextWindow: Int
    offerings(first: Int): OfferingConnection!
  }
  type OfferingConnection { edges: [OfferingEdge!]! }
  type OfferingEdge { node: Offering! }
  type Offering { id: ID! provider: Provider! prices: [Price!]! }
  type Provider { name: String! on: Boolean! }
  type Price { meter: Meter! amount: String! per: Int! currency: String! provenance: Provenance! }
  type Provenance { source: String! observedAt: String! }
  type Meter { direction: String! tokenType: String! }
  type Mutation { complete(input: CompletionInput!): CompletionResult! }
  input CompletionInput { model: String!, messages: [MessageInput!]!, metadata: JSONObject }
  input MessageInput @oneOf { system: SystemInput, user: UserInput }
  input SystemInput { text: String! }
  input UserInput { text: String! }
  interface Error { message: String! }
  type ForbiddenError implements Error { message: String! }
  union CompletionResult = Completion | ForbiddenError
  type Completion {
    id: ID!
    text: String!
    finishReason: String!
    usage: Usage!
    cost: Cost!
    timings: Timings!
  }
  type Usage { input: Int! output: Int! }
  union Cost = FreeCost | PricedCost
  type FreeCost { free: Boolean! }
  type PricedCost { total: String! currency: String! }
  type Timings { totalMs: Float! }
  type Subscription { completion(input: CompletionInput!): CompletionEvent! }
  union CompletionEvent = CompletionStarted | TextDelta | CompletionFinished | CompletionFailed
  type CompletionStarted { id: ID! }
  type TextDelta { text: String! }
  type CompletionFinished { finishReason: String! usage: Usage }
  type CompletionFailed { error: CompletionError! }
  union CompletionError = ForbiddenError
`;

const WORDS = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. '
  .repeat(8)
  .split(/(?<= )/);
const WORD_PAUSE_MS = 40;

const USAGE = { input: 4, output: 4 };

const offering = (id: string) => ({
  id,
  provider: { name: 'Provider', on: true },
  prices: [
    {
      meter: { direction: 'INPUT', tokenType: 'PLAIN' },
      amount: '0.15',
      per: 1_000_000,
      currency: 'USD',
      provenance: { source: 'stand-in', observedAt: '2026-01-01T00:00:00Z' },
    },
  ],
});

const model = (slug: string) => ({
  slug,
  name: slug,
  contextWindow: 128_000,
  offerings: { edges: [{ node: offering(slug) }] },
});

const schema = createSchema({
  typeDefs,
  resolvers: {
    Query: {
      models: () => ({ totalCount: 1, edges: [{ node: model('openai/gpt-4o') }] }),
      model: (_, { slug }: { slug: string }) => model(slug),
    },
    Mutation: {
      complete: () => ({
        __typename: 'Completion',
        id: '1',
        text: 'Hello, graph.',
        finishReason: 'STOP',
        usage: USAGE,
        cost: { __typename: 'FreeCost', free: true },
        timings: { totalMs: 1 },
      }),
    },
    Subscription: {
      completion: {
        async *subscribe() {
          yield { completion: { __typename: 'CompletionStarted', id: '1' } };
          for (const text of WORDS) {
            await delay(WORD_PAUSE_MS);
            yield { completion: { __typename: 'TextDelta', text } };
          }
          yield { completion: { __typename: 'CompletionFinished', finishReason: 'STOP', usage: USAGE } };
        },
      },
    },
  },
});

/** The least that the page can run against: wants the key and the CSRF header, answers the ready operations. */
export const startStandIn = async (page: URL): Promise<ExplorableServer> => {
  const key = 'mg_a-key-for-the-browser-test';
  const isAllowed = (authorization: unknown) => authorization === `Bearer ${key}`;
  const explorer = createExplorer(page);
  const yoga = createYoga({ schema, graphiql: false, logging: false });
  const refusal = ({ headers }: IncomingMessage): [status: number, message: string] | undefined => {
    if (!isAllowed(headers.authorization)) return [401, 'This key is not known.'];
    if (headers['x-graphql-yoga-csrf'] === undefined) return [403, 'The CSRF header is missing.'];
    return undefined;
  };
  const http = createServer((request, response) => {
    if (explorer.handle(request, response)) return;
    const refused = refusal(request);
    if (refused === undefined) {
      yoga(request, response);
      return;
    }
    const [status, message] = refused;
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ errors: [{ message }] }));
  });
  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  const protocol = useServer(
    {
      schema,
      onConnect: ({ connectionParams, extra }) => {
        if (isAllowed(connectionParams?.authorization)) return;
        extra.socket.close(CloseCode.Forbidden, 'Forbidden');
      },
    },
    sockets,
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    key,
    close: async () => {
      await protocol.dispose();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};
