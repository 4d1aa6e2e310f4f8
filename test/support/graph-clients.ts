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

/** Every way in which a subscription can reach the graph. */
export const TRANSPORTS: readonly Transport[] = [
  graphqlWs,
  sse('graphql-sse at /graphql/stream', '/graphql/stream'),
  sse('graphql-sse at /graphql', '/graphql'),
];
