import { type GraphClient, graphqlWs } from '../../support/graph-clients.ts';
import { kept } from '../../support/kept.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { type Script, startUpstream } from '../../support/upstream.ts';
import type { Json } from './meaning.ts';

/** The real server over one upstream that plays every provider. */
export type ParityServer = {
  readonly server: Modelgraph;
  /** A connection of graphql-ws. */
  readonly graph: GraphClient;
  /** Answers the next request of a provider. */
  next(script: Script): void;
  /** Bodies that providers were sent since this was last called. */
  sent(): readonly Json[];
};

const KNOWN = ['mistral', 'cohere', 'bedrock'] as const;
const RELAYS = { relay: 'openai', responses: 'openai-responses', claude: 'anthropic', geminis: 'gemini' };

const startParityServer = async (): Promise<ParityServer> => {
  const upstream = await startUpstream();
  let queue: Script[] = [];
  let seen = 0;
  upstream.respond(() => queue.shift() ?? { status: 599, body: 'nothing is scripted' });
  const server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      routing: { fallback: { maxAttempts: 1 } },
      providers: [
        ...KNOWN.map((id) => ({ id, baseUrl: `${upstream.url}/v1`, apiKey: 'sk-test-0123456789' })),
        ...Object.entries(RELAYS).map(([id, dialect]) => ({
          id,
          dialect,
          baseUrl: dialect.startsWith('openai') ? `${upstream.url}/v1` : upstream.url,
          apiKey: 'sk-test-0123456789',
          models: [{ id: 'm' }],
        })),
      ],
    }),
  });
  const graph = graphqlWs.connect(server);
  return {
    server,
    graph,
    next(script) {
      queue = [script];
    },
    sent() {
      const bodies = upstream.requests.slice(seen).map(({ body }) => body);
      seen = upstream.requests.length;
      return bodies;
    },
  };
};

/** The real server over one upstream that plays every provider. */
export const parityServer = kept(startParityServer);
