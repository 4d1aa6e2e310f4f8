import { createGatewayRuntime, type GatewayConfig } from '@graphql-hive/gateway-runtime';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { listen } from './listen.ts';
import type { Answer, Modelgraph } from './modelgraph.ts';
import type { Subgraph } from './reviews-subgraph.ts';

/** A real router in front of the server and of another subgraph. */
export type Router = {
  /** `http://127.0.0.1:port/graphql` */
  readonly url: string;
  post(query: string, variables?: object, key?: string | null): Promise<Answer>;
  stop(): Promise<void>;
};

/**
 * Hive Gateway as it comes: the one thing that is set is the client's key being handed on, without which no subgraph
 * with keys can be asked. `settings` are what a test is about.
 */
export const startHiveGateway = async (
  server: Modelgraph,
  other: Subgraph,
  settings: Pick<GatewayConfig, 'executionCancellation' | 'transportEntries'> = {},
): Promise<Router> => {
  const { body } = await server.post('{ _service { sdl } }');
  const composed = composeServices([
    { name: 'modelgraph', typeDefs: parse(body.data._service.sdl), url: `${server.url}/graphql` },
    { name: other.name, typeDefs: parse(other.sdl), url: other.url },
  ]);
  if (compositionHasErrors(composed)) throw new Error(composed.errors.map(String).join('\n'));
  const gateway = createGatewayRuntime({
    supergraph: composed.supergraphSdl,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => {
        const authorization = request.headers.get('authorization');
        return authorization === null ? {} : { authorization };
      },
    },
    logging: false,
    ...settings,
  });
  const { url, close } = await listen((request, response) => void gateway(request, response));
  return {
    url,
    async post(query, variables = {}, key = server.adminKey) {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key !== null && { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    async stop() {
      await close();
      await gateway[Symbol.asyncDispose]();
    },
  };
};
