import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Modelgraph } from './modelgraph.ts';

/** A public client package's subscription, the same for every transport. */
export type GraphClient = {
  /** Results as they come. Returning early unsubscribes. */
  iterate(query: string, variables: object): AsyncIterableIterator<Result>;
  /** Breaks the connection without a word, where the transport has one of its own. */
  terminate?: () => void;
  dispose(): void | Promise<void>;
};

// biome-ignore-start lint/suspicious/noExplicitAny: tests read answers of many shapes
export type Result = {
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; extensions?: any }[];
  readonly extensions?: any;
};
// biome-ignore-end lint/suspicious/noExplicitAny: tests read answers of many shapes

export type Transport = {
  readonly name: string;
  connect(server: Modelgraph, key?: string | null): GraphClient;
};

export const graphqlWs: Transport = {
  name: 'graphql-ws',
  connect(server, key = server.adminKey) {
    let socket: WebSocket | undefined;
    const client = createWsClient({
      url: server.socketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      // One connection for as long as the client lives, as a page keeps it.
      lazy: false,
      onNonLazyError: () => {},
      ...(key !== null && { connectionParams: { authorization: `Bearer ${key}` } }),
      on: {
        opened: (opened) => {
          socket = opened as WebSocket;
        },
      },
    });
    return {
      iterate: (query, variables) =>
        client.iterate({ query, variables: { ...variables } }) as AsyncIterableIterator<Result>,
      terminate: () => socket?.terminate(),
      dispose: () => client.dispose(),
    };
  },
};

const sse = (name: string, path: string): Transport => ({
  name,
  connect(server, key = server.adminKey) {
    const client = createSseClient({
      url: `${server.url}${path}`,
      retryAttempts: 0,
      headers: () => (key === null ? {} : { authorization: `Bearer ${key}` }),
    });
    return {
      iterate: (query, variables) =>
        client.iterate({ query, variables: { ...variables } }) as AsyncIterableIterator<Result>,
      dispose: () => client.dispose(),
    };
  },
});

/** What an observable gives, one at a time. Returning early unsubscribes. */
async function* valuesOf<Value>(observable: {
  subscribe(observer: { next(value: Value): void; error(reason: unknown): void; complete(): void }): {
    unsubscribe(): void;
  };
}): AsyncGenerator<Value, void> {
  const values: Value[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let failure: { readonly reason: unknown } | undefined;
  const subscription = observable.subscribe({
    next: (value) => {
      values.push(value);
      wake?.();
    },
    error: (reason) => {
      failure = { reason };
      wake?.();
    },
    complete: () => {
      ended = true;
      wake?.();
    },
  });
  try {
    for (;;) {
      const value = values.shift();
      if (value !== undefined) yield value;
      else if (failure !== undefined) throw failure.reason;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    subscription.unsubscribe();
  }
}

/** Subscriptions over multipart HTTP, as Apollo Client makes them where it is given no other link. */
export const apolloMultipart: Transport = {
  name: "multipart by Apollo Client's HttpLink",
  connect(server, key = server.adminKey) {
    const link = new HttpLink({
      uri: `${server.url}/graphql`,
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
    });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    return {
      iterate: (query, variables) =>
        valuesOf(
          ApolloLink.execute(link, { query: gql(query), variables: { ...variables } }, { client }),
        ) as AsyncIterableIterator<Result>,
      dispose: () => client.stop(),
    };
  },
};

/** Every way in which a subscription can reach the graph. */
export const TRANSPORTS: readonly Transport[] = [
  graphqlWs,
  sse('graphql-sse at /graphql/stream', '/graphql/stream'),
  sse('graphql-sse at /graphql', '/graphql'),
  apolloMultipart,
];
